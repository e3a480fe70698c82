import { loadTargets } from '../../warehouse/load/load-targets.ts';
import type { StartContext } from './pipeline.ts';

/** What the warehouse takes from the log. */
export function loadedTopics({ model }: StartContext): readonly string[] {
  return loadTargets(model.kinds).map(({ topic }) => topic);
}
