import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFinal } from '../../../src/analytics/metrics/answer-metrics.ts';
import {
  type MetricsArguments,
  type MetricsQuestion,
  readMetricsQuestion,
} from '../../../src/analytics/metrics/metrics-question.ts';
import type { MetricsRow } from '../../../src/analytics/metrics/scan-metrics.ts';
import { type LiveMetrics, openLiveMetrics } from '../../../src/live/metrics/live-metrics.ts';
import { liveMeaning, liveNowMs } from '../../../src/live/metrics/live-range.ts';
import type { MetricsUpdate } from '../../../src/live/metrics/metrics-update.ts';
import type { Place } from '../../../src/live/place.ts';
import type { Version } from '../../../src/model/version.ts';
import { createTables, type Payment, paymentKind } from '../../support/asked-kind.ts';
import { bruteForce } from '../../support/brute-force-metrics.ts';
import { movedClock } from '../../support/moved-clock.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../../support/payment-loads.ts';
import { randomFrom } from '../../support/random.ts';
import { resultCacheInMemory } from '../../support/result-cache.ts';
import { until } from '../../support/until.ts';
import { startTestWarehouse, type TestWarehouse } from '../../support/warehouse.ts';

const kind = paymentKind();
const START_MS = Date.parse('2026-11-05T23:50:34.567Z');
/** A long run: LAKEGATE_TEST_STEPS=2000, with other steps for each LAKEGATE_TEST_SEED. */
const STEPS = Number(process.env.LAKEGATE_TEST_STEPS ?? 40);
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
}, 60_000);

afterAll(() => engine.stop());

test(
  'what readers put together from updates is the answer to their question at that version, whatever is written and however often they are cut off',
  async () => {
    const world = openWorld();
    const readers = SHAPES.flatMap((shape) => [0, 1].map(() => new Reader(world, shape)));
    const random = randomFrom(SEED);
    for (let step = 0; step < STEPS; step++) {
      await write(world, random);
      world.advance([7, 60, 200, 1500, 20_000][random(5)] ?? 1);
      // However the dice fall, once when readers have something to resume from.
      if (random(25) === 0 || step === STEPS / 2) await world.restart();
      for (const reader of readers) reader.act(random);
      for (let turns = random(20); turns > 0; turns--) await turn();
    }
    for (const reader of readers) {
      await until(() => {
        world.advance(100);
        reader.act(() => 1);
        return reader.hasAll();
      });
    }
    await world.live.stop();
    // A property that is never reached proves nothing. How often it is depends on how fast answers come beside the steps.
    const seen = (what: keyof Reader['seen']) => readers.reduce((sum, reader) => sum + reader.seen[what], 0);
    expect(seen('patches')).toBeGreaterThan(STEPS / 2);
    expect(seen('resumed')).toBeGreaterThan(STEPS / 4);
    expect(seen('lost')).toBeGreaterThan(STEPS / 8);
    expect(seen('removed')).toBeGreaterThan(STEPS / 8);
    expect(seen('snapshotsAfterRestart')).toBeGreaterThan(0);
  },
  60_000 + STEPS * 2000,
);

interface Shape {
  readonly args: MetricsArguments;
  readonly rows: readonly string[] | null;
  readonly total: readonly string[] | null;
  readonly shares?: readonly string[];
  readonly running?: readonly string[];
  readonly previous?: readonly string[];
}

/** Each goes another way through the reading: slices, tables, ranks, what is carried on. */
const SHAPES: readonly Shape[] = [
  {
    args: { range: { last: '5m' }, every: '1m', by: ['STATUS'] },
    rows: ['count', 'captured'],
    shares: ['count'],
    total: ['count'],
  },
  { args: { range: { last: '10m' }, by: ['COUNTRY'] }, rows: ['count', 'piecesSum'], total: null },
  {
    args: {
      range: { last: '10m' },
      every: '1m',
      by: ['MERCHANT'],
      top: { n: 2, by: 'COUNT', others: true },
      fill: 'ZERO',
    },
    rows: ['count'],
    total: null,
  },
  {
    args: { range: { this: 'DAY' }, every: '1h', compare: { precedingPeriod: true }, timeZone: 'Europe/Berlin' },
    rows: ['count', 'euros'],
    running: ['count'],
    previous: ['count'],
    total: ['count'],
  },
  {
    args: { range: { last: '5m' }, where: { status: { eq: 'CAPTURED' } } },
    rows: null,
    total: ['count', 'piecesSum', 'tipAvg'],
  },
  {
    args: {
      range: { last: '5m' },
      every: '1m',
      by: ['USER_ID'],
      orderBy: [{ by: 'COUNT', direction: 'DESC' }],
      limit: 5,
    },
    rows: ['count'],
    total: null,
  },
  {
    args: { range: { from: '2026-11-05T22:00:00Z', to: '2026-11-05T23:00:00Z' }, every: '10m' },
    rows: ['count'],
    total: ['count'],
  },
];

