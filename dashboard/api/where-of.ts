import type { View } from '../state/view.ts';
import type { Dimension, Kind } from './kinds.ts';
import type { Where } from './metrics-operation.ts';

/** What the filters of the view mean for a kind: those on dimensions that it has. Undefined where there are none. */
export function whereOf(kind: Kind, filters: View['filters'], also: Where | null = null): Where | undefined {
  const conditions = kind.dimensions.flatMap((dimension) => {
    const values = filters.get(dimension.name);
    return values === undefined ? [] : [conditionOn(dimension, values)];
  });
  if (also !== null) conditions.push(also);
  return conditions.length < 2 ? conditions[0] : { and: conditions };
}

function conditionOn({ name, type }: Dimension, values: readonly (string | null)[]): Where {
  const told = values.filter((value) => value !== null).map((value) => inputOf(type, value));
  // A boolean has no `in`.
  const one: readonly Where[] =
    type === 'Boolean'
      ? told.map((value) => ({ [name]: { eq: value } }))
      : told.length > 0
        ? [{ [name]: { in: told } }]
        : [];
  const either = [...one, ...(told.length < values.length ? [{ [name]: { isNull: true } }] : [])];
  return either.length === 1 && either[0] !== undefined ? either[0] : { or: either };
}

/** As the address has it, text; as the API wants it. */
function inputOf(type: string, value: string): string | number | boolean {
  if (type === 'Int' || type === 'SafeInt') return Number(value);
  return type === 'Boolean' ? value === 'true' : value;
}
