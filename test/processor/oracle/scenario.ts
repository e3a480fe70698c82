import { randomFrom } from '../../support/random.ts';

/** Something that a producer sends, and when it comes in. */
export interface Arrival {
  readonly arrivesAtMs: number;
  readonly kind: 'transaction' | 'activity' | 'rating';
  readonly event: Readonly<Record<string, string | number>>;
}

export interface Scenario {
  /** In the order in which they come. */
  readonly arrivals: readonly Arrival[];
  /** When everything is over: some scenarios end while sessions are open, most after a long silence. */
  readonly endsAtMs: number;
}

export const SCENARIO_START_MS = Date.parse('2026-11-21T10:00:00Z');

/**
 * Three to four hours of 25 users who live on the borders: amounts of exactly 1000 and one ten-thousandth beside it, gaps of exactly 10
 * and 30 minutes and one microsecond beside them, several events at one time. They come shuffled within the disorder that is allowed, some
 * sent twice, some far too late, a few stamped ahead of the clock; one user leaves in the middle, with him goes a partition; for most of
 * an hour nobody does anything. In every third scenario some come a day later. Beside them some players are rated, and their ratings corrected, whose
 * versions come in any order. The same seed gives the same scenario.
 */
export function scenarioOf(seed: number): Scenario {
  const below = randomFrom(seed * 7919 + 17);
  const arrivals = USERS.flatMap((user, at) => [
    ...arrivalsOf(user, 'transaction', seed, at, below),
    ...arrivalsOf(user, 'activity', seed, at, below),
    ...arrivalsAtTheWatermark(user, seed, below),
  ]);
  const all = [...arrivals, ...arrivals.filter(() => below(100) < TWICE_PERCENT).map((sent) => again(sent, below))];
  const moments = all.map(({ arrivesAtMs }) => arrivesAtMs);
  all.push(...ratingsAt(moments, seed));
  all.sort((a, b) => a.arrivesAtMs - b.arrivesAtMs);
  const lastMs = all.at(-1)?.arrivesAtMs ?? SCENARIO_START_MS;
  return { arrivals: all, endsAtMs: lastMs + (seed % 4 === 0 ? SECOND_MS : 3 * HOUR_MS) };
}

/** Spread over four partitions; `kaja` is alone in hers and leaves early. */
export const LEAVES_EARLY = 'kaja';
export const USERS = [
  LEAVES_EARLY,
  ...['bela', 'emil', 'finn', 'ines', 'nils', 'quin', 'sven', 'tara', 'wim', 'hana', 'greta', 'jan'],
  ...['lars', 'olga', 'rosa', 'bo', 'ada', 'cora', 'dora', 'hugo', 'mila', 'udo', 'xena', 'gil'],
];

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const US_PER_MS = 1000;
const LENGTH_MS = 3 * HOUR_MS;
const SILENCE_FROM_MS = 80 * MINUTE_MS;
const SILENCE_MS = 45 * MINUTE_MS;
const TWICE_PERCENT = 4;
const DAY_LATE_PERCENT = 2;
const DISORDER_MS = 10_000;

/** Microseconds from one event of a user to the next: the borders as often as everything else. */
const STEPS_US: readonly ((below: (below: number) => number) => number)[] = [
  () => 0,
  () => 1,
  () => US_PER_MS,
  (below) => below(60) * SECOND_MS * US_PER_MS,
  (below) => below(60) * SECOND_MS * US_PER_MS,
  (below) => below(9 * MINUTE_MS) * US_PER_MS + below(1000),
  (below) => below(20 * MINUTE_MS) * US_PER_MS,
  () => 10 * MINUTE_MS * US_PER_MS,
  () => 10 * MINUTE_MS * US_PER_MS - 1,
  () => 10 * MINUTE_MS * US_PER_MS + 1,
  () => 30 * MINUTE_MS * US_PER_MS,
  () => 30 * MINUTE_MS * US_PER_MS - 1,
  () => 30 * MINUTE_MS * US_PER_MS + 1,
];

