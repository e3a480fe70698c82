import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';

/** What every warehouse must do. `open` gives one that is empty but for what ClickHouse itself has. */
export function warehouseContract(
  name: string,
  open: () => Promise<{ readonly warehouse: Warehouse; readonly stop: () => Promise<void> }>,
): void {
  describe(`${name} keeps the warehouse contract`, () => {
    let warehouse: Warehouse;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      ({ warehouse, stop } = await open());
      await warehouse.command('CREATE DATABASE IF NOT EXISTS lakegate ENGINE = Atomic');
    });
    afterAll(() => stop());

    const rowsOf = async (sql: string, params: Readonly<Record<string, unknown>> = {}) =>
      (await warehouse.query<Record<string, unknown>>(sql, { params })).rows;

    test('64-bit integers and decimals come as text with every digit', async () => {
      const rows = await rowsOf(
        `SELECT toUInt64('18446744073709551615') AS most, toInt64('-9223372036854775808') AS least,
                toDecimal128('12345678901234567890.123456789', 9) AS money, toUInt32(7) AS small`,
      );
      expect(rows).toEqual([
        {
          most: '18446744073709551615',
          least: '-9223372036854775808',
          money: '12345678901234567890.123456789',
          small: 7,
        },
      ]);
    });

    test('times come as RFC 3339 in UTC, to the microsecond', async () => {
      expect(await rowsOf(`SELECT toDateTime64('2026-01-02 03:04:05.123456', 6, 'UTC') AS at`)).toEqual([
        { at: '2026-01-02T03:04:05.123456Z' },
      ]);
      expect(await rowsOf(`SELECT toDateTime('2026-01-02 00:00:00', 'Asia/Tokyo') AS at`)).toEqual([
        { at: '2026-01-01T15:00:00Z' },
      ]);
    });

    test('texts that were bound come back as they were, whatever is in them', async () => {
      const texts = [
        "it's",
        '\\',
        '\\N',
        'NULL',
        '',
        '\0',
        'tab\there\r\n',
        '{a:String}',
        '/* */ -- ;',
        "';SELECT 1",
        '😀é',
      ];
      for (const text of texts) expect(await rowsOf('SELECT {text:String} AS text', { text })).toEqual([{ text }]);
      expect(await rowsOf('SELECT {texts:Array(String)} AS texts', { texts })).toEqual([{ texts }]);
    });

    test('numbers, nulls, booleans and 64-bit integers are bound as what they are', async () => {
      const sql = 'SELECT {n:Nullable(Int8)} AS n, {u:UInt64} AS u, {b:Bool} AS b, {d:Decimal(38, 4)} AS d';
      expect(await rowsOf(sql, { n: null, u: 18446744073709551615n, b: true, d: '0.0001' })).toEqual([
        { n: null, u: '18446744073709551615', b: true, d: '0.0001' },
      ]);
    });

    test('a placeholder without a value is refused, also where another question has just brought one', async () => {
      for (let round = 0; round < 20; round++) await rowsOf('SELECT {secret:String} AS s', { secret: 'of another' });
      await expect(rowsOf('SELECT {secret:String} AS s')).rejects.toMatchObject({ facts: { clickhouseCode: 456 } });
    });

    test('a setting holds for its own statement and for no other', async () => {
      const limited = (settings: Record<string, number>) =>
        warehouse.query<{ value: string }>("SELECT toString(getSetting('max_block_size')) AS value", { settings });
      const usual = (await limited({})).rows[0]?.value;
      for (let round = 0; round < 20; round++) {
        expect((await limited({ max_block_size: 1234 })).rows[0]?.value).toBe('1234');
        expect((await limited({})).rows[0]?.value).toBe(usual);
      }
    });

    test('bytes of rows are inserted as they are, and what they made is there when the insert returns', async () => {
      await warehouse.command('CREATE TABLE lakegate.events (id UInt64, note String) ENGINE = MergeTree ORDER BY id');
      const rows = Buffer.from('{"id":"18446744073709551615","note":"ü"}\n{"id":2,"note":"\\u0000"}\n');
      await warehouse.insert('events', rows, { format: 'JSONEachRow', settings: {} });
      await warehouse.insert('lakegate.events', Buffer.from('{"id":3}'), { format: 'JSONEachRow', settings: {} });
      expect(await rowsOf('SELECT * FROM lakegate.events ORDER BY id')).toEqual([
        { id: '2', note: '\0' },
        { id: '3', note: '' },
        { id: '18446744073709551615', note: 'ü' },
      ]);
    });

    test('an insert that was made with the same token counts once', async () => {
      await warehouse.command(
        'CREATE TABLE lakegate.once (id UInt64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 10',
      );
      const settings = { insert_deduplication_token: "a'token", insert_deduplicate: 1 };
      for (let round = 0; round < 3; round++) {
        await warehouse.insert('once', Buffer.from('{"id":1}\n'), { format: 'JSONEachRow', settings });
      }
      expect(await rowsOf('SELECT count() AS n FROM lakegate.once')).toEqual([{ n: '1' }]);
    });

    test('rows and bytes read are those of the question', async () => {
      const { rowsRead, bytesRead } = await warehouse.query('SELECT count() FROM numbers(100000) WHERE number % 3 = 0');
      expect(rowsRead).toBe(100_000);
      expect(bytesRead).toBe(800_000);
    });

    test('what ClickHouse refuses is INTERNAL with its code, and neither SQL nor names reach the message', async () => {
      const refused = warehouse.query('SELECT canary FROM lakegate.not_there');
      await expect(refused).rejects.toMatchObject({
        code: 'INTERNAL',
        facts: { clickhouseCode: 60 },
        retryable: false,
      });
      await expect(refused).rejects.not.toThrow(/canary|not_there|Code|DB::/);
      await expect(warehouse.command('SELECT FROM WHERE')).rejects.toMatchObject({ facts: { clickhouseCode: 62 } });
      const noRows = warehouse.insert('events', Buffer.from('{"id":"x"}\n'), { format: 'JSONEachRow', settings: {} });
      await expect(noRows).rejects.toMatchObject({ code: 'INTERNAL', facts: { clickhouseCode: expect.any(Number) } });
      await expect(warehouse.query('SELECT 1', { settings: { no_such_setting: 1 } })).rejects.toMatchObject({
        facts: { clickhouseCode: 115 },
      });
    });

    test('what would need more memory or time than it may is TOO_EXPENSIVE, and says what would help', async () => {
      const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))';
      const large = 'SELECT length(groupArray(number)) FROM numbers(100000000)';
      for (const [sql, settings] of [
        [endless, { max_execution_time: 0.2 }],
        [large, { max_memory_usage: '20000000' }],
      ] as const) {
        await expect(warehouse.query(sql, { settings })).rejects.toMatchObject({
          code: 'TOO_EXPENSIVE',
          message: expect.stringMatching(/shorter range/),
        });
      }
    });

    test('a question that is given up ends for its asker at once', async () => {
      const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))';
      const asker = new AbortController();
      const asked = warehouse.query(endless, { signal: asker.signal, settings: { max_execution_time: 20 } });
      const refused = expect(asked).rejects.toMatchObject({ code: 'INTERNAL', facts: { aborted: true } });
      asker.abort();
      await refused;
    });
  });
}
