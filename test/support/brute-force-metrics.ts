import type { MetricsAnswer } from '../../src/analytics/metrics/answer-metrics.ts';
import type { MeasureValue } from '../../src/analytics/metrics/measure-value.ts';
import type { MetricsQuestion } from '../../src/analytics/metrics/metrics-question.ts';
import type { MetricsRow } from '../../src/analytics/metrics/scan-metrics.ts';
import { comparedRange } from '../../src/analytics/time/resolve-range.ts';
import { type WindowedRange, windowAt, windowIndexAt } from '../../src/analytics/time/windows.ts';
import type { MeasureModel, WhereTree } from '../../src/model/event-model.ts';
import { QUANTILE_RELATIVE_ERROR } from '../../src/model/tables/rollup-columns.ts';
import type { Payment } from './asked-kind.ts';

type Cell = { readonly window: number; readonly others: boolean; readonly key: string; readonly payments: Payment[] };
type Row = Omit<MetricsRow, 'id'>;

/** The answer to a question by looking at every event, one after another: what every table must agree with. */
export function bruteForce(
  question: MetricsQuestion,
  payments: readonly Payment[],
  rates: Rates = new Map(),
): Pick<MetricsAnswer, 'hasMore' | 'total'> & { readonly rows: readonly Row[] } {
  const matching = matchingPayments(question, payments, rates);
  const inRange = within(matching, question.range);
  const top = topKeys(question, inRange);
  const cells = cellsOf(question, question.range, inRange, top);
  const previous = previousCells(question, matching, top);
  const filled = fill(question, cells);
  const rows = filled.map((cell) => rowOf(question, cell, cells, filled, previous));
  const kept = rows
    .filter((row) => question.top?.others !== false || !row.others)
    .filter((row) => question.having === null || having(question, row, question.having))
    .sort((a, b) => compareRows(question, a, b));
  const shown = question.limit === null ? kept : kept.slice(0, question.limit);
  const total = Object.fromEntries(
    (question.select.total ?? []).map((measure) => [measure.name, value(measure, inRange)]),
  );
  return { rows: question.select.rows === null ? [] : shown, hasMore: shown.length < kept.length, total };
}

/** All values that an estimate within its stated error may have: pairs of least and greatest. */
export function quantileBounds(
  measure: MeasureModel,
  payments: readonly Payment[],
): readonly (readonly [number, number])[] {
  const numbers = numbersOf(measure, payments)
    .map(Number)
    .sort((a, b) => a - b);
  const level = LEVELS[measure.op] ?? 0;
  const first = Math.max(0, Math.floor(level * (numbers.length - 1)) - 1);
  const last = Math.min(numbers.length - 1, Math.ceil(level * numbers.length));
  const rounding = measure.graphqlType === 'Decimal' ? 0.5 * 10 ** -scaleOf(measure) : 0;
  return numbers.slice(first, last + 1).map((number) => {
    const error = Math.abs(number) * QUANTILE_RELATIVE_ERROR + rounding + 1e-12;
    return [number - error, number + error] as const;
  });
}

/** The events behind a row or, with null, behind the total. */
export function eventsOf(
  question: MetricsQuestion,
  payments: readonly Payment[],
  row: MetricsRow | null,
  rates: Rates = new Map(),
): readonly Payment[] {
  const { inRange, cells } = cellsOnce(question, payments, rates);
  if (row === null) return inRange;
  const window = windowIndexAt(question.range, row.startUs);
  const key = row.others ? OTHERS : JSON.stringify(question.by.map((field) => row.group[field.name] ?? null));
  return cells.find((cell) => cell.window === window && cell.key === key)?.payments ?? [];
}

const cellsSeen = new WeakMap<
  MetricsQuestion,
  { readonly inRange: readonly Payment[]; readonly cells: readonly Cell[] }
>();

function cellsOnce(question: MetricsQuestion, payments: readonly Payment[], rates: Rates) {
  const seen = cellsSeen.get(question);
  if (seen !== undefined) return seen;
  const inRange = within(matchingPayments(question, payments, rates), question.range);
  const made = { inRange, cells: cellsOf(question, question.range, inRange, topKeys(question, inRange)) };
  cellsSeen.set(question, made);
  return made;
}

/** By `<from> <to> <day>`. */
export type Rates = ReadonlyMap<string, string>;

/** Filtered as they were sent, then with their amounts in the currency asked for. */
function matchingPayments(question: MetricsQuestion, payments: readonly Payment[], rates: Rates): readonly Payment[] {
  const matching = payments.filter((payment) => matches(payment, question.where));
  return question.convertTo === null
    ? matching
    : matching.map((one) => converted(one, question.convertTo ?? '', rates));
}

