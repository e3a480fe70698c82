import { DUPLICATES_TOPIC } from '../../ingest/keep-duplicates.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import type { StartContext } from './pipeline.ts';

/** What the warehouse takes from the log: the events of every kind, and what was not admitted. */
export function loadedTopics({ model }: StartContext): readonly string[] {
  return [...model.kinds.map((kind) => kind.plural), REJECTED_TOPIC, DUPLICATES_TOPIC];
}
