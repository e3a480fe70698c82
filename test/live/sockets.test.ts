import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LakegateProcess, removeDir, startLakegateProcess } from '../support/lakegate.ts';
import { LiveSocket } from '../support/live-socket.ts';
import { until } from '../support/until.ts';

/** LAKEGATE_TEST_SOCKETS=5000 asks for the long form, which also says what it measured. */
const SOCKETS = Number(process.env.LAKEGATE_TEST_SOCKETS ?? 300);
const QUESTIONS = SOCKETS >= 2_000 ? 100 : 20;
const PATIENCE_MS = SOCKETS * 40 + 30_000;

/** What one socket with its subscription may take of the process that serves it: 20 KiB were measured with 5,000. */
const BYTES_PER_SOCKET_MAX = 48 * 1024;
/** What the process takes and gives back by itself, whoever is there: 128 MiB of young objects, and code that is compiled. */
const SLACK_BYTES = 256 * 1024 * 1024;

let lakegate: LakegateProcess;
let readers: readonly CountReader[] = [];
/** How many payments each category has. */
let sent = 0;

beforeAll(async () => {
  lakegate = await startLakegateProcess();
  await send();
});

afterAll(async () => {
  for (const reader of readers) reader.lose();
  await lakegate?.stop();
  if (lakegate !== undefined) removeDir(lakegate.dataDir);
});

test(
  `${SOCKETS} sockets on ${QUESTIONS} questions all get their snapshot, and after each write their patch`,
  async () => {
    await using _warm = await oneOfEachQuestion();
    const before = residentBytes();
    readers = await openAll();
    await until(() => readers.every((reader) => reader.count === sent), PATIENCE_MS);
    const perSocket = (residentBytes() - before) / SOCKETS;
    const spreadsMs: number[] = [];
    for (let write = 0; write < 5; write++) {
      await send();
      const acknowledgedAtMs = performance.now();
      await until(() => readers.every((reader) => reader.count === sent), PATIENCE_MS);
      spreadsMs.push(performance.now() - acknowledgedAtMs);
    }
    expect(residentBytes() - before).toBeLessThan(SOCKETS * BYTES_PER_SOCKET_MAX + SLACK_BYTES);
    expect(readers.filter((reader) => !reader.isWell)).toEqual([]);
    if (process.env.LAKEGATE_TEST_SOCKETS !== undefined) report({ perSocket, spreadsMs });
  },
  2 * PATIENCE_MS + 60_000,
);

test(
  'readers that stop reading leave memory flat and all others untouched, and get the newest state when they read again',
  async () => {
    const stopped = await openWide(STOPPED);
    const reading = await openWide(1);
    await sendWide();
    await until(() => [...stopped, ...reading].every((reader) => reader.count === wideSent), PATIENCE_MS);
    for (const reader of stopped) reader.stopReading();
    const updatesBefore = stopped.map(({ updates }) => updates);
    const before = residentBytes();
    for (let write = 0; write < WIDE_WRITES; write++) {
      await sendWide();
      await until(() => reading.every((reader) => reader.hasAll), PATIENCE_MS);
    }
    await send();
    await until(() => readers.every((reader) => reader.hasAll), PATIENCE_MS);
    expect([...readers, ...reading].filter((reader) => !reader.isWell)).toEqual([]);
    expect(residentBytes() - before).toBeLessThan(SLACK_BYTES);
    for (const reader of stopped) expect(reader.count).toBeLessThan(wideSent);

    for (const reader of stopped) reader.readAgain();
    // Who is silent for a minute is let go; on a busy machine that is what this takes.
    await until(() => stopped.every((reader) => reader.hasAll || !reader.isWell), PATIENCE_MS);
    // What fitted into the buffers between was sent, the rest never: a server that queues sends all of it.
    const received = stopped.reduce((sum, { updates }, index) => sum + updates - (updatesBefore[index] ?? 0), 0);
    expect(received).toBeLessThan(0.8 * STOPPED * WIDE_WRITES);
    for (const reader of [...stopped, ...reading]) reader.lose();
  },
  4 * PATIENCE_MS,
);

interface Counted {
  readonly transactionMetrics: { readonly total: { readonly count: number } };
}

/** A reader of one question that remembers what it read last, and how often. */
class CountReader {
  readonly #wanted: () => number;
  #socket: LiveSocket<Counted> | null = null;
  count = 0;
  updates = 0;

