import type { KindModel, WhereTree } from '../../model/event-model.ts';
import type { JobSpec, WindowSpec } from '../../model/job-spec.ts';
import { compileWhere, type Members, type Predicate } from '../../model/where/compile-where.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import type { Job, JobMode } from '../job.ts';
import type { Aggregate } from './accumulator.ts';
import { eventAsRow, keptUs } from './compile-window-job.ts';
import type { RowsOf } from './fixed-windows.ts';
import { measureAggregate } from './measure-aggregate.ts';
import { windowOperator } from './window-operator.ts';
import type { ValueScope, WindowValue } from './window-values.ts';

/** A windowed job in TypeScript: what a submitted one has, and functions in front of the window. Every function must be pure. */
export interface WindowJobDefinition {
  readonly name: string;
  /** Grows with every replacement. Default 1. */
  readonly version?: number;
  /** Default: the kind's own key. */
  readonly keyField?: string;
  /** What it leaves out is as if it had not been there. Default: takes every event. */
  readonly where?: WhereTree | Predicate;
  /** Further fields, each made from the members and the fields derived before it; after `where`. */
  readonly derive?: Readonly<Record<string, (members: Members) => unknown>>;
  /** The rows that go into the windows instead of the event, at its time; after `derive`. None is fine. */
  readonly flatMap?: (members: Members) => Iterable<Members>;
  readonly window: WindowSpec;
  /** Names of the kind's measures. Default none. */
  readonly measures?: readonly string[];
  /** Further values, by their names. Default none. */
  readonly values?: Readonly<Record<string, WindowValue>>;
  /** Default 10 s. */
  readonly allowedLatenessMs?: number;
  /** Default CORRECT. */
  readonly late?: JobSpec['late'];
  /** Default LIVE. */
  readonly mode?: JobMode;
  /** Default: all tenants, each apart. */
  readonly tenant?: string | null;
  readonly builtIn?: boolean;
}

export function defineWindowJob(kind: KindModel, definition: WindowJobDefinition): Job {
  const { window, measures = [], values = {}, late = 'CORRECT', allowedLatenessMs = ALLOWED_LATENESS_MS } = definition;
  const scope = scopeOf(kind, definition);
  const aggregates = new Map<string, Aggregate>([
    ...measures.map((name) => [name, measureAggregate(kind, name, scope)] as const),
    ...Object.entries(values).map(([name, value]) => [name, value.aggregate(scope)] as const),
  ]);
  const takes = predicateOf(kind, definition.where);
  return {
    name: definition.name,
    version: definition.version ?? 1,
    builtIn: definition.builtIn ?? false,
    tenant: definition.tenant ?? null,
    sources: [
      {
        topic: kind.plural,
        keyField: scope.keyField,
        where: takes === null ? null : ({ members }) => takes(members),
      },
    ],
    operator: windowOperator(window, { aggregates, keptUs: keptUs({ late, allowedLatenessMs }) }, rowsOf(definition)),
    mode: definition.mode ?? 'LIVE',
    discardsLate: late === 'DISCARD',
    stateShape: shapeOf(kind, definition),
  };
}

/** State of before can be read where this is equal. */
function shapeOf(kind: KindModel, { keyField, window, measures = [], values = {} }: WindowJobDefinition): string {
  const kept = Object.entries(values).map(([name, { shape }]) => [name, shape]);
  return JSON.stringify(['windows/1', kind.plural, keyField ?? kind.keyField, window, measures, kept]);
}

const ALLOWED_LATENESS_MS = 10_000;

function scopeOf(kind: KindModel, { keyField = kind.keyField, where, derive = {} }: WindowJobDefinition): ValueScope {
  // What a function lets through nobody knows.
  const tree = where === undefined || typeof where === 'function' ? null : normaliseWhere(kind, where);
  return { kind, keyField, where: tree, derived: new Set(Object.keys(derive)) };
}

function predicateOf(kind: KindModel, where: WindowJobDefinition['where']): Predicate | null {
  if (where === undefined) return null;
  return typeof where === 'function' ? (where as Predicate) : compileWhere(kind, normaliseWhere(kind, where));
}

function rowsOf({ derive, flatMap }: WindowJobDefinition): RowsOf {
  if (derive === undefined && flatMap === undefined) return eventAsRow;
  const derived = Object.entries(derive ?? {});
  return ({ members, timeUs, id }) => {
    const widened: Record<string, unknown> = { ...members };
    for (const [name, make] of derived) widened[name] = make(widened);
    const rows = flatMap === undefined ? [widened] : flatMap(widened);
    return Array.from(rows, (row) => ({ members: row, timeUs, id }));
  };
}
