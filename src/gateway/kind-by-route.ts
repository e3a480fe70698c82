import type { EventModel, KindModel } from '../model/event-model.ts';
import { routeNames } from '../model/names.ts';
import { LakegateError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest-name.ts';

/** Finds a kind by the name in a route: `logLine`, `log-line` or `log_line`. UNKNOWN_KIND with the nearest name otherwise. */
export function kindByRoute(model: EventModel): (name: string) => KindModel {
  const kinds = new Map(model.kinds.flatMap((kind) => routeNames(kind).map((name) => [name, kind] as const)));
  return (name) => {
    const kind = kinds.get(name);
    if (kind !== undefined) return kind;
    const nearest = nearestName(name, kinds.keys());
    const known = model.kinds.map((each) => each.singular).join(', ');
    throw new LakegateError({
      code: 'UNKNOWN_KIND',
      message: `expected a kind that is declared (${known}), got ${JSON.stringify(name.slice(0, 100))}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
    });
  };
}
