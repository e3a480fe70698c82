import type { EventModel, KindModel } from '../model/event-model.ts';
import { readSightings, type TraceSources } from '../warehouse/trace.ts';
import type { QueryTraceArgs } from './generated/schema-types.ts';
import type { AskSources } from './metrics.ts';
import { alertsOfEventResolver } from './streams/alerts.ts';

/** `trace(kind, id)`: every time this id was seen. */
export function traceResolver(model: EventModel, sources: TraceSources & AskSources) {
  const kinds = new Map<string, KindModel>(model.kinds.map((kind) => [kind.kind, kind]));
  return async (_parent: unknown, { kind: name, id }: QueryTraceArgs, { tenant }: { readonly tenant: string }) => {
    const kind = kinds.get(name);
    // The enum holds the declared kinds and no others.
    if (kind === undefined) return null;
    const sightings = await readSightings(sources, { tenant, kind, id });
    const alerts = alertsOfEventResolver({ topic: kind.plural, id }, sources);
    return {
      kind: name,
      id,
      // Nothing was made of what was not admitted.
      sightings: sightings.map((each) => ({ ...each, alerts: each.verdict === 'ADMITTED' ? alerts : [] })),
    };
  };
}
