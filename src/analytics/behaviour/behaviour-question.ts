import type { KindModel, WhereTree } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { partRows, rowSource } from '../metrics/metrics-sql.ts';
import { planRaw } from '../metrics/plan-metrics.ts';
import { type ReadAnswer, type Reading, type ReadSources, readThrough } from '../read-through.ts';
import type { SqlParameters } from '../sql-parameters.ts';
import { type ResolvedRange, resolveRange, type TimeRangeInput } from '../time/resolve-range.ts';

/** Whose events of which time a question about behaviour is about. It is always answered from raw: rollups know no users. */
export interface BehaviourQuestion {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly range: ResolvedRange;
  readonly where: WhereTree;
}

export interface BehaviourArguments {
  readonly range: TimeRangeInput;
  readonly every?: string | null | undefined;
  readonly where?: WhereTree | null | undefined;
  readonly timeZone?: string | null | undefined;
}

export function readBehaviourQuestion(
  kind: KindModel,
  args: BehaviourArguments,
  asked: { readonly tenant: string; readonly nowMs: number },
): BehaviourQuestion {
  const { range, every = null, timeZone } = args;
  return {
    tenant: asked.tenant,
    kind,
    range: resolveRange({ range, every, timeZone: timeZone ?? 'UTC', nowMs: asked.nowMs }),
    where: normaliseWhere(kind, args.where ?? {}),
  };
}

/** `asks` is everything else that the answer depends on. */
export function answerBehaviour<Value>(
  question: BehaviourQuestion,
  asks: readonly unknown[],
  compute: (reading: Reading) => Promise<Value>,
  sources: ReadSources,
): Promise<ReadAnswer<Value>> {
  const { tenant, kind, range, where } = question;
  const text = JSON.stringify([kind.kind, range.fromUs, range.toUs, range.windows, where, ...asks]);
  const scope = { spans: [{ fromUs: range.fromUs, toUs: range.toUs }], tables: [rawTable(kind)] };
  return readThrough({ tenant, question: text, topics: [kind.plural], scope, ratesTo: null }, compute, sources);
}

/** The events of the question, from FROM on. */
export function eventsFrom(question: BehaviourQuestion, params: SqlParameters): string {
  const { kind, range } = question;
  const plan = planRaw({ kind, range, fields: [], exact: false, convertedQuantiles: false, nowUs: range.nowUs });
  const source = rowSource({ ...question, convertTo: null }, params);
  return plan.parts.map((part) => partRows(source, part, [])).join('');
}

export function userColumn(kind: KindModel): string {
  return `\`${kind.keyField}\``;
}

/** An event's time in microseconds. Its order among the events of a user is by this, then by `_id`. */
export function microsColumn(kind: KindModel): string {
  return `toUnixTimestamp64Micro(\`${kind.timeField}\`)`;
}

/** 0 to 1; of nothing there is no share. */
export function shareOf(part: number, whole: number | undefined): number | null {
  return whole === undefined || whole === 0 ? null : part / whole;
}
