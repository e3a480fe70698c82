import { type TraceQuery, traceQuery } from '../generated/operations.ts';
import type { Kind } from './kinds.ts';
import type { Where } from './metrics-operation.ts';
import type { Operation } from './operation.ts';

/** An event as it was admitted, with every field that its kind declares. */
export interface RawEvent {
  readonly meta: {
    readonly id: string;
    readonly time: string;
    readonly receivedAt: string;
    readonly late: boolean;
  };
  readonly [field: string]: unknown;
}

export interface RawEvents {
  readonly totalCount: number;
  readonly nodes: readonly RawEvent[];
}

interface RawEventsVariables {
  readonly where: Where | undefined;
  readonly first: number;
  /** At least what the number was computed of. */
  readonly atLeast: string;
}

/** The newest events that match, and how many do. */
export function rawEventsQuery(kind: Kind): Operation<{ readonly events: RawEvents }, RawEventsVariables> {
  return {
    text: `query ${kind.typeName}Events($where: ${kind.typeName}Where, $first: Int!, $atLeast: Version) {
  events: ${kind.plural}(where: $where, first: $first, atLeast: $atLeast) {
    totalCount
    nodes { ${fieldsOf(kind)} }
  }
}`,
  };
}

export function rawEventQuery(kind: Kind): Operation<{ readonly event: RawEvent | null }, { readonly id: string }> {
  return {
    text: `query ${kind.typeName}ById($id: ID!) {
  event: ${kind.singular}(id: $id) { ${fieldsOf(kind)} }
}`,
  };
}

/** Every time an id was seen. Which kinds are declared is not known when types are made. */
export const wayQuery: Operation<TraceQuery, { readonly kind: string; readonly id: string }> = {
  text: traceQuery.text,
};

/** What it says, but for its id and time, which stand above. */
export function saidBy({ meta: _meta, ...fields }: RawEvent, { time }: Kind): readonly (readonly [string, string])[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === undefined || name === 'id' || name === time ? [] : [[name, String(value)] as const],
  );
}

function fieldsOf({ fields }: Kind): string {
  return `${fields.map(({ name }) => name).join(' ')} meta { id time receivedAt late }`;
}
