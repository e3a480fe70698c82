import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestSqlDoor, PAYMENTS, type TestSqlDoor } from '../../support/sql-door.ts';

/*
 * The SQL door to drivers of other languages, as BI tools carry them: each is a small program in a folder beside this file, its versions pinned,
 * fetched by the ordinary package manager of its language. Where a language is missing its suite is named as skipped; with
 * LAKEGATE_TEST_ALL=1 that is a failure. `npm run test:clients`.
 */

let door: TestSqlDoor;
let address: string;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lakegate-clients-'));
  door = await openTestSqlDoor();
  address = new URL(door.url).host;
});

afterAll(async () => {
  await door.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** What every client must find. */
const PAYMENTS_IN_EUR = PAYMENTS / 2;
const TOTAL_USD = '748515'; // Sums of payments in USD of the sample, whole units; the cents are compared by the door itself.
const COLUMNS = ['start', 'end', 'currency', 'status', 'category', 'country', 'count', 'lateCount'];

describeWith('clickhouse-connect and SQLAlchemy', ['python3'], () => {
  test('read, bind, reflect and are refused what is not theirs', { timeout: TIMEOUT_MS }, async () => {
    await run('python3', ['-m', 'venv', join(dir, 'venv')]);
    const python = join(dir, 'venv/bin/python');
    await run(python, [
      '-m',
      'pip',
      'install',
      '-q',
      '--disable-pip-version-check',
      '-r',
      here('python/requirements.txt'),
    ]);
    const { connect, sqlalchemy } = await json(python, [here('python/read.py'), address]);
    expect(connect).toMatchObject({ payments: PAYMENTS, bound: PAYMENTS_IN_EUR, rows: 500, amount: '0.0100' });
    expect(connect.users).toBe(97);
    expect(connect.refused).toContain('FUNCTION_NOT_ALLOWED');
    expect(connect.insert).toMatch(/READONLY|89|UNKNOWN_COMPRESSION/);
    expect(sqlalchemy.schemas).toContain('analytics');
    expect(sqlalchemy.tables).toEqual(expect.arrayContaining(['transactions', 'transactions_by_merchant_1h']));
    expect(sqlalchemy.columns.slice(0, COLUMNS.length)).toEqual(COLUMNS);
    expect(sqlalchemy.totals.map(([currency]: [string]) => currency)).toEqual(['EUR', 'USD']);
    expect(sqlalchemy.totals[1][1]).toContain(TOTAL_USD);
  });
});

describeWith('JDBC', ['java', 'mvn'], () => {
  test.each(['0.9.8', '0.11.0'])(
    'clickhouse-jdbc %s reads, binds, lists and is refused what is not its own',
    { timeout: TIMEOUT_MS },
    async (version) => {
      const project = join(dir, `java-${version}`);
      cpSync(here('java'), project, { recursive: true });
      const classPath = join(project, 'class-path');
      await run('mvn', [
        '-q',
        '-B',
        `-Djdbc.version=${version}`,
        '-f',
        join(project, 'pom.xml'),
        'dependency:build-classpath',
        `-Dmdep.outputFile=${classPath}`,
      ]);
      const found = await json('java', ['-Xmx256m', '-cp', `@${classPath}`, join(project, 'Read.java'), address]);
      expect(found.driver).toContain(version);
      expect(found.schemas).toContain('analytics');
      expect(found.tables).toEqual(expect.arrayContaining(['transactions', 'transactions_by_merchant_1h']));
      expect(found.columns.slice(0, COLUMNS.length)).toEqual(COLUMNS);
      expect(found).toMatchObject({
        payments: String(PAYMENTS),
        bound: String(PAYMENTS_IN_EUR),
        rows: '500',
        users: '97',
      });
      expect(found.total).toContain(TOTAL_USD);
      expect(found.refused).toContain('FUNCTION_NOT_ALLOWED');
    },
  );
});

describeWith('clickhouse-go', ['go'], () => {
  test('over HTTP says hello, reads, binds and is refused what is not its own', { timeout: TIMEOUT_MS }, async () => {
    const program = join(dir, 'go-client');
    await run('go', ['build', '-o', program, '.'], here('go'));
    const found = await json(program, [address]);
    expect(found.tables).toEqual(expect.arrayContaining(['transactions', 'transactions_by_merchant_1h']));
    expect(found.columns.slice(0, COLUMNS.length)).toEqual(COLUMNS);
    expect(found).toMatchObject({ payments: PAYMENTS, bound: PAYMENTS_IN_EUR, users: 97 });
    expect(found.total).toContain(TOTAL_USD);
    expect(found.refused).toContain('FUNCTION_NOT_ALLOWED');
  });
});

/** The package manager fetches once on a new machine; a build takes some seconds on a busy one. */
const TIMEOUT_MS = 240_000;

function describeWith(name: string, commands: readonly string[], suite: () => void): void {
  const missing = commands.filter((command) => spawnSync('which', [command]).status !== 0);
  if (missing.length > 0 && process.env.LAKEGATE_TEST_ALL === '1') {
    throw new Error(`expected ${missing.join(' and ')} here: "${name}" needs it`);
  }
  describe.skipIf(missing.length > 0)(`${name} (needs ${commands.join(' and ')})`, suite);
}

function here(path: string): string {
  return join(import.meta.dirname, path);
}

async function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], { cwd, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

async function json(command: string, args: readonly string[]) {
  const output = await run(command, args);
  return JSON.parse(output.slice(output.indexOf('{')));
}
