import type { KindModel } from '../model/event-model.ts';
import type { AskContext } from './ask-context.ts';
import { waitForAtLeast } from './at-least.ts';
import type { AskSources } from './metrics.ts';

/** `transaction(id:)`, and the same field of every kind. */
export function eventByIdResolver(kind: KindModel, sources: AskSources) {
  return async (
    _source: unknown,
    args: { readonly id: string; readonly atLeast?: string | null },
    context: AskContext,
  ) => {
    await waitForAtLeast(args.atLeast, sources.progress, sources.waitDeadlineMs);
    return context.loaders.events.load(kind, args.id);
  };
}
