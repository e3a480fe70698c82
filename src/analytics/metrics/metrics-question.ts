import type { FieldModel, KindModel, MeasureModel, WhereTree } from '../../model/event-model.ts';
import { enumName } from '../../model/names.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { LakegateError } from '../../platform/errors.ts';
import { begunWindowCount, type ResolvedRange, resolveRange, type TimeRangeInput } from '../time/resolve-range.ts';
import { parseStep } from '../time/step.ts';
import { checkCurrencies } from './check-currencies.ts';
import { checkHaving } from './check-having.ts';
import { askedMeasures, isConverted } from './conversion.ts';

/** A metrics question with nothing left open: equal questions have equal text, and everything that changes the answer is in it. */
export interface MetricsQuestion {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly range: ResolvedRange;
  readonly timeZone: string;
  readonly by: readonly FieldModel[];
  readonly where: WhereTree;
  readonly having: WhereTree | null;
  readonly orderBy: readonly Order[];
  readonly top: { readonly n: number; readonly by: MeasureModel; readonly others: boolean } | null;
  readonly fill: Fill;
  /** `shift` null compares with the period just before. Null where nothing of it is asked for. */
  readonly compare: { readonly shift: string | null } | null;
  /** Null where it makes no difference: no money is asked for, or all of it is in this currency already. */
  readonly convertTo: string | null;
  /** True only where it makes a difference: an approximate measure is asked for. */
  readonly exact: boolean;
  readonly limit: number | null;
  readonly select: MetricsSelection;
}

export type Fill = 'NONE' | 'ZERO' | 'PREVIOUS';
export type OrderTarget =
  | { readonly kind: 'start' }
  | { readonly kind: 'dimension'; readonly index: number }
  | { readonly kind: 'measure'; readonly measure: MeasureModel };
export type Order = { readonly by: OrderTarget; readonly direction: 'ASC' | 'DESC' };

/** Only what is asked for is computed. */
export interface MetricsSelection {
  /** Null: no rows are wanted at all. */
  readonly rows: {
    readonly measures: readonly MeasureModel[];
    readonly shares: readonly MeasureModel[];
    readonly running: readonly MeasureModel[];
    readonly late: boolean;
  } | null;
  readonly total: readonly MeasureModel[] | null;
  /** Of the rows' windows in the period compared with. */
  readonly previous: readonly MeasureModel[] | null;
  /** The rates that the answer was converted with. */
  readonly rates: boolean;
}

/** The arguments as GraphQL coerced them. */
export interface MetricsArguments {
  readonly range: TimeRangeInput;
  readonly every?: string | null | undefined;
  readonly by?: readonly string[] | null | undefined;
  readonly where?: WhereTree | null | undefined;
  readonly having?: WhereTree | null | undefined;
  readonly top?: { readonly n: number; readonly by: string; readonly others: boolean } | null | undefined;
  readonly orderBy?: readonly { readonly by: string; readonly direction: 'ASC' | 'DESC' }[] | null | undefined;
  readonly fill?: Fill | null | undefined;
  readonly compare?: { readonly precedingPeriod?: boolean | null; readonly shift?: string | null } | null | undefined;
  readonly timeZone?: string | null | undefined;
  readonly convertTo?: string | null | undefined;
  readonly exact?: boolean | null | undefined;
  readonly limit?: number | null | undefined;
}

/** More rows than this are never one answer. */
export const ROWS_MAX = 10_000;
/** Groups that `top` may keep: each is compared with every row read. */
const TOP_MAX = 1000;

export function readMetricsQuestion(
  kind: KindModel,
  args: MetricsArguments,
  selected: MetricsSelection,
  asked: { readonly tenant: string; readonly nowMs: number },
): MetricsQuestion {
  const zone = args.timeZone ?? 'UTC';
  const by = uniqueDimensions(kind, args.by ?? []);
  const orderBy = (args.orderBy ?? []).map((order) => readOrder(kind, by, order));
  const having = args.having ?? null;
  if (having !== null) checkHaving(having);
  const top = readTop(kind, by, args.top ?? null);
  const select = withNeeded(kind, selected, orderBy, having);
  const compare = readCompare(args.compare ?? null);
  const compared = compare === null || select.rows === null ? null : select.previous;
  const answered = [...(select.rows?.measures ?? []), ...(select.total ?? []), ...(compared ?? [])];
  const read = [...answered, ...(top === null ? [] : [top.by])];
  const asSaid: MetricsQuestion = {
    tenant: asked.tenant,
    kind,
    range: resolveRange({ range: args.range, every: args.every ?? null, timeZone: zone, nowMs: asked.nowMs }),
    timeZone: zone,
    by,
    where: normaliseWhere(kind, args.where ?? {}),
    having,
    orderBy,
    top,
    fill: args.fill ?? 'NONE',
    compare: compared === null ? null : compare,
    convertTo: args.convertTo ?? null,
    exact: args.exact === true && read.some((measure) => measure.approximate),
    limit: readLimit(args.limit ?? null),
    select,
  };
  const converts = askedMeasures(asSaid).some((measure) => isConverted(asSaid, measure));
  const question = converts ? asSaid : { ...asSaid, convertTo: null };
  checkCurrencies(asSaid);
  return question;
}

/**
 * The same for every question that must get the same answer from the same data; the version is not part of it, and neither is the declaration of the
 * kind: whoever shares what is kept under it has the same.
 */
export function questionText(question: MetricsQuestion): string {
  return questionTexts(question)(question.range);
}

