import { partitionOf } from '../src/log/partition-of.ts';
import { logKey, recordHead, TENANT_DEFAULT } from '../src/model/record-format.ts';
import { DISORDER_MS } from '../src/model/watermark.ts';
import { randomFrom } from '../test/support/random.ts';

/** An event as it is about to lie in the log, and as another processor reads it from a file. */
export interface BenchEvent {
  readonly topic: 'activities' | 'transactions';
  readonly key: string;
  readonly timeMs: number;
  /** The record, from its opening brace on. */
  readonly record: string;
}

/**
 * A day of a shop: at any moment 200 users of 20,000 are there, each does something about every 17 s (of a million events), 20 times on average, half of
 * it activities, half payments. One payment in ten is over 1000, one in eight is declined or refunded. Events come in the order of their
 * times, give or take 5 s. The same seed gives the same events.
 */
export function* processEvents(options: { readonly seed: number; readonly events: number }): Generator<BenchEvent> {
  const below = randomFrom(options.seed);
  const present = Array.from({ length: PRESENT }, () => below(USERS));
  for (let at = 0; at < options.events; at++) {
    const seat = below(PRESENT);
    const timeMs = START_MS + Math.floor((at * DAY_MS) / options.events) - below(DISORDER_MS / 2);
    const user = `u-${present[seat]}`;
    if (below(EVENTS_A_VISIT) === 0) present[seat] = below(USERS);
    const payment = below(2) === 0;
    const members = payment ? paymentOf(`t-${at}`, user, timeMs, below) : activityOf(`a-${at}`, user, timeMs, below);
    yield {
      topic: payment ? 'transactions' : 'activities',
      key: logKey(TENANT_DEFAULT, user),
      timeMs,
      record: `${headOf(at, timeMs, options.events)}${JSON.stringify(members).slice(1)}`,
    };
  }
}

/** One of each kind in every partition, a day later: it met a watermark that closes everything before it. */
export function* lastEvents(partitions: number): Generator<BenchEvent> {
  const missing = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  for (let number = 0; missing.size > 0; number++) {
    const key = logKey(TENANT_DEFAULT, `last-${number}`);
    if (!missing.delete(partitionOf(key, partitions))) continue;
    const timeMs = START_MS + 2 * DAY_MS;
    const head = headMeeting(timeMs, timeMs - DISORDER_MS);
    const payment = paymentOf(`t-last-${number}`, `last-${number}`, timeMs, () => 1);
    const activity = activityOf(`a-last-${number}`, `last-${number}`, timeMs, () => 1);
    yield { topic: 'transactions', key, timeMs, record: `${head}${JSON.stringify(payment).slice(1)}` };
    yield { topic: 'activities', key, timeMs, record: `${head}${JSON.stringify(activity).slice(1)}` };
  }
}

/** As many users as asked for, each with one activity and one payment over 1000 within five minutes: of none can anything be forgotten. */
export function* oneOfEachAUser(users: number): Generator<BenchEvent> {
  for (let at = 0; at < users; at++) {
    const user = `u-${at}`;
    const key = logKey(TENANT_DEFAULT, user);
    const timeMs = START_MS + Math.floor((at * FIVE_MINUTES_MS) / users);
    const head = headMeeting(timeMs, timeMs - DISORDER_MS);
    const payment = { ...paymentOf(`t-${at}`, user, timeMs, () => 1), amount: '1250.00' };
    yield { topic: 'transactions', key, timeMs, record: `${head}${JSON.stringify(payment).slice(1)}` };
    const activity = activityOf(`a-${at}`, user, timeMs, () => 1);
    yield { topic: 'activities', key, timeMs, record: `${head}${JSON.stringify(activity).slice(1)}` };
  }
}

const USERS = 20_000;
const PRESENT = 200;
const EVENTS_A_VISIT = 20;
const DAY_MS = 86_400_000;
const FIVE_MINUTES_MS = 300_000;
const START_MS = Date.parse('2026-11-20T00:00:00Z');

/** It met the watermark that the stream's steady pace gives: nothing of it is late. */
function headOf(at: number, timeMs: number, events: number): string {
  return headMeeting(timeMs, START_MS + Math.floor((at * DAY_MS) / events) - DISORDER_MS);
}

function headMeeting(timeMs: number, watermarkMs: number): string {
  const timeUs = BigInt(timeMs) * 1000n;
  const receivedAtMs = watermarkMs + DISORDER_MS;
  return recordHead({ tenant: TENANT_DEFAULT, timeUs, receivedAtMs, watermarkMs, sequence: null, compositeId: null });
}

function paymentOf(id: string, userId: string, timeMs: number, below: (below: number) => number) {
  const large = below(10) === 0;
  const cents = large ? 100_001 + below(400_000) : 100 + below(99_901);
  const status = below(8) === 0 ? (below(2) === 0 ? 'DECLINED' : 'REFUNDED') : 'CAPTURED';
  return {
    id,
    userId,
    amount: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    currency: 'USD',
    status,
    category: 'travel',
    country: 'DE',
    merchant: `m-${below(500)}`,
    occurredAt: new Date(timeMs).toISOString(),
  };
}

function activityOf(id: string, userId: string, timeMs: number, below: (below: number) => number) {
  return {
    id,
    userId,
    type: below(4) === 0 ? 'CLICK' : 'PAGE_VIEW',
    path: `/p/${below(200)}`,
    device: 'MOBILE',
    country: 'DE',
    occurredAt: new Date(timeMs).toISOString(),
  };
}
