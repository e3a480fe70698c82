import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  AS_USERS_START_IT,
  graphql,
  type LakegateProcess,
  removeDir,
  runLakegate,
  startLakegateProcess,
  temporaryDir,
} from '../support/lakegate.ts';

let dataDir = '';
const running: LakegateProcess[] = [];

beforeEach(() => {
  dataDir = temporaryDir();
});

afterEach(async () => {
  for (const lakegate of running.splice(0)) await lakegate.kill();
  removeDir(dataDir);
});

async function start(env: Record<string, string> = {}): Promise<LakegateProcess> {
  const lakegate = await startLakegateProcess({
    env: { LAKEGATE_DATA_DIR: dataDir, ...env },
    program: AS_USERS_START_IT,
  });
  running.push(lakegate);
  return lakegate;
}

/** Runs a command that is meant to end by itself. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const lakegate = runLakegate(args, { LAKEGATE_DATA_DIR: dataDir, PORT: '0', ...env }, AS_USERS_START_IT);
  return { code: await lakegate.exit, stdout: lakegate.stdout(), stderr: lakegate.stderr() };
}

test('the line that start prints can be pasted: it sends an event, and shows that it was admitted and is visible', async () => {
  const lakegate = runLakegate(['start'], { LAKEGATE_DATA_DIR: dataDir, PORT: '0' }, AS_USERS_START_IT);
  const line = await new Promise<string>((resolve, reject) => {
    lakegate.process.stdout?.on('data', () => {
      const found = /^curl .*$/m.exec(lakegate.stdout())?.[0];
      if (found !== undefined) resolve(found);
    });
    lakegate.exit.then((code) => reject(new Error(`exited with ${code}: ${lakegate.stderr()}`)));
  });
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', line]);
    expect(JSON.parse(stdout)).toMatchObject({ admitted: 1, rejected: 0, visible: true });
    expect(lakegate.stdout()).toMatch(/GraphQL\s+http:\/\/127\.0\.0\.1:\d+\/graphql/);
    expect(lakegate.stdout()).toContain(dataDir);
    expect(lakegate.stderr()).toBe('');
  } finally {
    lakegate.process.kill('SIGTERM');
    expect(await lakegate.exit).toBe(0);
  }
});

test('what was acknowledged before SIGKILL is there after the next start, once', async () => {
  const first = await start();
  const mutation = `mutation ($at: DateTime!) { ingestTransactions(events: [{id: "k-1", userId: "ada", amount: "3", currency: USD,
    status: CAPTURED, category: "x", occurredAt: $at}]) { admitted duplicates version } }`;
  const variables = { at: new Date().toISOString() };
  const { data } = await graphql<{ ingestTransactions: { version: string } }>(first.url, mutation, variables);
  await first.kill();

  const second = await start();
  const again = await graphql(second.url, mutation, variables);
  expect(again.data).toMatchObject({ ingestTransactions: { admitted: 0, duplicates: 1 } });
  const asked = await graphql(
    second.url,
    `query ($v: Version) { transactionMetrics(range: {last: "1h"}, where: {currency: {eq: USD}}, atLeast: $v) { total { count amountSum } } }`,
    { v: data.ingestTransactions.version },
  );
  expect(asked.data).toEqual({ transactionMetrics: { total: { count: 1, amountSum: '3' } } });
});

test('a second process on the same data directory is refused and told who has it; after SIGKILL of the first it starts', async () => {
  const first = await start();
  const refused = await run(['start']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('DATA_DIR_LOCKED');
  expect(refused.stderr).toContain(`"pid":${first.pid}`);
  await first.kill();
  await start();
});

test('SIGTERM stops in order, with exit code 0, and answers a request that is waiting', async () => {
  const lakegate = await start({ LAKEGATE_WAIT_DEADLINE: '5s' });
  const mutation = `mutation ($at: DateTime!) { ingestTransactions(events: [{id: "s-1", userId: "ada", amount: "3", currency: USD,
    status: CAPTURED, category: "x", occurredAt: $at}]) { version } }`;
  const { data } = await graphql<{ ingestTransactions: { version: string } }>(lakegate.url, mutation, {
    at: new Date().toISOString(),
  });
  const question = 'query ($v: Version) { transaction(id: "x", atLeast: $v) { id } }';
  const waiting = graphql(lakegate.url, question, { v: data.ingestTransactions.version });
  // The request is under way once another one, sent after it on a new connection, was answered.
  await fetch(`${lakegate.url}/healthz`);
  const exit = lakegate.stop();
  // Loaded just before the stop, or told that it is not: answered either way.
  const { errors = [] } = await waiting;
  for (const error of errors) expect(error).toMatchObject({ extensions: { code: 'NOT_YET_VISIBLE' } });
  expect(await exit).toBe(0);
});

test('every mistake in the settings is told at once, before anything starts', async () => {
  const { code, stderr, stdout } = await run(['start'], {
    PORT: 'http',
    LAKEGATE_LOAD_INTERVALL: '1s',
    LAKEGATE_ROLES: 'x',
  });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('BAD_CONFIG');
  expect(stderr).toContain('PORT: expected a port');
  expect(stderr).toContain('did you mean LAKEGATE_LOAD_INTERVAL?');
  expect(stderr).toContain('LAKEGATE_ROLES: expected');
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('mistakes in declarations are told with file and line, before anything starts', async () => {
  const { code, stderr } = await run(['start'], { LAKEGATE_SCHEMA_DIR: new URL('.', import.meta.url).pathname });
  expect(code).toBe(2);
  expect(stderr).toContain('BAD_DECLARATION');
});

test('a port that is taken is told with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const { code, stderr } = await run(['start'], { PORT: String(port) });
    expect(code).toBe(2);
    expect(stderr).toContain(`expected port ${port} on 127.0.0.1 to be free, but another process listens there`);
    expect(stderr).toContain(`PORT=${port + 1}`);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('a process without the role of the gateway has no doors but says whether it is well', async () => {
  const lakegate = await start({ LAKEGATE_ROLES: 'loader' });
  expect((await fetch(`${lakegate.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${lakegate.url}/graphql`, { method: 'POST' })).status).toBe(404);
});

test('help, version and an unknown command answer at once, with the exit codes scripts expect', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  expect(await run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('start') });
  expect(await run(['strat'])).toMatchObject({ code: 2, stderr: expect.stringContaining('start') });
  expect(await run(['plan'])).toMatchObject({ code: 0, stdout: expect.stringContaining('ingestTransactions') });
});
