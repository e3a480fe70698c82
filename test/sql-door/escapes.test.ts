import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestSqlDoor, type TestSqlDoor } from '../support/sql-door.ts';
import { type EscapeAttempt, escapeAttempts, type Targets } from './escape-attempts.ts';
import { mutants } from './mutants.ts';

/** What nobody may see: the content of a file, and how ids of the other tenant begin. */
const CANARY = `canary-${randomUUID()}`;
const FOREIGN = 'SECRET-';

/** A quarter of a minute on a machine that does nothing else. */
const MIXED_MS = 240_000;

let door: TestSqlDoor;
let dir: string;
let listener: Server;
let connections = 0;
let targets: Targets;
let attempts: readonly EscapeAttempt[];
/** What there is before anything is tried. */
let before: readonly unknown[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lakegate-escapes-'));
  mkdirSync(join(dir, 'out'));
  writeFileSync(join(dir, 'canary.csv'), `${CANARY}\n`);
  listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  targets = { file: join(dir, 'canary.csv'), out: join(dir, 'out/out.csv'), address: `127.0.0.1:${address.port}` };
  attempts = escapeAttempts(targets);
  door = await openTestSqlDoor();
  before = await whatThereIs();
});

afterAll(async () => {
  await door.stop();
  listener.close();
  rmSync(dir, { recursive: true });
});

describe('an attempt to get out of the SQL door is refused, and reads, writes and connects to nothing', () => {
  test('there are at least 200 of them, each with a name of its own', () => {
    expect(attempts.length).toBeGreaterThanOrEqual(200);
    expect(new Set(attempts.map(({ name }) => name)).size).toBe(attempts.length);
  });

  const transports: Readonly<Record<string, (sql: string) => Promise<Response>>> = {
    'as the body': (sql) => fetch(door.url, { method: 'POST', body: sql }),
    'in the URL of a GET': (sql) => fetch(`${door.url}/?query=${encodeURIComponent(sql)}`),
    'in the URL of a POST': (sql) => fetch(`${door.url}/?query=${encodeURIComponent(sql)}`, { method: 'POST' }),
    'half in the URL, half in the body': (sql) => {
      const at = sql.lastIndexOf(' ', sql.length / 2);
      const first = encodeURIComponent(sql.slice(0, Math.max(at, 0)));
      return fetch(`${door.url}/?query=${first}`, { method: 'POST', body: sql.slice(Math.max(at, 0)) });
    },
    'as a part of a form': (sql) => {
      const form = new FormData();
      form.append('query', sql);
      return fetch(door.url, { method: 'POST', body: form });
    },
    compressed: (sql) =>
      fetch(door.url, { method: 'POST', body: gzipSync(sql), headers: { 'Content-Encoding': 'gzip' } }),
    'with every switch that clients have': (sql) =>
      fetch(`${door.url}/?readonly=0&wait_end_of_query=1&compress=1&default_format=JSON&database=system&session_id=x`, {
        method: 'POST',
        body: sql,
        headers: { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': '', 'X-ClickHouse-Format': 'CSV' },
      }),
  };

  test.each(Object.entries(transports))('%s', async (_how, send) => {
    const answered = await inParallel(attempts, async ({ name, sql }) => {
      const response = await send(sql);
      const text = await response.text();
      return seen(text) || response.status < 400 || response.status === 500
        ? [`${name}: ${response.status} ${text.slice(0, 200)}`]
        : [];
    });
    expect(answered.flat().filter((line) => !REFUSED_BY_ENGINE.test(line))).toEqual([]);
    await nothingHappened();
  });

  test('as the value of a parameter it is text and nothing else, and no name of a table', async () => {
    const wrong = await inParallel(attempts, async ({ name, sql }) => {
      const asText = await door.ask('SELECT length({x:String}) FORMAT TSV', { param_x: escaped(sql) });
      const asTable = await door.ask('SELECT * FROM {x:Identifier}', { param_x: sql });
      const inDatabase = await door.ask('SELECT * FROM {x:Identifier}.transactions', { param_x: sql });
      const expected = `${Buffer.byteLength(sql)}\n`;
      return asText.text === expected &&
        asTable.status >= 400 &&
        inDatabase.status >= 400 &&
        ![asTable, inDatabase].some((each) => seen(each.text))
        ? []
        : [`${name}: ${asText.text} ${asTable.status} ${inDatabase.status}`];
    });
    expect(wrong.flat()).toEqual([]);
    await nothingHappened();
  });

  test('in a header or beside the statement in the URL it changes nothing but that the question is refused', async () => {
    const wrong = await inParallel(attempts, async ({ name, sql }) => {
      const text = encodeURIComponent(sql);
      const answers = await Promise.all([
        door.ask('SELECT 1', {}, { 'X-ClickHouse-Database': text || 'x' }),
        door.ask('SELECT 1', {}, { 'X-ClickHouse-Format': text || 'x' }),
        door.ask('SELECT 1', { database: sql || 'x' }),
        door.ask('SELECT 1', { default_format: sql || 'x' }),
        door.ask('SELECT 1', { session_timezone: sql || '?' }),
        door.ask('SELECT 1', { [sql || '?']: '1' }),
        door.ask('SELECT 1', { [`param_${sql}?`]: '1' }),
        door.ask('SELECT 1', { max_execution_time: sql || '?' }),
      ]);
      const bad = answers.filter(({ status, text: said }) => status < 400 || seen(said));
      return bad.map(({ status, text: said }) => `${name}: ${status} ${said.slice(0, 100)}`);
    });
    expect(wrong.flat()).toEqual([]);
    await nothingHappened();
  });

  test('a part of a form that is neither the statement nor a parameter is refused: it would be a table or a setting', async () => {
    for (const part of ['x', 'x_structure', 'x_format', 'readonly', 'format_template_row', 'database']) {
      const form = new FormData();
      form.append('query', 'SELECT 1');
      form.append(part, 'x String');
      expect((await fetch(door.url, { method: 'POST', body: form })).status, part).toBe(403);
    }
    const form = new FormData();
    form.append('query', new Blob(['SELECT 1']), 'x.sql');
    expect((await fetch(door.url, { method: 'POST', body: form })).status).toBe(403);
  });

  test('other methods than those that ask are refused', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expect((await fetch(`${door.url}/?query=SELECT%201`, { method })).status, method).toBe(400);
    }
  });
});

