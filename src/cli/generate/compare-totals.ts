import type { KindModel } from '../../model/event-model.ts';
import { decimalText, type ExpectedTotals } from './expected-totals.ts';
import type { SentKind } from './send-kind.ts';
import { comparedMeasures, groupKeyOf, type ServerShows } from './server-shows.ts';

/** One number that a correct system must show, and what this one shows. */
export interface Comparison {
  readonly kind: string;
  readonly what: string;
  readonly expected: string;
  readonly shown: string;
  readonly equal: boolean;
}

/**
 * Expected against shown, for one kind: counts and exact sums of every hour, least and greatest where nothing else was in the hour before, and the
 * ledger. What was there before is subtracted, so a server with a history can be judged too, as long as nobody else sends meanwhile.
 */
export function compareTotals(totals: ExpectedTotals, before: ServerShows, after: ServerShows): readonly Comparison[] {
  const { kind } = totals;
  const names = new Set(comparedMeasures(kind));
  const hours = totals.groups().flatMap((group) => {
    const key = groupKeyOf(group.hourMs, group.currency);
    const [was, is] = [before.groups.get(key), after.groups.get(key)];
    const count = comparison(kind, `count ${key}`, String(group.count), String((is?.count ?? 0) - (was?.count ?? 0)));
    const values = [...group.values].flatMap(([name, expected]) => {
      if (!names.has(name)) return [];
      const additive = !/(Min|Max)$/.test(name);
      if (!additive && was !== undefined && was.count > 0) return [];
      const shown = difference(is?.values.get(name) ?? null, additive ? (was?.values.get(name) ?? null) : null);
      return [comparison(kind, `${name} ${key}`, expected, shown)];
    });
    return [count, ...values];
  });
  const { ledger } = after;
  return [
    ...hours,
    comparison(kind, 'ledger: events seen', String(totals.admitted), String(ledger.seen - before.ledger.seen)),
    comparison(kind, 'ledger: gaps', '0', String(ledger.gaps)),
    comparison(kind, 'ledger: duplicates', '0', String(ledger.duplicates)),
    comparison(kind, 'ledger: expected = seen', String(ledger.expected), String(ledger.seen)),
  ];
}

/** An answer that was lost on the way makes a DUPLICATE of what it had admitted: then only their sum can be compared. */
export function compareAnswers({ kind, totals, answered }: SentKind): readonly Comparison[] {
  const compare = (what: string, expected: number, shown: number): Comparison =>
    comparison(kind, what, String(expected), String(shown));
  const { admitted, duplicates } = totals;
  const kept =
    answered.repeated > 0
      ? [compare('admitted or duplicate', admitted + duplicates, answered.admitted + answered.duplicates)]
      : [compare('admitted', admitted, answered.admitted), compare('duplicate', duplicates, answered.duplicates)];
  const codes = new Set([...totals.rejected.keys(), ...answered.rejected.keys()]);
  const rejected = [...codes].map((code) =>
    compare(`rejected ${code}`, totals.rejected.get(code) ?? 0, answered.rejected.get(code) ?? 0),
  );
  return [...kept, ...rejected];
}

function comparison(kind: KindModel, what: string, expected: string, shown: string): Comparison {
  return { kind: kind.singular, what: what.trim(), expected, shown, equal: expected === shown };
}

/** `a - b` exactly, without zeros at the end; a missing value is 0. */
function difference(a: string | null, b: string | null): string {
  const digits = Math.max(fractionOf(a).length, fractionOf(b).length);
  const units = unitsOf(a, digits) - unitsOf(b, digits);
  return decimalText(units, digits);
}

function fractionOf(decimal: string | null): string {
  return decimal?.split('.')[1] ?? '';
}

function unitsOf(decimal: string | null, digits: number): bigint {
  if (decimal === null) return 0n;
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
}
