// Runs the product under each Node version it promises: starts it, sends an event and asks for the number. Writes a report in the form
// of the other suites. Versions come from npm, into a temporary directory.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const VERSIONS = ['20.19.6', '22.23.3', '24.21.0'];
/** The slowest of these takes a few seconds on two busy cores; past this the product hangs. */
const DEADLINE_MS = 120_000;

const root = resolve(import.meta.dirname, '../..');
const results = [];
for (const version of VERSIONS) {
  const fullName = `an event goes from a mutation to a number on Node ${version}`;
  try {
    await eventToNumber(version);
    results.push({ fullName, status: 'passed' });
  } catch (error) {
    console.error(`${fullName}: ${error.stack}`);
    results.push({ fullName, status: 'failed', failureMessages: [error.stack] });
  }
}

const passed = results.filter(({ status }) => status === 'passed').length;
const report = {
  numPassedTests: passed,
  numFailedTests: results.length - passed,
  numFailedTestSuites: 0,
  numPendingTests: 0,
  testResults: [{ assertionResults: results }],
};
if (process.argv[2] !== undefined) writeFileSync(process.argv[2], JSON.stringify(report));
console.log(`Node versions: ${passed} of ${results.length} work`);
process.exitCode = passed === results.length ? 0 : 1;

async function eventToNumber(version) {
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-node-'));
  const packageName = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--prefix', dir, `${packageName}@${version}`], {
    stdio: 'pipe',
  });
  const child = spawn(join(dir, 'node_modules', packageName, 'bin/node'), ['bin/lakegate.js', 'start', '--json'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: dir,
      PORT: '0',
      LAKEGATE_SQL_PORT: '0',
      LAKEGATE_DATA_DIR: join(dir, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const { url } = await Promise.race([ready(child), failAfter(DEADLINE_MS, 'not ready')]);
    await sendAndAsk(`${url}/graphql`);
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
  if (child.exitCode !== 0) throw new Error(`expected exit code 0 after SIGTERM, got ${child.exitCode}`);
}

/** One line of JSON is printed once everything is up: it says where. */
function ready(child) {
  return new Promise((resolvePromise, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.includes('\n')) resolvePromise(JSON.parse(printed.slice(0, printed.indexOf('\n'))));
    });
    child.once('exit', (code) => reject(new Error(`exited with ${code} before it was ready: ${printed}`)));
  });
}

async function sendAndAsk(url) {
  const sent = await post(url, {
    query:
      'mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events, wait: true) { admitted visible version } }',
    variables: {
      events: [
        {
          id: 't-1',
          userId: 'ada',
          amount: '12.50',
          currency: 'USD',
          status: 'CAPTURED',
          category: 'books',
          occurredAt: new Date().toISOString(),
        },
      ],
    },
  });
  const { admitted, visible, version } = sent.ingestTransactions;
  if (admitted !== 1 || !visible)
    throw new Error(`expected one event admitted and visible, got ${JSON.stringify(sent)}`);
  const asked = await post(url, {
    query: `query ($version: Version) {
      transactionMetrics(range: {last: "1h"}, by: [CURRENCY], atLeast: $version) { rows { currency count amountSum } }
    }`,
    variables: { version },
  });
  const expected = JSON.stringify([{ currency: 'USD', count: 1, amountSum: '12.5' }]);
  const got = JSON.stringify(asked.transactionMetrics.rows);
  if (got !== expected) throw new Error(`expected ${expected}, got ${got}`);
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

function failAfter(ms, message) {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`${message} after ${ms} ms`)), ms).unref());
}