/** All that ever was: what was loaded when, and what time it was. */
interface World {
  readonly loads: PaymentLoads;
  readonly make: (fromMs: number, toMs: number) => Payment;
  readonly nowMs: () => number;
  readonly times: readonly number[];
  /** After each write: how many payments there were, and the last one that the version names. */
  readonly states: readonly { readonly size: number; readonly last: number }[];
  live: LiveMetrics;
  restarts: number;
  advance(ms: number): void;
  wrote(): void;
  restart(): Promise<void>;
}

function openWorld(): World {
  const clock = movedClock(START_MS);
  const loads = paymentLoads(engine.warehouse, kind);
  const times = [START_MS];
  const states = [{ size: 0, last: -1 }];
  const open = () =>
    openLiveMetrics({
      warehouse: engine.warehouse,
      progress: loads.progress,
      cache: resultCacheInMemory(),
      clock,
      waitDeadlineMs: 1e9,
    });
  const world: World = {
    loads,
    make: paymentMaker(SEED),
    nowMs: clock.nowMs,
    times,
    states,
    live: open(),
    restarts: 0,
    advance(ms) {
      clock.advance(ms);
      times.push(clock.nowMs());
    },
    wrote: () => states.push({ size: loads.payments.length, last: lastOf(loads.progress.version([kind.plural])) }),
    async restart() {
      const before = world.live;
      world.live = open();
      world.restarts++;
      await before.stop();
    },
  };
  return world;
}

async function write(world: World, random: (below: number) => number): Promise<void> {
  const { loads, make, nowMs } = world;
  const made = () => {
    const [fromMs, toMs] = [
      [nowMs() - 60_000, nowMs()],
      [nowMs() - 700_000, nowMs()],
      [START_MS - 24 * 3_600_000, nowMs()],
    ][random(3)] ?? [0, 0];
    return make(fromMs ?? 0, toMs ?? 0);
  };
  const batch = Array.from({ length: 1 + random(4) }, made);
  switch (random(6)) {
    case 0:
      return;
    case 1:
      return loads.watermarkTo(nowMs() - random(120_000));
    case 2:
      await loads.mend(batch);
      return world.wrote();
    default:
      await loads.load(batch);
      return world.wrote();
  }
}

/** A client that keeps to the rule: a snapshot replaces everything, a patch replaces rows by id, takes away what is removed, and replaces the total. */
class Reader {
  readonly seen = { patches: 0, resumed: 0, lost: 0, removed: 0, snapshotsAfterRestart: 0 };
  readonly #world: World;
  readonly #shape: Shape;
  #place: Place<MetricsUpdate>;
  #restarts = 0;
  #rows = new Map<string, MetricsRow & { readonly final: boolean }>();
  #total: MetricsUpdate['total'] = {};
  #cursor: string | null = null;
  /** The earliest moment and the fewest writes that what it has can be of: it never goes back. */
  #at = { time: 0, state: 0 };

  constructor(world: World, shape: Shape) {
    this.#world = world;
    this.#shape = shape;
    this.#place = this.#open();
  }