test('of thousands of statements mixed from harmless and harmful ones, none that is answered tells a secret, writes or connects', {
  timeout: MIXED_MS,
}, async () => {
  const seed = Number(process.env.SQL_DOOR_SEED ?? 20261121);
  const { statements, forbidden } = mutants({ seed, count: MUTANTS, attempts });
  let answered = 0;
  const wrong = await inParallel(statements, async (sql) => {
    const { status, text } = await door.ask(sql, { max_execution_time: '1' });
    if (status === 200) answered += 1;
    // An error may repeat what was asked, but never what is in the file.
    return (status === 200 && (forbidden(sql) || seen(text))) || text.includes(CANARY) ? [`${status} ${sql}`] : [];
  });
  expect(wrong.flat(), `seed ${seed}`).toEqual([]);
  // Mixed so that the door has to look: some of them are answered.
  expect(answered).toBeGreaterThan(MUTANTS / 100);
  await nothingHappened();
});

const MUTANTS = 3_000;

test('of statements that the engine itself made from others, none that is answered tells a secret, writes or connects', {
  timeout: MIXED_MS,
}, async () => {
  const bases = attempts
    .filter((_, index) => index % 25 === 0)
    .map(({ sql }) => sql)
    .concat(HARMLESS);
  const made = await inParallel(bases, async (sql, index) => {
    const { rows } = await door.house.warehouse
      .query<{ query: string }>(`SELECT query FROM fuzzQuery(${text(sql)}, 500, ${index + 1}) LIMIT 40`)
      .catch(() => ({ rows: [] }));
    return rows.map(({ query }) => query);
  });
  const statements = made.flat();
  expect(statements.length).toBeGreaterThan(200);
  const wrong = await inParallel(statements, async (sql) => {
    const { status, text: said } = await door.ask(sql, { max_execution_time: '1' });
    return (status === 200 && seen(said)) || said.includes(CANARY) ? [`${status} ${sql}`] : [];
  });
  expect(wrong.flat()).toEqual([]);
  await nothingHappened();
});

const HARMLESS = [
  'SELECT count(), sum(amount) FROM transactions GROUP BY currency HAVING count() > 1 ORDER BY 1 LIMIT 5',
  `WITH x AS (SELECT * FROM transactions_1h) SELECT start, sum(count) FROM x WHERE currency = 'USD' GROUP BY start`,
  'SELECT a.id, b.id FROM transactions AS a JOIN transactions AS b ON a.id = b.id WHERE a.id IN (SELECT id FROM transactions LIMIT 3)',
];

/** Text that was handed out, and not only repeated from the question. */
function seen(said: string): boolean {
  return said.includes(CANARY) || said.includes(FOREIGN);
}

/** A statement may be refused by the engine as well, for what it is not: then the code is its own, and nothing ran. */
const REFUSED_BY_ENGINE = /: 500 Code: (62|46|47|36|42|43|119|457|456|6|27|70|53|386)\./;

async function nothingHappened(): Promise<void> {
  expect(connections).toBe(0);
  expect(readdirSync(join(dir, 'out'))).toEqual([]);
  expect(statSync(targets.file).size).toBe(CANARY.length + 1);
  expect(await whatThereIs()).toEqual(before);
}

async function whatThereIs(): Promise<readonly unknown[]> {
  const { rows } = await door.house.warehouse.query(
    `SELECT count() AS payments, uniqExact(id) AS ids,
       (SELECT groupArray(name) FROM (SELECT name FROM system.databases ORDER BY name)) AS databases,
       (SELECT cityHash64(groupArray(create_table_query)) FROM (SELECT create_table_query FROM system.tables ORDER BY database, name)) AS tables,
       (SELECT count() FROM system.functions WHERE origin != 'System') AS functions
     FROM lakegate.transactions`,
  );
  return rows;
}

function escaped(sql: string): string {
  return sql
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0');
}

function text(sql: string): string {
  return `'${sql.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const next = items.entries();
  const worker = async () => {
    for (const [index, item] of next) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return results;
}
