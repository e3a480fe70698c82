import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tableDefinitions } from '../../src/model/tables/tables.ts';
import { compiled } from '../support/compiled.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/** A kind that uses all there is: every type of field, with and without a value, every use of it, and every operator in a metric. */
const DECLARATION = String.raw`
type Everything
  @event(key: "key", id: ["key", "safe", "since"], time: "at", plural: "allOfIt", keepRaw: "3mo")
  @rollup(by: ["key", "flag", "day"], every: ["1s", "1m"])
  @metric(name: "matched", where: {or: [
    {flag: {eq: true}}, {day: {gte: "2026-01-01"}}, {country: {notIn: ["DE"]}}, {unit: {in: [KELVIN]}}, {text: {contains: "it's \\ %"}},
    {since: {lt: "2026-01-01T00:00:00Z"}}, {float: {gt: 1.5}}, {int: {in: [1, 2]}}, {decimal: {gt: "1.5"}}, {not: {text: {startsWith: "a_"}}}
  ]})
  @metric(name: "flaggedInt", of: "intSum", where: {flag: {isNull: false}})
  @metric(name: "flaggedSafe", of: "safeSum", where: {flag: {isNull: false}})
  @metric(name: "flaggedDecimal", of: "decimalSum", where: {flag: {isNull: false}})
  @metric(name: "flaggedFloat", of: "floatSum", where: {flag: {isNull: false}}) {
  key: String! @distinct
  since: DateTime!
  safe: SafeInt! @measure(quantiles: true)
  int: Int @dimension @measure
  float: Float @measure
  decimal: Decimal @measure(quantiles: true) @money(currency: "currency") @constraint(scale: 18)
  flag: Boolean @dimension @distinct
  day: Date @dimension @distinct
  country: CountryCode @dimension @distinct
  currency: CurrencyCode @dimension
  unit: Unit @dimension(high: true) @distinct
  text: String @searchable
  at: DateTime
}
enum Unit { CELSIUS KELVIN }`;

/** Of now: rollups by the second are kept for hours only. */
const NOW_MS = Date.now();
const HEAD = `"_partition":0,"_tenant":"default","_time":${NOW_MS}000,"_receivedAt":${NOW_MS},"_watermark":0`;
const FULL = `{${HEAD},"_offset":1,"_id":"a/1","key":"a","since":"2026-11-21T10:00:00Z","safe":9007199254740991,"int":5,"float":1.5,"decimal":"1.123456789012345678","flag":true,"day":"2026-11-21","country":"DE","currency":"EUR","unit":"KELVIN","text":"it's"}`;
const BARE = `{${HEAD},"_offset":2,"_id":"a/2","key":"a","since":"2026-11-21T10:00:00Z","safe":1,"country":"DE","text":"a_b"}`;

let testWarehouse: TestWarehouse;

beforeAll(async () => {
  testWarehouse = await startTestWarehouse();
  const clickhouse = join(import.meta.dirname, '../../clickhouse');
  const shared = ['000_database.sql', '001_ledger.sql', '002_rejected.sql'].map((file) =>
    readFileSync(join(clickhouse, file), 'utf8'),
  );
  const tables = compiled(DECLARATION).kinds.flatMap((kind) => tableDefinitions(kind).map(({ sql }) => sql));
  for (const statement of [...shared, ...tables].flatMap(statementsOf))
    await testWarehouse.warehouse.command(statement);
});

afterAll(() => testWarehouse.stop());

test('a kind with every type of field and every filter gets tables that the engine takes, and every rollup of it equals raw', async () => {
  await testWarehouse.warehouse.insert('lakegate.allOfIt_queue', Buffer.from(`${FULL}\n${BARE}\n`), {
    format: 'JSONEachRow',
    settings: { date_time_input_format: 'best_effort' },
  });
  const totals = (table: string) => `
    SELECT sum(count) AS count, sum(matched) AS matched, sum(flaggedInt) AS flaggedInt, sum(flaggedSafe) AS flaggedSafe,
      sum(flaggedDecimal) AS flaggedDecimal, sum(flaggedFloat) AS flaggedFloat, sum(safeSum) AS safeSum
    FROM lakegate.allOfIt_${table}`;
  for (const table of ['rollup_1m', 'rollup_1h', 'rollup_1d', 'rollup_key_flag_day_1s', 'rollup_key_flag_day_1m']) {
    const { rows } = await testWarehouse.warehouse.query(totals(table));
    expect(rows, table).toEqual([
      {
        count: '2',
        matched: '1',
        flaggedInt: '5',
        flaggedSafe: '9007199254740991',
        flaggedDecimal: '1.123456789012345678',
        flaggedFloat: 1.5,
        safeSum: '9007199254740992',
      },
    ]);
  }
});

function statementsOf(sql: string): readonly string[] {
  return sql.split(/;\s*$/m).filter((statement) => statement.replace(/--.*/g, '').trim() !== '');
}