function* arrivalsOf(
  user: string,
  kind: Arrival['kind'],
  seed: number,
  userAt: number,
  below: (below: number) => number,
): Generator<Arrival> {
  // Every second user begins on a whole minute, so that borders of windows are met exactly.
  let atUs = below(30) * MINUTE_MS * US_PER_MS + (userAt % 2 === 0 ? 0 : below(MINUTE_MS * US_PER_MS));
  const lengthMs = user === LEAVES_EARLY ? SILENCE_FROM_MS / 2 : LENGTH_MS;
  let burst = 0;
  for (let number = 0; atUs < lengthMs * US_PER_MS; number++) {
    if (burst === 0 && kind === 'transaction' && below(25) === 0) burst = 8 + below(14);
    const timeUs = SCENARIO_START_MS * US_PER_MS + afterSilence(atUs);
    // Ids do not grow with time: ties by id are not ties by arrival.
    const id = `${kind[0]}-${below(10)}${below(10)}-${seed}-${user}-${number}`;
    const amounts = burst > 0 ? TEST_AMOUNTS : AMOUNTS;
    const event =
      kind === 'transaction'
        ? payment(id, user, timeUs, amounts, below)
        : activity({ id, user, timeUs, number }, below);
    yield { kind, event, arrivesAtMs: Math.ceil(timeUs / US_PER_MS) + delayMs(seed, below) };
    atUs += burst > 0 ? below(2 * BURST_STEP_US) : (STEPS_US[below(STEPS_US.length)]?.(below) ?? 0);
    burst = Math.max(burst - 1, 0);
  }
}

/**
 * Three payments: one, one exactly the disorder later, and then one at the time of the first, which so meets a watermark of exactly its own time, unless somebody
 * else in the partition was further. It is still in time, and by its id it may come before the first.
 */
function* arrivalsAtTheWatermark(user: string, seed: number, below: (below: number) => number): Generator<Arrival> {
  if (user === LEAVES_EARLY) return;
  for (let number = 0; number < 4; number++) {
    const atMs = SCENARIO_START_MS + below(SILENCE_FROM_MS);
    const paid = (what: string, timeMs: number, arrivesAtMs: number, amount: string): Arrival => {
      const id = `t-${below(10)}${below(10)}-${seed}-${user}-${what}-${number}`;
      return { kind: 'transaction', event: payment(id, user, timeMs * US_PER_MS, [amount], below), arrivesAtMs };
    };
    yield paid('first', atMs, atMs, '1500.5');
    yield paid('ahead', atMs + DISORDER_MS, atMs + DISORDER_MS, '1000.0001');
    yield paid('exactly', atMs, atMs + DISORDER_MS + 1, below(2) === 0 ? '5' : '2500');
  }
}

/** At moments at which something else comes in, so that nothing of that is any different. Some are sent twice. */
function* ratingsAt(moments: readonly number[], seed: number): Generator<Arrival> {
  const below = randomFrom(seed * 104_729 + 3);
  const moment = () => moments[below(moments.length)] ?? SCENARIO_START_MS;
  for (let number = 0; number < RATINGS; number++) {
    const player = below(PLAYERS);
    const versions = 1 + below(4);
    for (let version = 1; version <= versions; version++) {
      const arrivesAtMs = moment();
      const timeUs = arrivesAtMs * US_PER_MS - below(HOUR_MS) * US_PER_MS;
      const event = {
        ratingId: `r-${number}`,
        version,
        playerId: `player-${player}`,
        matchId: `m-${number % 7}`,
        rating: `${below(10)}.${below(10)}${below(10)}`,
        occurredAt: rfc3339(timeUs),
      };
      yield { kind: 'rating', event, arrivesAtMs };
      if (below(100) < TWICE_PERCENT) yield { kind: 'rating', event, arrivesAtMs: moment() };
    }
  }
}