/** The texts of one question over parts of its range. What they have in common is written once. */
export function questionTexts(question: MetricsQuestion): (part: ResolvedRange) => string {
  const { range, select, fill } = question;
  const common = JSON.stringify({
    ...question,
    tenant: undefined,
    kind: question.kind.kind,
    range: range.every,
    by: names(question.by),
    orderBy: question.orderBy.map(({ by, direction }) => [orderName(question, by), direction]),
    // One interval has several periods just before it: a month precedes October, and 31 days precede its 31 days.
    compare: question.compare && (question.compare.shift ?? range.span),
    top: question.top && { ...question.top, by: question.top.by.name },
    select: {
      rows: select.rows && {
        measures: names(select.rows.measures),
        shares: names(select.rows.shares),
        running: names(select.rows.running),
        late: select.rows.late,
      },
      total: select.total && names(select.total),
      previous: select.previous && names(select.previous),
      rates: select.rates && question.convertTo !== null,
    },
  });
  return (part) => `${common} ${part.fromUs} ${part.toUs} ${fill === 'NONE' ? '' : begunWindowCount(part)}`;
}

export function measureNamed(kind: KindModel, name: string): MeasureModel {
  const found = kind.measures.find((measure) => measure.enumName === name || measure.name === name);
  if (found === undefined) throw badRequest(`expected a measure of ${kind.typeName}, got ${JSON.stringify(name)}`);
  return found;
}

export function dimensionNamed(kind: KindModel, name: string): FieldModel {
  const found = kind.dimensions.find((field) => enumName(field.name) === name || field.name === name);
  if (found === undefined) throw badRequest(`expected a dimension of ${kind.typeName}, got ${JSON.stringify(name)}`);
  return found;
}

/** Selected or ordered by, but not grouped by: never a null that looks like a value. */
export function notGrouped(kind: KindModel, field: FieldModel): LakegateError {
  const name = enumName(field.name);
  return new LakegateError({
    code: 'NOT_GROUPED',
    message: `${field.name} of ${kind.typeName} is not in \`by\`: add ${name} to \`by\`, or leave ${field.name} out`,
  });
}

export function badRequest(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message });
}

function uniqueDimensions(kind: KindModel, by: readonly string[]): readonly FieldModel[] {
  return [...new Set(by.map((name) => dimensionNamed(kind, name)))];
}

function readOrder(
  kind: KindModel,
  by: readonly FieldModel[],
  order: { readonly by: string; readonly direction: 'ASC' | 'DESC' },
): Order {
  return { by: readOrderTarget(kind, by, order.by), direction: order.direction };
}

function readOrderTarget(kind: KindModel, by: readonly FieldModel[], name: string): OrderTarget {
  if (name === 'START') return { kind: 'start' };
  const measure = kind.measures.find((candidate) => candidate.enumName === name);
  if (measure !== undefined) return { kind: 'measure', measure };
  const field = dimensionNamed(kind, name);
  const index = by.indexOf(field);
  if (index === -1) throw notGrouped(kind, field);
  return { kind: 'dimension', index };
}

function readTop(kind: KindModel, by: readonly FieldModel[], top: MetricsArguments['top']): MetricsQuestion['top'] {
  if (top === null || top === undefined) return null;
  if (by.length === 0) throw badRequest('top: expected `by` to name what the greatest groups are of, got none');
  if (top.n < 1 || top.n > TOP_MAX) throw badRequest(`top.n: expected 1 to ${TOP_MAX}, got ${top.n}`);
  return { n: top.n, by: measureNamed(kind, top.by), others: top.others };
}

function readCompare(compare: MetricsArguments['compare']): MetricsQuestion['compare'] {
  if (compare?.shift != null) {
    parseStep(compare.shift, 'compare.shift');
    return { shift: compare.shift };
  }
  return compare?.precedingPeriod === true ? { shift: null } : null;
}

function readLimit(limit: number | null): number | null {
  if (limit !== null && (limit < 1 || limit > ROWS_MAX)) {
    throw badRequest(`limit: expected 1 to ${ROWS_MAX}, got ${limit}`);
  }
  return limit;
}

/** Rows are also ordered and filtered by measures that nobody selected. */
function withNeeded(
  kind: KindModel,
  selected: MetricsSelection,
  orderBy: readonly Order[],
  having: WhereTree | null,
): MetricsSelection {
  if (selected.rows === null) return selected;
  const needed = new Set([...selected.rows.measures, ...selected.rows.shares, ...selected.rows.running]);
  for (const { by } of orderBy) if (by.kind === 'measure') needed.add(by.measure);
  if (having !== null) for (const measure of havingMeasures(kind, having)) needed.add(measure);
  return { ...selected, rows: { ...selected.rows, measures: kind.measures.filter((measure) => needed.has(measure)) } };
}

function havingMeasures(kind: KindModel, having: WhereTree): readonly MeasureModel[] {
  return Object.entries(having).flatMap(([name, value]) => {
    if (name === 'and' || name === 'or')
      return (value as readonly WhereTree[]).flatMap((tree) => havingMeasures(kind, tree));
    if (name === 'not') return havingMeasures(kind, value as WhereTree);
    return [measureNamed(kind, name)];
  });
}

function orderName(question: MetricsQuestion, target: OrderTarget): string {
  switch (target.kind) {
    case 'start':
      return 'start';
    case 'dimension':
      return question.by[target.index]?.name ?? '';
    case 'measure':
      return target.measure.name;
  }
}

function names(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}