function converted(payment: Payment, to: string, rates: Rates): Payment {
  if (payment.currency === to) return payment;
  const rate = rates.get(rateKey(payment, to)) ?? '0';
  return { ...payment, amount: unscaled(scaled(payment.amount, 4) * scaled(rate, 18), 22) };
}

function rateKey({ currency, timeUs }: Payment, to: string): string {
  return `${currency} ${to} ${new Date(timeUs / 1000).toISOString().slice(0, 10)}`;
}

/** What must be in the table of rates for this question: for every amount that it is about, by the day of its event in UTC. */
export function ratesNeeded(question: MetricsQuestion, payments: readonly Payment[]): ReadonlySet<string> {
  const { convertTo: to, select, compare, top } = question;
  if (to === null) return new Set();
  const compared = compare === null || select.previous === null || select.rows === null ? null : compare;
  const ranges = [question.range, ...(compared === null ? [] : [previousRange(question, compared.shift)])];
  const asked = [...(select.rows?.measures ?? []), ...(select.total ?? []), ...(select.previous ?? [])];
  const money = [...asked, ...(top === null ? [] : [top.by])].filter(({ currencyField }) => currencyField !== null);
  const onlyEuros = money.every(({ name }) => name === 'euros');
  const matching = payments.filter((one) => matches(one, question.where) && one.currency !== to);
  const amounts = matching.filter(({ currency }) => !onlyEuros || currency === 'EUR');
  return new Set(ranges.flatMap((range) => within(amounts, range).map((one) => rateKey(one, to))));
}

function previousRange(question: MetricsQuestion, shift: string | null): WindowedRange {
  return comparedRange(question.range, shift, question.timeZone);
}

function within(payments: readonly Payment[], range: WindowedRange): readonly Payment[] {
  return payments.filter(({ timeUs }) => timeUs >= range.fromUs && timeUs < range.toUs);
}

function groupKey(question: MetricsQuestion, payment: Payment): string {
  return JSON.stringify(question.by.map((field) => fieldOf(payment, field.name) ?? null));
}

function fieldOf(payment: Payment, name: string): unknown {
  return payment[name as keyof Payment];
}

function topKeys(question: MetricsQuestion, payments: readonly Payment[]): ReadonlySet<string> | null {
  const { top } = question;
  if (top === null) return null;
  const groups = new Map<string, Payment[]>();
  for (const payment of payments) push(groups, groupKey(question, payment), payment);
  const ranked = [...groups].map(([key, members]) => ({ key, rank: value(top.by, members) }));
  ranked.sort((a, b) => -compareValues(a.rank, b.rank) || compareKeys(a.key, b.key));
  return new Set(ranked.slice(0, top.n).map(({ key }) => key));
}

const OTHERS = '';

function cellsOf(
  question: MetricsQuestion,
  range: WindowedRange,
  payments: readonly Payment[],
  top: ReadonlySet<string> | null,
): readonly Cell[] {
  const cells = new Map<string, Cell>();
  for (const payment of payments) {
    const window = windowIndexAt(range, payment.timeUs);
    const own = groupKey(question, payment);
    const others = top !== null && !top.has(own);
    const key = others ? OTHERS : own;
    const name = `${window}|${key}`;
    const cell = cells.get(name) ?? { window, others, key, payments: [] };
    cell.payments.push(payment);
    cells.set(name, cell);
  }
  return [...cells.values()];
}

function previousCells(
  question: MetricsQuestion,
  payments: readonly Payment[],
  top: ReadonlySet<string> | null,
): readonly Cell[] | null {
  if (question.compare === null || question.select.previous === null) return null;
  const range = comparedRange(question.range, question.compare.shift, question.timeZone);
  const cells = cellsOf(question, range, within(payments, range), top);
  if (range.beside === null) return cells;
  return range.beside.flatMap((beside, window) =>
    cells.filter((cell) => cell.window === beside).map((cell) => ({ ...cell, window })),
  );
}

function fill(question: MetricsQuestion, cells: readonly Cell[]): readonly Cell[] {
  const { range } = question;
  if (question.fill === 'NONE' || range.nowUs < range.fromUs) return cells;
  const groups = new Map(cells.map((cell) => [cell.key, cell]));
  if (question.by.length === 0) groups.set('[]', { window: 0, others: false, key: '[]', payments: [] });
  const begun = windowIndexAt(range, range.nowUs) + 1;
  const there = new Set(cells.map((cell) => `${cell.window}|${cell.key}`));
  const missing = [...groups.values()].flatMap((group) =>
    Array.from({ length: begun }, (_, window) => window)
      .filter((window) => !there.has(`${window}|${group.key}`))
      .map((window) => ({ ...group, window, payments: [] })),
  );
  return [...cells, ...missing];
}