const RATINGS = 300;
const PLAYERS = 15;

/** 60 s hold 10 payments that are this far apart, or almost. */
const BURST_STEP_US = 6 * SECOND_MS * US_PER_MS;

/** What would happen in the silence happens after it. */
function afterSilence(atUs: number): number {
  return atUs < SILENCE_FROM_MS * US_PER_MS ? atUs : atUs + SILENCE_MS * US_PER_MS;
}

/** Nine in ten come within the disorder, which never makes them late by itself; a few are early, by a producer's clock that is ahead. */
function delayMs(seed: number, below: (below: number) => number): number {
  const kind = below(100);
  if (seed % 3 === 1 && kind < DAY_LATE_PERCENT) return 24 * HOUR_MS + below(3 * HOUR_MS);
  if (kind < 88) return below(DISORDER_MS / 2);
  if (kind < 91) return below(40 * SECOND_MS);
  if (kind < 95) return below(12 * MINUTE_MS);
  if (kind < 98) return 20 * MINUTE_MS + below(80 * MINUTE_MS);
  return -below(20 * SECOND_MS);
}

function again(sent: Arrival, below: (below: number) => number): Arrival {
  return { ...sent, arrivesAtMs: sent.arrivesAtMs + below(below(2) === 0 ? SECOND_MS : 30 * MINUTE_MS) };
}

const TEST_AMOUNTS = ['0.05', '1', '1.9999', '2', '2.5', '500', '500.0001', '1000.0001'];
const AMOUNTS = [
  '1000',
  '1000.0001',
  '999.9999',
  '1500.5',
  '2500',
  '4000.25',
  '1001',
  '20',
  '0.05',
  '5',
  '12.3456',
  '90000',
];
const STATUSES = ['CAPTURED', 'CAPTURED', 'CAPTURED', 'CAPTURED', 'AUTHORIZED', 'AUTHORIZED', 'DECLINED', 'REFUNDED'];
const COUNTRIES = ['DE', 'DE', 'FR', 'US'];
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'USD'];
const TYPES = ['PAGE_VIEW', 'PAGE_VIEW', 'PAGE_VIEW', 'CLICK', 'SEARCH', 'SIGN_IN'];
const PATHS = ['/', '/pricing', '/cart', '/help', '/blog/7'];

function payment(
  id: string,
  userId: string,
  timeUs: number,
  amounts: readonly string[],
  below: (below: number) => number,
) {
  return {
    id,
    userId,
    amount: one(amounts, below),
    currency: one(CURRENCIES, below),
    status: one(STATUSES, below),
    category: one(['travel', 'groceries'], below),
    country: one(COUNTRIES, below),
    merchant: one(['m-1', 'm-2', 'm-3'], below),
    occurredAt: rfc3339(timeUs),
  };
}

function activity(
  { id, user, timeUs, number }: { readonly [Name in 'id' | 'user']: string } & Record<'timeUs' | 'number', number>,
  below: (below: number) => number,
) {
  const event = {
    id,
    userId: user,
    type: one(TYPES, below),
    country: one(COUNTRIES, below),
    occurredAt: rfc3339(timeUs),
    // Two devices at once; one in five does not say.
    ...(number % 5 === 4 ? {} : { sessionId: `s-${user}-${Math.floor(number / 8)}-${number % 2}` }),
  };
  // Some say where it was, in one way or in both.
  const path = below(10) === 0 ? {} : { path: one(PATHS, below) };
  return { ...event, ...path };
}

function one(items: readonly string[], below: (below: number) => number): string {
  return items[below(items.length)] ?? '';
}

export function rfc3339(timeUs: number): string {
  const seconds = new Date(Math.floor(timeUs / 1_000_000) * 1000).toISOString().slice(0, -5);
  return `${seconds}.${String(timeUs % 1_000_000).padStart(6, '0')}Z`;
}
