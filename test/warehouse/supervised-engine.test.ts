import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { restartDelayMs } from '../../src/warehouse/engine/supervised-engine.ts';
import type { UpState } from '../../src/warehouse/warehouse-endpoint.ts';
import { nodeArgs } from '../support/start-compiled.ts';
import { until } from '../support/until.ts';
import { startTestWarehouse, type TestWarehouse, type TestWarehouseOptions } from '../support/warehouse.ts';

describe('the engine in a process of its own', () => {
  let started: TestWarehouse[];
  beforeEach(() => {
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map(({ stop }) => stop()));
  });

  async function start(options: TestWarehouseOptions = {}): Promise<TestWarehouse> {
    const warehouse = await startTestWarehouse(options);
    started.push(warehouse);
    return warehouse;
  }

  test('killed, it is back by itself as a new generation with what it held, and a question asked meanwhile waits for it', async () => {
    const { warehouse, engine } = await start();
    await warehouse.command('CREATE DATABASE lakegate ENGINE = Atomic');
    await warehouse.command('CREATE TABLE lakegate.kept (id UInt8) ENGINE = MergeTree ORDER BY id');
    await warehouse.insert('kept', Buffer.from('{"id":7}\n'), { format: 'JSONEachRow', settings: {} });
    const states: string[] = [];
    warehouse.onState(({ state }) => states.push(state));

    kill(engine.pid, 'SIGKILL');
    await until(() => warehouse.state().state === 'down');
    expect((await warehouse.query('SELECT id FROM lakegate.kept')).rows).toEqual([{ id: 7 }]);

    expect(warehouse.state()).toEqual({ state: 'up', generation: 2 });
    expect(states).toEqual(['down', 'up']);
  });

  test('a question that was running when it was killed is asked again and answered', async () => {
    const { warehouse, engine } = await start();
    const answer = warehouse.query<{ n: number }>('SELECT toUInt8(7 + sleep(1)) AS n');
    await untilRunning(warehouse, 'sleep(1)');
    kill(engine.pid, 'SIGKILL');
    expect((await answer).rows).toEqual([{ n: 7 }]);
  });

  test('an insert and a command that were running when it was killed are not sent again: their sender is told', async () => {
    const { warehouse, engine } = await start();
    await warehouse.command('CREATE DATABASE lakegate ENGINE = Atomic');
    await warehouse.command('CREATE TABLE lakegate.slow_queue (id UInt64) ENGINE = Null');
    await warehouse.command('CREATE TABLE lakegate.slow (id UInt64) ENGINE = MergeTree ORDER BY id');
    await warehouse.command(
      'CREATE MATERIALIZED VIEW lakegate.slow_mv TO lakegate.slow AS SELECT id + sleepEachRow(2) AS id FROM lakegate.slow_queue',
    );
    const insert = warehouse.insert('slow_queue', Buffer.from('{"id":1}\n'), { format: 'JSONEachRow', settings: {} });
    const command = warehouse.command('INSERT INTO lakegate.slow SELECT sleep(2)');
    const told = Promise.all([
      expect(insert).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN', retryable: true }),
      expect(command).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN', retryable: true }),
    ]);
    await untilRunning(warehouse, 'INSERT INTO lakegate.slow_queue');
    await untilRunning(warehouse, 'INSERT INTO lakegate.slow SELECT');
    kill(engine.pid, 'SIGKILL');
    await told;
    expect((await warehouse.query('SELECT count() AS n FROM lakegate.slow')).rows).toEqual([{ n: '0' }]);
  });

  test('who has waited long enough for it is told WAREHOUSE_DOWN and when to come again', async () => {
    const { warehouse, engine } = await start({ patienceMs: 20 });
    kill(engine.pid, 'SIGKILL');
    await until(() => warehouse.state().state === 'down');
    await expect(warehouse.query('SELECT 1')).rejects.toMatchObject({
      code: 'WAREHOUSE_DOWN',
      retryAfterMs: expect.any(Number),
    });
  });

  test('a process that hangs is replaced', async () => {
    const { warehouse, engine } = await start({ hangMs: 600 });
    kill(engine.pid, 'SIGSTOP');
    await until(() => {
      const state = warehouse.state();
      return state.state === 'up' && state.generation === 2;
    });
  });

  test.runIf(existsSync('/proc'))('its environment holds nothing of ours', async () => {
    process.env.LAKEGATE_TEST_SECRET = 'canary';
    try {
      const { engine } = await start({ extraEnv: { GIVEN: '1' } });
      const environment = (await readFile(`/proc/${engine.pid}/environ`, 'utf8')).split('\0').filter(Boolean);
      const names = environment.map((line) => line.slice(0, line.indexOf('='))).filter((name) => !NODE_OWN.has(name));
      expect(names.sort()).toEqual(['GIVEN', 'HOME', 'LANG', 'TZ', 'UV_THREADPOOL_SIZE']);
      const up = engine.state() as UpState;
      const commandLine = await readFile(`/proc/${engine.pid}/cmdline`, 'utf8');
      expect(environment.join() + commandLine).not.toContain(up.credentials.ask.password);
    } finally {
      delete process.env.LAKEGATE_TEST_SECRET;
    }
  });

  test('without its key nobody is served', async () => {
    const { engine } = await start();
    const up = engine.state() as UpState;
    const { password } = up.credentials.ask;
    const strangers = [
      { 'X-ClickHouse-User': 'ask', 'X-ClickHouse-Key': `${password}x` },
      { 'X-ClickHouse-User': 'somebody', 'X-ClickHouse-Key': password },
      { Authorization: `Basic ${Buffer.from('ask:').toString('base64')}` },
      {},
    ];
    for (const headers of strangers) {
      const response = await fetch(`${up.url}/?query=SELECT+1`, {
        method: 'POST',
        headers: new Headers(Object.entries(headers)),
      });
      expect(response.status).toBe(403);
      expect(response.headers.get('X-ClickHouse-Exception-Code')).toBe('516');
      expect(await response.text()).not.toContain('1\n1');
    }
  });

  test('long questions neither hold up loading nor the reverse, bound parameters or not', async () => {
    const { warehouse } = await start({ sessions: { ask: 2, load: 2, people: 1 } });
    const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number, {n:UInt8}))';
    for (const [busy, free] of [
      ['ask', 'load'],
      ['load', 'ask'],
    ] as const) {
      const asker = new AbortController();
      const options = { pool: busy, signal: asker.signal, params: { n: 1 }, settings: { max_threads: 1 } };
      const held = [
        warehouse.query(endless, options),
        warehouse.query(endless, options),
        warehouse.query(endless, options),
      ];
      const givenUp = Promise.all(held.map((each) => expect(each).rejects.toMatchObject({ facts: { aborted: true } })));
      await untilRunning(warehouse, 'sipHash64', free);
      expect((await warehouse.query('SELECT {n:UInt8} AS n', { pool: free, params: { n: 2 } })).rows).toEqual([
        { n: 2 },
      ]);
      asker.abort();
      await givenUp;
    }
  });

  test('a question whose asker has gone away ends in the engine too', async () => {
    const { warehouse } = await start();
    const asker = new AbortController();
    const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))';
    const asked = warehouse.query(endless, { signal: asker.signal, settings: { max_threads: 1 } });
    const givenUp = expect(asked).rejects.toMatchObject({ facts: { aborted: true } });
    await untilRunning(warehouse, 'sipHash64');
    asker.abort();
    await givenUp;
    await until(async () => (await running(warehouse, 'sipHash64')) === 0);
  });

  test('a part that the crash left broken is set aside, and what is whole is served', async () => {
    const { warehouse, engine } = await start();
    await warehouse.command('CREATE DATABASE lakegate ENGINE = Atomic');
    await warehouse.command('CREATE TABLE lakegate.parts (id UInt8) ENGINE = MergeTree ORDER BY id PARTITION BY id');
    await warehouse.insert('parts', Buffer.from('{"id":1}\n{"id":2}\n'), { format: 'JSONEachRow', settings: {} });
    const { rows } = await warehouse.query<{ path: string }>(
      "SELECT path FROM system.parts WHERE table = 'parts' AND partition = '1'",
    );
    kill(engine.pid, 'SIGSTOP');
    await truncate(join(String(rows[0]?.path), 'data.bin'), 1);
    kill(engine.pid, 'SIGKILL');
    await until(() => warehouse.state().state === 'down');
    expect((await warehouse.query('SELECT id FROM lakegate.parts')).rows).toEqual([{ id: 2 }]);
    expect((await warehouse.query("SELECT reason FROM system.detached_parts WHERE table = 'parts'")).rows).toEqual([
      { reason: 'broken-on-start' },
    ]);
  });

  test('stopped in order, it is gone, and a later start finds what was there', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-engine-'));
    const first = await startTestWarehouse({ dir });
    const { pid } = first.engine;
    await first.warehouse.command('CREATE DATABASE lakegate ENGINE = Atomic');
    await first.stop();
    expect(isAlive(pid)).toBe(false);
    await expect(first.warehouse.query('SELECT 1')).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN' });
    const second = await start({ dir });
    expect((await second.warehouse.query("SELECT engine FROM system.databases WHERE name = 'lakegate'")).rows).toEqual([
      { engine: 'Atomic' },
    ]);
    await rm(dir, { recursive: true, force: true });
  });

  test('it dies with the process that started it, in the middle of an insert too, and leaves the directory to the next', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-engine-'));
    const owner = spawn(process.execPath, [...nodeArgs('test/support/engine-owner.ts'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const enginePid = Number(await firstLine(owner));
    expect(isAlive(enginePid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isAlive(enginePid));
    const next = await start({ dir });
    expect((await next.warehouse.query('SELECT count() AS n FROM lakegate.slow')).rows).toEqual([{ n: '0' }]);
    await rm(dir, { recursive: true, force: true });
  });

  test('one that cannot start is tried again at once, and then ever more slowly up to 5 s', () => {
    const delays = [0, 1, 2, 3, 9].map((quickEnds) => restartDelayMs(10, quickEnds));
    expect(delays).toEqual([0, 100, 200, 400, 5_000]);
    expect(restartDelayMs(60_000, 9)).toBe(0);
  });
});

/** fork() adds the number of the private channel; the second name is how the private channel is told to encode. */
const NODE_OWN = new Set(['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE']);

function kill(pid: number | null, signal: NodeJS.Signals): void {
  if (pid === null) throw new Error('expected an engine process');
  process.kill(pid, signal);
}

/** One that has ended but that nobody has asked about (a zombie) is not alive. */
function isAlive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function running(
  warehouse: TestWarehouse['warehouse'],
  text: string,
  pool: 'ask' | 'load' = 'load',
): Promise<number> {
  const { rows } = await warehouse.query<{ n: string }>(
    "SELECT count() AS n FROM system.processes WHERE position(query, {text:String}) > 0 AND query NOT LIKE '%system.processes%'",
    { params: { text }, pool },
  );
  return Number(rows[0]?.n);
}

async function untilRunning(warehouse: TestWarehouse['warehouse'], text: string, pool?: 'ask' | 'load'): Promise<void> {
  await until(async () => (await running(warehouse, text, pool)) > 0);
}

async function firstLine(process: ChildProcess): Promise<string> {
  if (process.stdout === null) throw new Error('expected a standard output');
  const [line] = await once(createInterface({ input: process.stdout }), 'line');
  return String(line);
}