function rowOf(
  question: MetricsQuestion,
  cell: Cell,
  cells: readonly Cell[],
  filled: readonly Cell[],
  previous: readonly Cell[] | null,
): Row {
  const rows = question.select.rows ?? { measures: [], shares: [], running: [], late: false };
  const window = windowAt(question.range, cell.window);
  const source = carriedFrom(question, cell, filled);
  const ofWindow = (): readonly Payment[] =>
    cells.filter((other) => other.window === cell.window).flatMap((other) => other.payments);
  const upToNow = (): readonly Payment[] =>
    cells.filter((other) => other.key === cell.key && other.window <= cell.window).flatMap((other) => other.payments);
  const group = cell.others ? [] : (JSON.parse(cell.key) as readonly MeasureValue[]);
  const before = previous?.find((other) => other.key === cell.key && other.window === cell.window)?.payments ?? [];
  return {
    startUs: window.fromUs,
    endUs: window.toUs,
    others: cell.others,
    lateCount: rows.late ? cell.payments.filter(({ late }) => late).length : 0,
    group: Object.fromEntries(question.by.map((field, index) => [field.name, group[index] ?? null])),
    measures: Object.fromEntries(rows.measures.map((one) => [one.name, value(one, source)])),
    shares: Object.fromEntries(rows.shares.map((one) => [one.name, share(one, cell.payments, ofWindow())])),
    running: Object.fromEntries(rows.running.map((one) => [one.name, value(one, upToNow())])),
    previous:
      previous === null
        ? null
        : Object.fromEntries((question.select.previous ?? []).map((one) => [one.name, value(one, before)])),
  };
}

/** With fill PREVIOUS an empty window shows the last window before it that was not empty. */
function carriedFrom(question: MetricsQuestion, cell: Cell, filled: readonly Cell[]): readonly Payment[] {
  if (question.fill !== 'PREVIOUS' || cell.payments.length > 0) return cell.payments;
  const before = filled
    .filter((other) => other.key === cell.key && other.window < cell.window && other.payments.length > 0)
    .sort((a, b) => b.window - a.window);
  return before[0]?.payments ?? [];
}

function share(measure: MeasureModel, part: readonly Payment[], whole: readonly Payment[]): number | null {
  const all = Number(value(measure, whole));
  return all === 0 ? null : Number(value(measure, part)) / all;
}

const LEVELS: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

export function value(measure: MeasureModel, payments: readonly Payment[]): MeasureValue {
  const counted =
    measure.metric === null ? payments : payments.filter((one) => matches(one, measure.metric?.where ?? {}));
  const name = measure.field?.name ?? '';
  if (measure.field === null) return counted.length;
  if (measure.op === 'distinct')
    return new Set(counted.map((one) => fieldOf(one, name)).filter((one) => one !== null)).size;
  const numbers = numbersOf(measure, counted);
  const sum = sumOf(measure, numbers);
  if (measure.op === 'sum' || measure.op === 'metric') return sum;
  if (numbers.length === 0) return null;
  if (measure.op === 'avg') {
    return measure.graphqlType === 'Decimal'
      ? roundedQuotient(scaled(String(sum), SCALE), BigInt(numbers.length), scaleOf(measure))
      : Number(sum) / numbers.length;
  }
  const sorted = [...numbers].sort((a, b) => Number(a) - Number(b) || compareValues(a, b));
  const at =
    { min: 0, max: sorted.length - 1 }[measure.op as string] ??
    Math.max(Math.ceil((LEVELS[measure.op] ?? 0) * sorted.length - 1e-9) - 1, 0);
  const found = sorted[at] ?? null;
  return measure.graphqlType === 'Decimal' ? shortest(String(found)) : Number(found);
}

function numbersOf(measure: MeasureModel, payments: readonly Payment[]): readonly (string | number)[] {
  const values = payments.map((one) => fieldOf(one, measure.field?.name ?? ''));
  return values.filter((one): one is string | number => typeof one === 'string' || typeof one === 'number');
}

function sumOf(measure: MeasureModel, numbers: readonly (string | number)[]): MeasureValue {
  if (measure.graphqlType === 'Decimal' || measure.field?.type === 'Decimal') {
    return unscaled(
      numbers.reduce((sum, number) => sum + scaled(String(number), SCALE), 0n),
      SCALE,
    );
  }
  return numbers.reduce<number>((sum, number) => sum + Number(number), 0);
}

