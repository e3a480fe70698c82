import type { EventModel, KindModel } from '../model/event-model.ts';
import { readSightings, type TraceSources } from '../warehouse/trace.ts';
import type { QueryTraceArgs } from './generated/schema-types.ts';

/** `trace(kind, id)`: every time this id was seen. */
export function traceResolver(model: EventModel, sources: TraceSources) {
  const kinds = new Map<string, KindModel>(model.kinds.map((kind) => [kind.kind, kind]));
  return async (_parent: unknown, { kind: name, id }: QueryTraceArgs, { tenant }: { readonly tenant: string }) => {
    const kind = kinds.get(name);
    // The enum holds the declared kinds and no others.
    if (kind === undefined) return null;
    return { kind: name, id, sightings: await readSightings(sources, { tenant, kind, id }) };
  };
}