  private constructor(wanted: () => number) {
    this.#wanted = wanted;
  }

  static async open(query: string, wanted: () => number): Promise<CountReader> {
    const reader = new CountReader(wanted);
    reader.#socket = await LiveSocket.open<Counted>(lakegate.url, { query }, ({ transactionMetrics }) => {
      reader.count = transactionMetrics.total.count;
      reader.updates++;
    });
    return reader;
  }

  get hasAll(): boolean {
    return this.count === this.#wanted();
  }

  get isWell(): boolean {
    return this.#socket?.isOpen === true && this.#socket.refusal === null;
  }

  stopReading(): void {
    this.#socket?.stopReading();
  }

  readAgain(): void {
    this.#socket?.readAgain();
  }

  lose(): void {
    this.#socket?.lose();
  }
}

async function openAll(): Promise<readonly CountReader[]> {
  const opened: CountReader[] = [];
  const open = async (): Promise<void> => {
    while (begun < SOCKETS) opened.push(await CountReader.open(questionOf(begun++ % QUESTIONS), () => sent));
  };
  let begun = 0;
  await Promise.all(Array.from({ length: 50 }, open));
  return opened;
}

/** What the questions themselves cost is not counted for the sockets. */
async function oneOfEachQuestion(): Promise<AsyncDisposable> {
  const each = await Promise.all(
    Array.from({ length: QUESTIONS }, (_, index) => CountReader.open(questionOf(index), () => sent)),
  );
  await until(() => each.every((reader) => reader.hasAll), PATIENCE_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      for (const reader of each) reader.lose();
    },
  };
}

function questionOf(index: number): string {
  return `subscription { transactionMetrics(range: {from: "2026-01-01T00:00:00Z", to: "2036-01-01T00:00:00Z"},
    where: {currency: {eq: USD}, category: {eq: "category-${index}"}}, throttle: "50ms") {
    type cursor removed rows { id count revenue } total { count } } }`;
}

/** One payment more in each category. */
async function send(): Promise<void> {
  await post(Array.from({ length: QUESTIONS }, (_, index) => payment({ category: `category-${index}` })));
  sent++;
}

const STOPPED = 40;
const WIDE_WRITES = 12;
const MERCHANTS = 100;
const NAME_CHARS = 200;
/** A name is in each row so many times. */
const NAMES = 48;
let wideSent = 0;

async function openWide(count: number): Promise<readonly CountReader[]> {
  const names = Array.from({ length: NAMES }, (_, index) => `name${index}: merchant`).join(' ');
  const query = `subscription { transactionMetrics(range: {from: "2026-01-01T00:00:00Z", to: "2036-01-01T00:00:00Z"},
    by: [MERCHANT], where: {currency: {eq: EUR}}, throttle: "50ms") {
    type cursor removed rows { id ${names} count } total { count } } }`;
  return Promise.all(Array.from({ length: count }, () => CountReader.open(query, () => wideSent)));
}

/** Every row of the wide question changes by it. */
async function sendWide(): Promise<void> {
  const nameOf = (index: number) => `${index}`.padEnd(NAME_CHARS, 'x');
  await post(
    Array.from({ length: MERCHANTS }, (_, index) =>
      payment({ category: 'wide', currency: 'EUR', merchant: nameOf(index) }),
    ),
  );
  wideSent += MERCHANTS;
}

let payments = 0;
function payment(fields: Readonly<Record<string, string>>): object {
  return {
    id: `p-${++payments}`,
    userId: 'ada',
    amount: '1',
    currency: 'USD',
    status: 'CAPTURED',
    occurredAt: new Date().toISOString(),
    ...fields,
  };
}

async function post(events: readonly object[]): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${lakegate.url}/ingest/transaction`, { method: 'POST', body, headers });
  expect(await answer.json()).toMatchObject({ admitted: events.length });
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${lakegate.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

function report({ perSocket, spreadsMs }: { readonly perSocket: number; readonly spreadsMs: readonly number[] }): void {
  const spreads = spreadsMs.map((ms) => ms.toFixed(0)).join(', ');
  process.stdout.write(
    `${SOCKETS} sockets on ${QUESTIONS} questions: ${(perSocket / 1024).toFixed(1)} KiB of the product for each, ` +
      `acknowledged until the last had its patch: ${spreads} ms\n`,
  );
}
