import type { KindModel, WhereTree } from '../../model/event-model.ts';
import type { JobSpec, WindowSpec } from '../../model/jobs/job-spec.ts';
import type { Members } from '../../model/where/compile-where.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { parseDurationMs } from '../../platform/duration.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { JobEvent, Operator } from '../operator.ts';
import type { Aggregate, Row } from './accumulator.ts';
import type { RowsOf } from './fixed-windows.ts';
import { measureAggregate } from './measure-aggregate.ts';
import { keptUs, windowOperator } from './window-operator.ts';
import type { WindowState } from './window-state.ts';
import type { ValueScope, WindowValue } from './window-values.ts';

/** What a job in TypeScript does window by window. `E` is what an event looks like. Every function must be pure. */
export interface WindowWork<E = Members> {
  /** `tumbling('1m')`, `sliding('1h', '1m')`, `sessionsOf('30m')`. */
  readonly window: WindowSpec;
  /** Further fields, each made from the members and the fields derived before it; after `where`. */
  readonly derive?: Readonly<Record<string, (event: E & Members) => unknown>>;
  /** The rows that go into the windows instead of the event, at its time; after `derive`. None is fine. */
  readonly flatMap?: (event: E & Members) => Iterable<Members>;
  /** Names of the kind's measures. Default: none. */
  readonly measures?: readonly string[];
  /** Further values, by their names: `{ countries: distinct('country') }`. Default: none. */
  readonly values?: Readonly<Record<string, WindowValue>>;
}

export interface WindowOptions {
  readonly kind: KindModel;
  readonly keyField: string;
  /** Null where it is a function: what that lets through nobody knows. */
  readonly where: WhereTree | null;
  readonly late: JobSpec['late'];
  readonly allowedLatenessMs: number;
}

export function compileWindowWork(work: WindowWork, options: WindowOptions): Operator<WindowState> {
  const { kind, keyField, where } = options;
  const derived = new Set(Object.keys(work.derive ?? {}));
  const scope: ValueScope = { kind, keyField, where: where === null ? null : normaliseWhere(kind, where), derived };
  const aggregates = new Map<string, Aggregate>([
    ...(work.measures ?? []).map((name) => [name, measureAggregate(kind, name, scope)] as const),
    ...Object.entries(work.values ?? {}).map(([name, value]) => [name, value.aggregate(scope)] as const),
  ]);
  const measured = { aggregates, keptUs: keptUs(options) };
  return windowOperator(work.window, measured, { rowsOf: rowsOf(work), comesInOrder: keyField === kind.keyField });
}

/** Equal where one can go on with the other's state. */
export function windowShape({ window, measures = [], values = {} }: WindowWork): string {
  const kept = Object.entries(values).map(([name, { shape }]) => [name, shape]);
  return JSON.stringify(['windows', 1, window, measures, kept]);
}

export function tumbling(size: string): WindowSpec {
  return { kind: 'tumbling', sizeMs: lengthMs(size) };
}

export function sliding(size: string, slide: string): WindowSpec {
  return { kind: 'sliding', sizeMs: lengthMs(size), slideMs: lengthMs(slide) };
}

/** Runs of events with gaps below this. */
export function sessionsOf(gap: string): WindowSpec {
  return { kind: 'session', gapMs: lengthMs(gap) };
}

function lengthMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== null) return ms;
  throw new LakegateError({ code: 'BAD_CONFIG', message: `window: expected a duration such as 10m, got ${text}` });
}

function rowsOf({ derive, flatMap }: WindowWork): RowsOf {
  if (derive === undefined && flatMap === undefined) return eventAsRow;
  const derived = Object.entries(derive ?? {});
  return ({ members, timeUs, id }) => {
    const widened: Record<string, unknown> = { ...members };
    for (const [name, make] of derived) widened[name] = make(widened);
    const rows = flatMap === undefined ? [widened] : flatMap(widened);
    return Array.from(rows, (row) => ({ members: row, timeUs, id }));
  };
}

/** An event is a row already. */
export function eventAsRow(event: JobEvent): readonly Row[] {
  return [event];
}
