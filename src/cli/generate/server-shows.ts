import type { KindModel } from '../../model/event-model.ts';
import { askGraphql } from './graphql-client.ts';

/** What the server shows of a kind: its metrics by hour (and currency, where there is money), and its ledger. */
export interface ServerShows {
  readonly groups: ReadonlyMap<string, ShownGroup>;
  readonly ledger: ShownLedger;
}

interface ShownGroup {
  readonly count: number;
  /** Measure to decimal text; null where no event had a value. */
  readonly values: ReadonlyMap<string, string | null>;
}

interface ShownLedger {
  readonly expected: number;
  readonly seen: number;
  readonly gaps: number;
  readonly duplicates: number;
}

interface ShownRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** What must be visible in the answer: the version of the last ingest answer. */
  readonly atLeast: string | null;
}

export async function serverShows(url: string, kind: KindModel, range: ShownRange): Promise<ServerShows> {
  const names = comparedMeasures(kind);
  const currency = currencyFieldOf(kind);
  const by = currency === null ? '' : `, by: [${enumName(kind, currency)}]`;
  const metrics = `query Metrics($range: TimeRange!, $atLeast: Version) {
    metrics: ${kind.singular}Metrics(range: $range, every: "1h"${by}, atLeast: $atLeast) {
      rows { start count ${[...names, ...(currency === null ? [] : [`currency: ${currency}`])].join(' ')} }
    }
  }`;
  const variables = {
    range: { from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() },
    atLeast: range.atLeast,
  };
  const { rows } = (await askGraphql<MetricsData>(url, { query: metrics, variables })).metrics;
  // After the metrics, because those have waited: the ledger tells of what is visible now.
  const ledger = `{ ledger(kind: ${kind.kind}) { expected seen gaps duplicates } }`;
  return {
    groups: new Map(rows.map((row) => [groupKey(row), shownGroup(row, names)])),
    ledger: (await askGraphql<LedgerData>(url, { query: ledger })).ledger,
  };
}

/** `2026-11-21T10:00:00.000Z EUR`: the hour and, where there is one, the currency. */
export function groupKeyOf(hourMs: number, currency: string | null): string {
  return `${new Date(hourMs).toISOString()} ${currency ?? ''}`;
}

/** Sums, minima, maxima and named metrics of numbers: what can be compared to the last digit. Money in the currency grouped by, no other. */
export function comparedMeasures(kind: KindModel): readonly string[] {
  const currency = currencyFieldOf(kind);
  return kind.measures
    .filter(({ op }) => op === 'metric' || op === 'sum' || op === 'min' || op === 'max')
    .filter(({ graphqlType }) => graphqlType !== 'DateTime')
    .filter(({ currencyField }) => currencyField === null || currencyField === currency)
    .map(({ name }) => name);
}

export function currencyFieldOf(kind: KindModel): string | null {
  return kind.fields.find((field) => field.money !== null)?.money?.currencyField ?? null;
}

interface MetricsData {
  readonly metrics: { readonly rows: readonly ShowsRow[] };
}

interface LedgerData {
  readonly ledger: ShownLedger;
}

type ShowsRow = Readonly<Record<string, string | number | null>>;

function groupKey(row: ShowsRow): string {
  const currency = row.currency;
  return groupKeyOf(Date.parse(String(row.start)), typeof currency === 'string' ? currency : null);
}

function shownGroup(row: ShowsRow, names: readonly string[]): ShownGroup {
  const values = new Map(names.map((name) => [name, row[name] == null ? null : String(row[name])] as const));
  return { count: Number(row.count), values };
}

/** A dimension's name in `by`: userId is USER_ID. */
function enumName(kind: KindModel, field: string): string {
  const found = kind.dimensions.find((dimension) => dimension.name === field);
  if (found === undefined) throw new Error(`${field} of ${kind.typeName} is money's currency but no dimension`);
  return field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
