import type { ClickHouseClient } from '@clickhouse/client';
import type { KindModel } from '../src/model/event-model.ts';
import { queueTable, rawTable, rollupTables } from '../src/model/tables/tables.ts';
import { DATABASE } from '../src/warehouse/warehouse.ts';

interface MadeTransactions {
  readonly kind: KindModel;
  /** The first is numbered so; the same number is always the same event. */
  readonly from: number;
  readonly count: number;
  readonly span: { readonly fromUs: number; readonly toUs: number };
}

/**
 * Events that the engine makes itself, put into the queue table: every view takes them as it takes the loader's. Spread evenly over the span,
 * in the order of their time; 2 currencies, 4 statuses, 5 categories and 4 countries; 1,000 merchants, 100,000 users, 1 in 100 paying 1,000 times more.
 */
export async function makeTransactions(
  client: ClickHouseClient,
  { kind, from, count, span }: MadeTransactions,
): Promise<void> {
  const made = Object.entries(COLUMNS).map(([name, value]) => `${value} AS ${name}`);
  for (let at = 0; at < count; at += ROWS_OF_ONE_INSERT) {
    const rows = Math.min(ROWS_OF_ONE_INSERT, count - at);
    await client.command({
      query: `INSERT INTO ${DATABASE}.${queueTable(kind)} (${Object.keys(COLUMNS).join(', ')}) SELECT ${made} FROM numbers({first:UInt64}, {rows:UInt64})`,
      query_params: {
        first: from + at,
        rows,
        base: from,
        fromUs: span.fromUs,
        stepUs: (span.toUs - span.fromUs) / count,
      },
    });
  }
}

const ROWS_OF_ONE_INSERT = 250_000;
const PARTITIONS = 4;

const COLUMNS: Readonly<Record<string, string>> = {
  _partition: `number % ${PARTITIONS}`,
  _offset: `intDiv(number, ${PARTITIONS})`,
  _tenant: `'default'`,
  _time: '{fromUs:Int64} + toInt64((number - {base:UInt64}) * {stepUs:Float64})',
  _receivedAt: 'intDiv(_time, 1000)',
  _watermark: '0',
  id: `concat('t', toString(number))`,
  userId: `concat('u', toString(cityHash64(number, 'user') % 100000))`,
  amount: `toDecimal64(cityHash64(number, 'amount') % 10000 * if(cityHash64(number, 'large') % 100 = 0, 1000, 1) + 1, 4) / 100`,
  currency: `['EUR', 'USD'][cityHash64(number, 'currency') % 2 + 1]`,
  status: `['AUTHORIZED', 'CAPTURED', 'DECLINED', 'REFUNDED'][cityHash64(number, 'status') % 4 + 1]`,
  category: `['travel', 'groceries', 'games', 'books', 'music'][cityHash64(number, 'category') % 5 + 1]`,
  country: `['DE', 'FR', 'IN', 'US'][cityHash64(number, 'country') % 4 + 1]`,
  merchant: `concat('m', toString(cityHash64(number, 'merchant') % 1000))`,
};

/** As background merges leave the tables some time after the last write. */
export async function settle(client: ClickHouseClient, kind: KindModel): Promise<void> {
  for (const table of [rawTable(kind), ...rollupTables(kind).map((rollup) => rollup.table)]) {
    await client.command({ query: `OPTIMIZE TABLE ${DATABASE}.${table} FINAL` });
  }
}