/** Four digits of an amount and eighteen of a rate. */
const SCALE = 22;

function scaleOf(measure: MeasureModel): number {
  return measure.field?.constraint.scale ?? 4;
}

/** Half away from zero, to six digits more than the field has. */
function roundedQuotient(sum: bigint, count: bigint, scale: number): string {
  const digits = scale + 6;
  const magnitude = (sum < 0n ? -sum : sum) / (count * 10n ** BigInt(SCALE - digits - 1));
  const rounded = (magnitude + 5n) / 10n;
  return unscaled(sum < 0n ? -rounded : rounded, digits);
}

export function scaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(scale, '0').slice(0, scale));
  return text.startsWith('-') ? -magnitude : magnitude;
}

function unscaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return shortest(`${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
}

function shortest(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export function matches(payment: Payment, where: WhereTree): boolean {
  return Object.entries(where).every(([name, tree]) => {
    if (name === 'and') return (tree as readonly WhereTree[]).every((one) => matches(payment, one));
    if (name === 'or') return (tree as readonly WhereTree[]).some((one) => matches(payment, one));
    if (name === 'not') return !matches(payment, tree as WhereTree);
    return Object.entries(tree as WhereTree).every(([operator, wanted]) =>
      holds(fieldOf(payment, name) ?? null, operator, wanted),
    );
  });
}

function having(question: MetricsQuestion, row: Row, tree: WhereTree): boolean {
  return Object.entries(tree).every(([name, wanted]) => {
    if (name === 'and') return (wanted as readonly WhereTree[]).every((one) => having(question, row, one));
    if (name === 'or') return (wanted as readonly WhereTree[]).some((one) => having(question, row, one));
    if (name === 'not') return !having(question, row, wanted as WhereTree);
    return Object.entries(wanted as WhereTree).every(([operator, bound]) =>
      holds(row.measures[name] ?? null, operator, bound),
    );
  });
}

function holds(value: unknown, operator: string, wanted: unknown): boolean {
  const compared = (): number => compareValues(value as MeasureValue, wanted as MeasureValue);
  switch (operator) {
    case 'isNull':
      return (value === null) === wanted;
    case 'ne':
      return value === null || compared() !== 0;
    case 'notIn':
      return value === null || !(wanted as readonly unknown[]).includes(value);
    case 'in':
      return (wanted as readonly unknown[]).includes(value);
    case 'startsWith':
      return value !== null && String(value).startsWith(String(wanted));
    case 'contains':
      return value !== null && String(value).includes(String(wanted));
    default:
      if (value === null) return false;
      return (
        { eq: compared() === 0, lt: compared() < 0, lte: compared() <= 0, gt: compared() > 0, gte: compared() >= 0 }[
          operator
        ] ?? false
      );
  }
}

/** Numbers of any spelling by their size, texts by their letters. */
const numeric = /^-?\d+(\.\d+)?$/;

function compareValues(a: MeasureValue, b: MeasureValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (numeric.test(String(a)) && numeric.test(String(b))) {
    const difference = scaled(String(a), SCALE) - scaled(String(b), SCALE);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (typeof a === 'number' || typeof b === 'number') return Math.sign(Number(a) - Number(b));
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** By the dimensions in turn, a missing one last. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [JSON.parse(a), JSON.parse(b)] as [readonly MeasureValue[], readonly MeasureValue[]];
  for (const [index, value] of left.entries()) {
    const order = nullsLast(value, right[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function nullsLast(a: MeasureValue, b: MeasureValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function compareRows(question: MetricsQuestion, a: Row, b: Row): number {
  for (const { by, direction } of question.orderBy) {
    const pick = (row: Row): MeasureValue => {
      if (by.kind === 'start') return row.startUs;
      if (by.kind === 'measure') return row.measures[by.measure.name] ?? null;
      return row.group[question.by[by.index]?.name ?? ''] ?? null;
    };
    const [left, right] = [pick(a), pick(b)];
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1;
      continue;
    }
    const order = by.kind === 'dimension' ? nullsLast(left, right) : compareValues(left, right);
    if (order !== 0) return direction === 'ASC' ? order : -order;
  }
  const groups = question.by.map((field) => nullsLast(a.group[field.name] ?? null, b.group[field.name] ?? null));
  return a.startUs - b.startUs || Number(a.others) - Number(b.others) || (groups.find((order) => order !== 0) ?? 0);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