  act(random: (below: number) => number): void {
    if (this.#restarts !== this.#world.restarts || random(8) === 0) this.#reconnect();
    // Some do not read for a while.
    if (random(3) === 0) return;
    const update = this.#place.take();
    if (update === null) return;
    if (random(4) === 0) {
      // It was sent, and the line broke before it came.
      this.seen.lost++;
      this.#reconnect();
      return;
    }
    this.#apply(update);
  }

  /** What it has is of all that was written and of now. */
  hasAll(): boolean {
    const { states, times, loads } = this.#world;
    const version = loads.progress.version([kind.plural]);
    return this.#isAnswer(states.length - 1, times.at(-1) ?? 0, version);
  }

  #reconnect(): void {
    this.#place.leave();
    this.#place = this.#open();
    if (this.#cursor !== null) this.seen.resumed++;
  }

  #open(): Place<MetricsUpdate> {
    const { args } = this.#shape;
    return this.#world.live.open({
      tenant: 'default',
      kind,
      args,
      select: selectionOf(this.#shape),
      finals: true,
      throttleMs: 50,
      after: this.#cursor,
    });
  }

  #apply(update: MetricsUpdate): void {
    const isOfBefore = this.#cursor === null || this.#restarts !== this.#world.restarts;
    expect(update.type).toBe(isOfBefore ? 'SNAPSHOT' : 'PATCH');
    expect(update.cursor).not.toBe(this.#cursor);
    expect(update.rows.filter(({ id }) => update.removed.includes(id))).toEqual([]);
    if (isOfBefore && this.#cursor !== null) this.seen.snapshotsAfterRestart++;
    if (update.type === 'SNAPSHOT') this.#rows = new Map();
    else this.seen.patches++;
    for (const id of update.removed) {
      this.seen.removed++;
      this.#rows.delete(id);
    }
    for (const row of update.rows) {
      this.#rows.set(row.id, { ...row, final: isFinal(row.endUs, kind, update.version) });
    }
    this.#total = update.total;
    this.#cursor = update.cursor;
    this.#restarts = this.#world.restarts;
    this.#expectAnswer(update.version);
  }

  /** Of some moment since the last update, with everything that its version names. */
  #expectAnswer(version: Version): void {
    const { states, times } = this.#world;
    const last = lastOf(version);
    const moments = momentsFrom(this.#shape, times.slice(this.#at.time));
    for (let state = this.#at.state; state < states.length; state++) {
      if (states[state]?.last !== last) continue;
      for (const nowMs of moments) {
        if (!this.#isAnswer(state, nowMs, version)) continue;
        this.#at = { time: times.indexOf(nowMs), state };
        return;
      }
    }
    expect.fail(
      `no answer of version ${last} is\n${this.#text()}\nto ${JSON.stringify(this.#shape)}, the last one is\n${answerText(this.#shape, this.#world.loads.payments, times.at(-1) ?? 0, version)}`,
    );
  }

  #isAnswer(state: number, nowMs: number, version: Version): boolean {
    const payments = this.#world.loads.payments.slice(0, this.#world.states[state]?.size);
    return answerText(this.#shape, payments, nowMs, version) === this.#text();
  }

  #text(): string {
    return textOf(questionAt(this.#shape, START_MS), [...this.#rows.values()], this.#total);
  }
}

function selectionOf({ rows, total, shares = [], running = [], previous }: Shape) {
  const named = (names: readonly string[]) => kind.measures.filter(({ name }) => names.includes(name));
  return {
    rows: rows && { measures: named(rows), shares: named(shares), running: named(running), late: true },
    total: total && named(total),
    previous: previous === undefined ? null : named(previous),
    rates: false,
  };
}

function saidOf({ args }: Shape) {
  return { range: args.range, every: args.every ?? null, timeZone: args.timeZone ?? 'UTC' };
}

function questionAt(shape: Shape, nowMs: number): MetricsQuestion {
  const asked = { tenant: 'default', nowMs: liveNowMs(saidOf(shape), nowMs) };
  return readMetricsQuestion(kind, shape.args, selectionOf(shape), asked);
}

function lastOf(version: Version): number {
  return Number(version.offsets.get(kind.plural)?.get(0) ?? -1n);
}

/** One for each meaning that the range had. */
function momentsFrom(shape: Shape, times: readonly number[]): readonly number[] {
  const meant = new Map(times.map((nowMs) => [liveMeaning(saidOf(shape), nowMs), nowMs]));
  return [...meant.values()];
}

function answerText(shape: Shape, payments: readonly Payment[], nowMs: number, version: Version): string {
  const question = questionAt(shape, nowMs);
  const { rows, total } = bruteForce(question, payments);
  const withFinal = rows.map((row) => ({ ...row, final: isFinal(row.endUs, kind, version) }));
  return textOf(question, withFinal, total);
}

function textOf(
  question: MetricsQuestion,
  rows: readonly (Omit<MetricsRow, 'id'> & { readonly final: boolean })[],
  total: MetricsUpdate['total'],
): string {
  const { select } = question;
  const lines = rows.map((row) =>
    JSON.stringify([
      row.startUs,
      row.endUs,
      row.others,
      question.by.map(({ name }) => row.group[name] ?? null),
      row.final,
      row.lateCount,
      select.rows?.measures.map(({ name }) => row.measures[name]),
      select.rows?.shares.map(({ name }) => row.shares[name]?.toFixed(9)),
      select.rows?.running.map(({ name }) => row.running[name]),
      select.previous?.map(({ name }) => row.previous?.[name]),
    ]),
  );
  return [...lines.sort(), JSON.stringify(select.total?.map(({ name }) => total[name]))].join('\n');
}
