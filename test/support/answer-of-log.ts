import { decodeVersion } from '../../src/model/version.ts';
import type { LoggedPayment, PaymentRow } from './resuming-reader.ts';

export interface StateAtVersion {
  readonly version: string;
  readonly rows: readonly PaymentRow[];
}

/**
 * Whether these rows are what the payments add up to that the version names, of each partition all up to its offset, and no others but those that
 * follow there: where ClickHouse loads by itself, an answer may hold what is about to be committed. Never one without those before it.
 */
export function isAnswerOfLog({ version, rows }: StateAtVersion, logged: readonly LoggedPayment[]): boolean {
  const offsets = decodeVersion(version).offsets.get('transactions') ?? new Map<number, bigint>();
  const partitions = [...new Set(logged.map(({ partition }) => partition))].map((partition) => {
    const inOrder = logged
      .filter((payment) => payment.partition === partition)
      .toSorted((a, b) => Number(a.offset - b.offset));
    const upTo = offsets.get(partition) ?? -1n;
    return { inOrder, named: inOrder.filter(({ offset }) => offset <= upTo).length };
  });
  const left = new Map(rows.map((row) => [groupOf(row), { count: row.count, cents: centsOf(row.amountSum) }]));
  const named = partitions.flatMap(({ inOrder, named: count }) => inOrder.slice(0, count));
  return named.every((payment) => take(left, payment)) && followExactly(partitions, left);
}

interface LoggedPartition {
  readonly inOrder: readonly LoggedPayment[];
  /** How many of them are in the answer at least. */
  readonly named: number;
}

type Left = Map<string, { count: number; cents: number }>;

/** Looks for a place in each partition up to which everything is in the answer: what is left is exactly what lies between. */
function followExactly(partitions: readonly LoggedPartition[], left: Left): boolean {
  const tried = new Set<string>();
  const goOn = (places: readonly number[]): boolean => {
    if ([...left.values()].every(({ count, cents }) => count === 0 && cents === 0)) return true;
    const name = places.join();
    if (tried.has(name)) return false;
    tried.add(name);
    return partitions.some(({ inOrder }, at) => {
      const place = places[at] ?? 0;
      const payment = inOrder[place];
      if (payment === undefined || !take(left, payment)) return false;
      if (goOn(places.with(at, place + 1))) return true;
      give(left, payment);
      return false;
    });
  };
  return goOn(partitions.map(({ named }) => named));
}

function take(left: Left, payment: LoggedPayment): boolean {
  const group = left.get(groupOf({ ...payment, start: hourOf(payment.occurredAt) }));
  const cents = centsOf(payment.amount);
  if (group === undefined || group.count < 1 || group.cents < cents) return false;
  group.count--;
  group.cents -= cents;
  return true;
}

function give(left: Left, payment: LoggedPayment): void {
  const group = left.get(groupOf({ ...payment, start: hourOf(payment.occurredAt) }));
  if (group === undefined) return;
  group.count++;
  group.cents += centsOf(payment.amount);
}

function groupOf({ start, currency, category }: Pick<PaymentRow, 'start' | 'currency' | 'category'>): string {
  return JSON.stringify([Date.parse(start), currency, category]);
}

function hourOf(time: string): string {
  return `${time.slice(0, 13)}:00:00Z`;
}

function centsOf(amount: string): number {
  return Math.round(Number(amount) * 100);
}
