import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { compressFrame } from 'lz4-napi';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlViews } from '../../src/model/tables/sql-views.ts';
import { openSqlDoor } from '../../src/warehouse/sql-door/sql-door.ts';
import { openTestSqlDoor, PAYMENTS, PAYMENTS_OF_OTHER, type TestSqlDoor } from '../support/sql-door.ts';
import { until } from '../support/until.ts';

let door: TestSqlDoor;

beforeAll(async () => {
  door = await openTestSqlDoor();
});

afterAll(() => door.stop());

describe('the SQL door to @clickhouse/client', () => {
  test('answers its ping, its questions with parameters and settings, and streams rows', async () => {
    const client = createClient({ url: door.url, database: 'analytics' });
    expect(await client.ping()).toEqual({ success: true });
    const answer = await client.query({
      query:
        'SELECT currency, sum(amount) AS total, count() AS payments FROM transactions WHERE currency = {currency:String} GROUP BY currency',
      query_params: { currency: 'EUR' },
      clickhouse_settings: { max_execution_time: 10, join_use_nulls: 1 },
      format: 'JSON',
    });
    const { data, rows } = await answer.json<{ total: string; payments: string }>();
    expect(rows).toBe(1);
    // Text: money and 64-bit numbers keep every digit.
    expect(data[0]).toMatchObject({ payments: '1500' });
    expect(data[0]?.total).toMatch(/^\d+(\.\d+)?$/);
    const stream = await client.query({ query: 'SELECT id FROM transactions', format: 'JSONEachRow' });
    let streamed = 0;
    for await (const chunk of stream.stream()) streamed += chunk.length;
    expect(streamed).toBe(PAYMENTS);
    await client.close();
  });

  test('takes compressed questions apart and compresses answers', async () => {
    const client = createClient({ url: door.url, compression: { request: true, response: true } });
    const answer = await client.query({ query: 'SELECT count() AS n FROM transactions', format: 'JSONEachRow' });
    expect(await answer.json()).toEqual([{ n: String(PAYMENTS) }]);
    await client.close();
  });

  test('refuses with the codes that a ClickHouse server has', async () => {
    // Its own lines about each refusal would fill the report.
    const client = createClient({ url: door.url, log: { level: ClickHouseLogLevel.OFF } });
    const asked = (query: string) => client.query({ query, format: 'JSON' });
    await expect(asked('SELECT * FROM nosuch')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
    await expect(asked('SELECT nosuch FROM transactions')).rejects.toMatchObject({ code: '47' });
    await expect(asked('SELEC 1')).rejects.toMatchObject({ code: '164' });
    await expect(
      client.insert({ table: 'transactions', values: [{ id: 'x' }], format: 'JSONEachRow' }),
    ).rejects.toMatchObject({
      code: '164',
      type: 'READONLY',
    });
    await expect(client.command({ query: 'DROP VIEW analytics.transactions' })).rejects.toMatchObject({ code: '164' });
    await client.close();
  });
});

describe('what the SQL door takes', () => {
  test('signs of life without a question', async () => {
    for (const path of ['/', '/ping', '/replicas_status']) {
      expect(await (await fetch(door.url + path)).text(), path).toBe('Ok.\n');
      expect((await fetch(door.url + path, { method: 'HEAD' })).status, path).toBe(200);
    }
    expect((await fetch(`${door.url}/nosuch`)).status).toBe(400);
  });

  test('a statement in the URL, in the body, or as a part of a form, each with parameters', async () => {
    const inUrl = await fetch(`${door.url}/?query=${encodeURIComponent('SELECT {a:UInt8} + 1')}&param_a=2`);
    expect(await inUrl.text()).toBe('3\n');
    expect((await door.ask('SELECT {a:String}', { param_a: "it's \\\\ fine" })).text).toBe("it\\'s \\\\ fine\n");
    const form = new FormData();
    form.append('query', 'SELECT {a:Array(UInt8)}');
    form.append('param_a', '[1,2]');
    expect(await (await fetch(door.url, { method: 'POST', body: form })).text()).toBe('[1,2]\n');
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['lz4', compressFrame],
  ] as const)('a body in %s', async (encoding, encode) => {
    const body = new Uint8Array(await encode(Buffer.from('SELECT 1 + 1')));
    const response = await fetch(door.url, { method: 'POST', body, headers: { 'Content-Encoding': encoding } });
    expect([response.status, await response.text()]).toEqual([200, '2\n']);
  });

  test('no body in an encoding that it cannot read: it is refused and never half run', async () => {
    for (const encoding of ['zstd', 'snappy', 'xz', 'bz2', 'gzip, br', 'compress']) {
      const response = await fetch(door.url, {
        method: 'POST',
        body: 'SELECT 1',
        headers: { 'Content-Encoding': encoding },
      });
      expect([response.status, response.headers.get('x-clickhouse-exception-code')], encoding).toEqual([415, '89']);
    }
    const notGzip = await fetch(door.url, {
      method: 'POST',
      body: 'SELECT 1',
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(notGzip.status).toBe(400);
    const blocks = await door.ask('SELECT 1', { decompress: '1' });
    expect([blocks.status, blocks.headers.get('x-clickhouse-exception-code')]).toEqual([415, '89']);
    const latin1 = new Uint8Array(Buffer.from("SELECT 'é'", 'latin1'));
    expect((await fetch(door.url, { method: 'POST', body: latin1 })).status).toBe(400);
  });

  test('no body that becomes large by being decoded', async () => {
    const bomb = Buffer.from(`SELECT 1 -- ${'x'.repeat(8_000_000)}`);
    for (const [encoding, body] of [
      ['gzip', gzipSync(bomb)],
      ['br', brotliCompressSync(bomb)],
      ['lz4', await compressFrame(bomb)],
    ] as const) {
      const response = await fetch(door.url, {
        method: 'POST',
        body: new Uint8Array(body),
        headers: { 'Content-Encoding': encoding },
      });
      expect(response.status, encoding).toBe(413);
    }
    expect((await fetch(door.url, { method: 'POST', body: new Uint8Array(bomb) })).status).toBe(413);
  });
});

describe('what the SQL door answers', () => {
  test('is in the format that the statement says, else the header, else the URL, else tab-separated', async () => {
    const header = { 'X-ClickHouse-Format': 'CSV' };
    const bySql = await door.ask('SELECT 1 AS a FORMAT JSONEachRow', { default_format: 'TSV' }, header);
    expect([bySql.text, bySql.headers.get('x-clickhouse-format')]).toEqual(['{"a":1}\n', 'JSONEachRow']);
    const byHeader = await door.ask("SELECT 'x'", { default_format: 'TSV' }, header);
    expect([byHeader.text, byHeader.headers.get('x-clickhouse-format')]).toEqual(['"x"\n', 'CSV']);
    const byUrl = await door.ask("SELECT 'x'", { default_format: 'JSONCompactEachRow' });
    expect([byUrl.text, byUrl.headers.get('x-clickhouse-format')]).toEqual(['["x"]\n', 'JSONCompactEachRow']);
    expect((await door.ask("SELECT 'x', 1")).headers.get('x-clickhouse-format')).toBe('TabSeparated');
  });

  test('has the headers by which clients find their way, and gzip for compress=1', async () => {
    const { headers, text } = await door.ask('SELECT 1', { query_id: 'mine', compress: '1' });
    expect(text).toBe('1\n');
    expect(headers.get('x-clickhouse-query-id')).toBe('mine');
    expect(headers.get('x-clickhouse-timezone')).toBe('UTC');
    expect(headers.get('x-clickhouse-server-display-name')).toBe('lakegate');
    expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toHaveProperty('read_rows');
    expect(headers.get('content-encoding')).toBe('gzip');
  });

  test('is in the database that was asked for; default is what there is for people', async () => {
    const current = 'SELECT currentDatabase()';
    expect((await door.ask(current)).text).toBe('analytics\n');
    expect((await door.ask(current, { database: 'default' })).text).toBe('analytics\n');
    expect((await door.ask(current, {}, { 'X-ClickHouse-Database': 'system' })).text).toBe('system\n');
    const { status, headers } = await door.ask(current, { database: 'nosuch' });
    expect([status, headers.get('x-clickhouse-exception-code')]).toEqual([404, '81']);
  });

  test('knows nothing of the machine: no path stands in an answer or an error', async () => {
    const texts = await Promise.all(
      [
        'SELECT * FROM system.tables FORMAT JSON',
        'SELECT * FROM system.parts FORMAT JSON',
        'SELECT * FROM information_schema.schemata FORMAT JSON',
        "SELECT * FROM system.settings WHERE name != 'x' FORMAT JSON",
        'SELECT * FROM nosuch',
        'SELECT throwIf(1)',
      ].map(async (sql) => (await door.ask(sql)).text),
    );
    for (const text of texts) expect(text).not.toContain(door.house.dir);
  });

  test('lists the views for people and what tools need, and no other table', async () => {
    expect((await door.ask('SHOW DATABASES')).text.trim().split('\n')).toEqual([
      'INFORMATION_SCHEMA',
      'analytics',
      'information_schema',
      'system',
    ]);
    expect((await door.ask('SHOW TABLES FROM lakegate')).text).toBe('');
    expect((await door.ask("SELECT count() FROM system.columns WHERE database = 'lakegate'")).text).toBe('0\n');
    expect((await door.ask("SELECT count() FROM information_schema.tables WHERE table_schema = 'lakegate'")).text).toBe(
      '0\n',
    );
  });
});

describe('a question through the SQL door', () => {
  test('sees the rows of one tenant, whatever it says', async () => {
    const ask = async (sql: string, search = {}) => (await door.ask(sql, search)).text;
    expect(await ask('SELECT count() FROM transactions')).toBe(`${PAYMENTS}\n`);
    expect(await ask('SELECT sum(count) FROM transactions_1d')).toBe(`${PAYMENTS}\n`);
    expect(await ask('SELECT count() FROM transactions', { user: 'other' })).toBe(`${PAYMENTS_OF_OTHER}\n`);
    expect(await ask('SELECT sum(count) FROM transactions_by_merchant_1h', { user: 'other' })).toBe(
      `${PAYMENTS_OF_OTHER}\n`,
    );
    const claim = JSON.stringify({ tenant: 'other' });
    expect(await ask('SELECT count() FROM transactions', { log_comment: claim })).toBe(`${PAYMENTS}\n`);
    expect(await ask(`SELECT count() FROM transactions SETTINGS log_comment = '${claim}'`)).toBe(`${PAYMENTS}\n`);
    const refused = await door.ask('SELECT 1', { password: 'wrong' });
    expect([refused.status, refused.headers.get('x-clickhouse-exception-code')]).toEqual([403, '516']);
    expect(refused.text).toContain('AUTHENTICATION_FAILED');
  });

  test('learns nothing from an error that a row would cause which it may not see', async () => {
    const all = `${PAYMENTS}\n`;
    for (const [where, found] of [
      ["throwIf(startsWith(id, 'SECRET')) = 0", all],
      ["if(startsWith(id, 'SECRET'), toUInt8(id), 0) = 0", all],
      ["id LIKE 'SECRET%' AND toUInt8(id) = 0", '0\n'],
      ["intDiv(1, NOT startsWith(id, 'SECRET')) = 1", all],
      ["id IN (SELECT id FROM transactions WHERE throwIf(startsWith(id, 'SECRET')) = 0)", all],
    ] as const) {
      expect((await door.ask(`SELECT count() FROM transactions WHERE ${where}`)).text, where).toBe(found);
    }
    // Not only where the sample has such rows: in every view the tenant is looked at alone, before anything else.
    for (const { name } of door.model.kinds.flatMap(sqlViews)) {
      const plan = await door.ask(
        `EXPLAIN actions = 1 SELECT count() FROM ${name} WHERE throwIf(rand() < 0) = 0 FORMAT TSVRaw`,
      );
      expect(plan.text, name).toMatch(/Prewhere filter column: +_tenant = 'default'\n|ReadNothing/);
    }
    for (const [table, column] of [
      ['tables', 'database'],
      ['columns', 'database'],
      ['databases', 'name'],
    ]) {
      const where = `if(${column} = 'lakegate', toUInt8(name), 0) = 0`;
      expect((await door.ask(`SELECT count() > 0 FROM system.${table} WHERE ${where}`)).text, table).toBe('1\n');
      const plan = await door.ask(`EXPLAIN SELECT count() FROM system.${table} WHERE ${where} FORMAT TSVRaw`);
      expect(plan.text, table).toMatch(
        /Filter \(additional filter\)\n.*Filter column: \w+ IN \('analytics', [^)]*\)\n/,
      );
    }
  });

  test('finds in another database by a name alone only what it finds there by the whole name', async () => {
    for (const table of ['processes', 'users', 'server_settings', 'stack_trace', 'disks']) {
      for (const database of ['system', 'information_schema', 'INFORMATION_SCHEMA']) {
        expect((await door.ask(`SELECT * FROM ${table}`, { database })).status, table).toBeGreaterThanOrEqual(400);
        expect((await door.ask(`SELECT 1 IN ${table}`, { database })).status, table).toBeGreaterThanOrEqual(400);
        const byHeader = await door.ask(
          'SELECT * FROM {t:Identifier}',
          { param_t: table },
          { 'X-ClickHouse-Database': database },
        );
        expect(byHeader.status, table).toBeGreaterThanOrEqual(400);
      }
    }
    expect((await door.ask('SELECT * FROM databases', { database: 'system' })).status).toBe(403);
    expect((await door.ask('SELECT name FROM databases ORDER BY name LIMIT 1', { database: 'system' })).text).toBe(
      'INFORMATION_SCHEMA\n',
    );
  });

  test('leaves nothing behind for the next: no setting, no parameter, no database', async () => {
    const ask = (sql: string, search = {}) => door.ask(sql, search);
    // More than there are sessions, so that one would be met again.
    for (let round = 0; round < 12; round++) {
      await ask('SELECT {leftBehind:String}', {
        param_leftBehind: 'x',
        join_use_nulls: '1',
        session_timezone: 'Asia/Tokyo',
        database: 'system',
      });
      expect((await ask('SELECT {leftBehind:String}')).status).toBe(500);
      expect((await ask("SELECT timezone(), getSetting('join_use_nulls'), currentDatabase()")).text).toBe(
        'UTC\tfalse\tanalytics\n',
      );
    }
  });

  test('names types as people do: behind CAST and ::, in JSON, in VALUES, for parameters', async () => {
    const answers = {
      "CAST('7', 'Nullable(Decimal(10, 2))')": '7',
      "'2026-11-21 10:00:00'::DateTime64(3, 'UTC')": '2026-11-21 10:00:00.000',
      "CAST('b' AS Enum8('a' = 1, 'b' = 2))": 'b',
      "accurateCastOrDefault('x', 'UInt8', 3::UInt8)": '3',
      "JSONExtract('{\"a\":{\"b\":[1,2]}}', lower('A'), 'b', 'Array(UInt8)')": '[1,2]',
      "(SELECT y FROM values('x UInt8, y String', (1, 'a\\\\b')))": 'a\\\\b',
      '{x:Array(DateTime64(3))}': "['2026-11-21 10:00:00.000']",
    };
    for (const [expression, expected] of Object.entries(answers)) {
      const { text } = await door.ask(`SELECT ${expression}`, { param_x: "['2026-11-21 10:00:00']" });
      expect(text, expression).toBe(`${expected}\n`);
    }
  });

  test('makes no state of a parameter, and no type', async () => {
    const asked = {
      'SELECT finalizeAggregation({x:AggregateFunction(count)})': '5',
      "SELECT finalizeAggregation(CAST(unhex('05'), {x:String}))": 'AggregateFunction(count)',
      "SELECT dynamicElement(CAST(unhex('05'), 'Dynamic'), {x:String})": 'AggregateFunction(count)',
    };
    for (const [sql, value] of Object.entries(asked)) {
      const { status, headers } = await door.ask(sql, { param_x: value });
      expect([status, headers.get('x-clickhouse-exception-code')], sql).toEqual([403, '446']);
    }
  });

  test('may narrow its limits and never widen them', async () => {
    const limits =
      "SELECT getSetting('max_execution_time'), getSetting('max_threads'), getSetting('max_result_rows'), getSetting('readonly')";
    const wide = { max_execution_time: '0', max_threads: '16', max_result_rows: '999999999999', readonly: '2' };
    expect((await door.ask(limits, wide)).text).toBe('60\t1\t5000000\t1\n');
    expect((await door.ask(limits, { max_execution_time: '5', max_result_rows: '10' })).text).toBe('5\t1\t10\t1\n');
    expect((await door.ask(`${limits} SETTINGS max_execution_time = 3600`)).text).toBe('60\t1\t5000000\t1\n');
    expect((await door.ask('SELECT * FROM numbers(100)', { max_result_rows: '10' })).text).toContain(
      '(TOO_MANY_ROWS_OR_BYTES)',
    );
    const long = await door.ask('SELECT sum(cityHash64(number)) FROM numbers(9000000000)', { max_execution_time: '1' });
    expect([long.status, long.headers.get('x-clickhouse-exception-code')]).toEqual([408, '159']);
    const large = await door.ask(
      'SELECT length(arrayStringConcat(groupArray(toString(number)))) FROM numbers(200000000)',
      {
        max_memory_usage: '50000000',
      },
    );
    expect(large.text).toContain('(MEMORY_LIMIT_EXCEEDED)');
  });

  test('whose settings are all known to the engine: none that is allowed is refused by it', async () => {
    const { rows } = await door.house.warehouse.query<{ name: string }>('SELECT name FROM system.settings');
    const names = new Set(rows.map(({ name }) => name));
    const { ALLOWED_SETTINGS } = await import('../../src/warehouse/sql-door/allowed-settings.ts');
    expect([...ALLOWED_SETTINGS].filter((name) => !names.has(name))).toEqual([]);
  });

  test('is not asked by a page in a browser, under whatever name it has led it here', async () => {
    for (const headers of [{ Origin: 'http://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'null' }]) {
      expect((await door.ask('SELECT 1', {}, headers)).status).toBe(403);
    }
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(door.url);
      request(
        { port, host: '127.0.0.1', path: '/?query=SELECT%201', headers: { Host: `evil.example:${port}` } },
        (response) => resolve(response.statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe('beside the product', () => {
  const LONG = 'SELECT sum(cityHash64(number, number + 1, number + 2)) FROM numbers(9000000000)';

  test('long questions of people make the product wait for no session, and end when nobody waits for them any more', async () => {
    const leave = new AbortController();
    const long = Array.from({ length: 12 }, () =>
      fetch(door.url, { method: 'POST', body: LONG, signal: leave.signal }).catch(() => null),
    );
    const running = async () => {
      const { rows } = await door.house.warehouse.query<{ n: string }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE 'SELECT sum(cityHash64(number%'",
      );
      return Number(rows[0]?.n);
    };
    await until(async () => (await running()) === 4);
    // All four sessions of people are busy and eight questions wait; each of these has a session at once.
    for (let round = 0; round < 20; round++) await running();
    expect(await running()).toBe(4);
    leave.abort();
    await Promise.all(long);
    await until(async () => (await running()) === 0);
    expect((await door.ask('SELECT 1')).text).toBe('1\n');
  });

  test('whoever comes when too many wait is told to come again', async () => {
    const leave = new AbortController();
    const statuses: number[] = [];
    const many = Array.from({ length: 100 }, () =>
      fetch(door.url, { method: 'POST', body: LONG, signal: leave.signal })
        .then(({ status, headers }) => statuses.push(status === 503 && headers.get('retry-after') === '1' ? 503 : 0))
        .catch(() => null),
    );
    await until(() => statuses.length >= 100 - 64 - 4);
    expect(new Set(statuses)).toEqual(new Set([503]));
    leave.abort();
    await Promise.all(many);
    await until(async () => (await door.ask('SELECT 1')).status === 200);
  });

  test('when the engine is replaced, the door stays where it is and questions wait for the new one', async () => {
    const { pid } = door.house.engine;
    if (pid === null) throw new Error('expected an engine');
    process.kill(pid, 'SIGKILL');
    await until(async () => (await door.ask('SELECT count() FROM transactions')).text === `${PAYMENTS}\n`);
  });

  test('a port that is taken is told with what to do', async () => {
    const { port } = new URL(door.url);
    const opening = openSqlDoor({
      endpoint: door.house.engine,
      host: '127.0.0.1',
      port: Number(port),
      logger: pino({ level: 'silent' }),
      tenantOf: () => 'default',
    });
    await expect(opening).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringMatching(/LAKEGATE_SQL_PORT=\d+, with 0/),
    });
  });
});
