import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MetricsArguments } from '../../../src/analytics/metrics/metrics-question.ts';
import { type LiveLimits, type LiveMetrics, openLiveMetrics } from '../../../src/live/metrics/live-metrics.ts';
import { readPlace } from '../../../src/live/place.ts';
import { LakegateError } from '../../../src/platform/errors.ts';
import type { Warehouse } from '../../../src/warehouse/warehouse.ts';
import { createTables, type Payment, paymentKind } from '../../support/asked-kind.ts';
import { type MovedClock, movedClock } from '../../support/moved-clock.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../../support/payment-loads.ts';
import { resultCacheInMemory } from '../../support/result-cache.ts';
import { until } from '../../support/until.ts';
import { startTestWarehouse, type TestWarehouse } from '../../support/warehouse.ts';

const kind = paymentKind();
const THROTTLE_MS = 100;
const WAIT_DEADLINE_MS = 5000;
const DAY_MS = 86_400_000;

let engine: TestWarehouse;
let loads: PaymentLoads;
/** Each test has a day of its own: what others wrote is not in it. */
let dayMs = Date.parse('2026-01-01T00:00:00Z');
let bench: Bench | null = null;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  loads = paymentLoads(engine.warehouse, kind);
}, 120_000);

afterEach(async () => {
  await bench?.live.stop();
  bench = null;
  dayMs += 10 * DAY_MS;
});

afterAll(() => engine.stop());

describe('equal readers', () => {
  test('a thousand of them cost one statement for each change, and get the same object', async () => {
    const { live, statements, settle } = openBench();
    await loads.load([payment()]);
    const places = Array.from({ length: 1000 }, () => live.open(asked()));
    await settle();
    expect(new Set(places.map((place) => place.take())).size).toBe(1);
    expect(statements()).toBe(1);
    for (let changes = 1; changes <= 3; changes++) {
      await loads.load([payment()]);
      await settle();
      const updates = new Set(places.map((place) => place.take()));
      expect([...updates]).toMatchObject([{ type: 'PATCH', rows: [{ measures: { count: changes + 1 } }] }]);
      expect(statements()).toBe(1 + changes);
    }
    expect(live.figures()).toMatchObject({ questions: 1, readers: 1000 });
  });

  test('the same question in other words of GraphQL is the same, and that of another tenant is not', async () => {
    const { live } = openBench();
    live.open(asked());
    live.open(asked({ by: [], fill: 'NONE', timeZone: 'UTC', where: {} }));
    expect(live.figures().questions).toBe(1);
    live.open({ ...asked(), tenant: 'another' });
    expect(live.figures().questions).toBe(2);
  });

  test('a reader who never takes costs nothing, harms nobody, and gets everything as one patch in the end', async () => {
    const { live, settle } = openBench();
    const by: MetricsArguments['by'] = ['STATUS'];
    const [idle, busy] = [live.open(asked({ by })), live.open(asked({ by }))];
    await settle();
    idle.take();
    await loads.load(['CAPTURED', 'DECLINED', 'REFUNDED'].map((status) => payment({ status })));
    await settle();
    let bytes: number | null = null;
    expect(busy.take()?.rows.length).toBe(3);
    for (let changes = 0; changes < 5; changes++) {
      await loads.load([payment({ status: 'CAPTURED' })]);
      await settle();
      expect(busy.take()?.rows.length).toBe(1);
      bytes ??= live.figures().bytes;
      expect(live.figures().bytes).toBe(bytes);
    }
    const update = idle.take();
    expect(update?.rows.map(({ measures }) => measures.count).sort()).toEqual([1, 1, 6]);
    expect(idle.take()).toBeNull();
  });
});

describe('a live question', () => {
  test('tells whoever waits as soon as it is answered, and as soon as that changed', async () => {
    const { live, clock } = openBench();
    const reading = readPlace(live.open(asked()));
    expect((await reading.next()).value).toMatchObject({ type: 'SNAPSHOT', rows: [] });
    const waiting = reading.next();
    await loads.load([payment()]);
    clock.advance(THROTTLE_MS);
    expect((await waiting).value).toMatchObject({ type: 'PATCH', rows: [{ measures: { count: 1 } }] });
    await reading.return?.();
    expect(live.figures().readers).toBe(0);
  });

  test('costs no statement where what was written is not part of it, and nothing is said', async () => {
    const { live, statements, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.take();
    const before = statements();
    await loads.load([payment({ timeUs: (dayMs - 5 * DAY_MS) * 1000 })]);
    await settle();
    expect([statements(), place.take()]).toEqual([before, null]);
  });

  test('sees what was put in beside the log, when it looks again', async () => {
    const { live, clock, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.take();
    await loads.mend([payment()]);
    clock.advance(5000);
    await until(() => place.take()?.rows[0]?.measures.count === 1);
  });

  test('is evaluated at most once in its throttle, however fast it changes', async () => {
    const { live, clock, evaluations, settle } = openBench();
    live.open(asked());
    await settle();
    const before = evaluations();
    await loads.load([payment()]);
    clock.advance(THROTTLE_MS - 1);
    await loads.load([payment()]);
    await loads.load([payment()]);
    expect(evaluations()).toBe(before);
    clock.advance(1);
    await until(() => evaluations() === before + 1);
  });

  test('tells when a window has become final, and asks the warehouse nothing for it', async () => {
    const { live, statements, settle } = openBench();
    const range = { from: instant(dayMs), to: instant(dayMs + DAY_MS) };
    await loads.load([
      payment({ timeUs: (dayMs + 1000) * 1000 }),
      payment({ timeUs: (dayMs + 20 * 3_600_000) * 1000 }),
    ]);
    const place = live.open({ ...asked({ range, every: '12h' }), finals: true });
    loads.watermarkTo(dayMs);
    await settle();
    expect(place.take()?.rows).toHaveLength(2);
    const before = statements();
    loads.watermarkTo(dayMs + 13 * 3_600_000);
    await settle();
    const update = place.take();
    expect(update?.rows.map(({ startUs }) => startUs)).toEqual([dayMs * 1000]);
    expect(update?.version.watermarksMs.get(kind.plural)).toBe(dayMs + 13 * 3_600_000);
    expect(statements()).toBe(before);
  });

  test('moves at the border of a window: what is too old then is taken away without a write', async () => {
    const { live, clock, evaluations, settle } = openBench();
    const lastMinuteMs = clock.nowMs() - 60_000;
    await loads.load([payment({ timeUs: lastMinuteMs * 1000 })]);
    const place = live.open(asked({ range: { last: '1m' }, every: '1m' }));
    await settle();
    const [row] = place.take()?.rows ?? [];
    expect(row?.startUs).toBe(lastMinuteMs * 1000);
    const before = evaluations();
    clock.advance(lastMinuteMs + 119_000 - clock.nowMs());
    await until(() => evaluations() === before + 1 && live.figures().running === 0);
    expect(place.take()).toBeNull();
    clock.advance(1001);
    await until(() => place.take()?.removed.includes(row?.id ?? '') === true);
  });

  test('is not evaluated while nobody reads, and who comes back gets what was missed as a patch', async () => {
    const { live, clock, evaluations, settle } = openBench();
    const [place] = [live.open(asked()), live.open(asked({ limit: 1 }))];
    await settle();
    const cursor = place?.take()?.cursor ?? null;
    place?.leave();
    const before = evaluations();
    await loads.load([payment()]);
    clock.advance(6000);
    // The other one, which is read.
    await until(() => evaluations() === before + 1 && live.figures().running === 0);
    const again = live.open({ ...asked(), after: cursor });
    expect(evaluations()).toBe(before + 2);
    await settle();
    expect(again.take()).toMatchObject({ type: 'PATCH', rows: [{ measures: { count: 1 } }] });
  });

  test('is evaluated no more often for who comes and goes than for who stays', async () => {
    const { live, evaluations, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.leave();
    const before = evaluations();
    await loads.load([payment()]);
    for (let times = 0; times < 50; times++) {
      const again = live.open(asked());
      expect(again.take()).toMatchObject({ type: 'SNAPSHOT' });
      again.leave();
    }
    expect(evaluations()).toBe(before);
    const last = live.open(asked());
    await settle();
    expect(last.take()?.rows[0]?.measures.count).toBe(1);
  });

  test('goes on where the clock was set back', async () => {
    const { live, clock, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.take();
    clock.advance(-3_600_000);
    await loads.load([payment()]);
    await until(() => {
      clock.advance(10);
      return place.take()?.rows[0]?.measures.count === 1;
    });
  });

  test('gives nothing to who comes back and has missed nothing', async () => {
    const { live, settle } = openBench();
    const place = live.open(asked());
    await settle();
    const cursor = place.take()?.cursor ?? null;
    place.leave();
    const again = live.open({ ...asked(), after: cursor });
    await settle();
    expect(again.take()).toBeNull();
  });

  test('that nobody came back to is forgotten after a while: the cursor is answered with a snapshot', async () => {
    const { live, clock, settle } = openBench();
    const place = live.open(asked());
    await settle();
    const cursor = place.take()?.cursor ?? null;
    place.leave();
    clock.advance(61_000);
    await until(() => live.figures().questions === 0);
    const again = live.open({ ...asked(), after: cursor });
    await settle();
    expect(again.take()).toMatchObject({ type: 'SNAPSHOT' });
  });

  test('hurries loading while somebody reads', () => {
    const { live } = openBench();
    const places = [live.open(asked()), live.open(asked())];
    expect(loads.watchers()).toBe(1);
    for (const place of places) place.leave();
    expect(loads.watchers()).toBe(0);
  });
});

describe('a reading ends with an error', () => {
  test.each([
    ['a cursor that is none', () => ({ ...asked(), after: 'nonsense' }), /after: expected a cursor as an update/],
    ['a dimension there is not', () => asked({ by: ['NOTHING'] }), /expected a dimension of Payment/],
    ['a range that ends before it starts', () => asked({ range: { from: instant(dayMs), to: instant(0) } }), /range:/],
  ])('at once for %s', (_what, wrong, message) => {
    expect(() => openBench().live.open(wrong())).toThrow(message);
  });

  test('at once for a cursor of another question', async () => {
    const { live, settle } = openBench();
    const place = live.open(asked());
    await settle();
    const after = place.take()?.cursor ?? null;
    expect(() => live.open({ ...asked({ by: ['STATUS'] }), after })).toThrow(/got one of another/);
    expect(live.open({ ...asked(), throttleMs: 1000, after })).toBeDefined();
  });

  test('for all readers when the data makes the question one that is refused, and who asks again is told so', async () => {
    const { live, settle } = openBench();
    const euros = () => asked({ convertTo: 'GBP' }, ['amountSum']);
    const readings = [live.open(euros()), live.open(euros())].map(readPlace);
    await settle();
    for (const reading of readings) expect((await reading.next()).value).toMatchObject({ type: 'SNAPSHOT' });
    const waiting = readings.map((reading) => reading.next());
    await loads.load([payment({ currency: 'EUR' })]);
    const after = settle();
    for (const each of waiting) await expect(each).rejects.toMatchObject({ code: 'RATE_MISSING' });
    await after;
    await until(() => live.figures().readers === 0);
    const again = readPlace(live.open(euros()));
    await expect(again.next()).rejects.toMatchObject({ code: 'RATE_MISSING' });
  });

  test('not for a while without the warehouse: readers keep what they have, and then it goes on', async () => {
    const { live, clock, fault, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.take();
    fault.error = new LakegateError({ code: 'WAREHOUSE_DOWN', message: 'gone', retryAfterMs: 1000 });
    await loads.load([payment()]);
    for (let times = 0; times < 20; times++) {
      clock.advance(5000);
      expect(place.take()).toBeNull();
      await new Promise(setImmediate);
    }
    await until(() => {
      clock.advance(5000);
      return fault.count > 2;
    });
    fault.error = null;
    await until(() => {
      clock.advance(5000);
      return place.take()?.rows[0]?.measures.count === 1;
    });
  });

  test('not when the warehouse is down: nobody asks it, and when it is back it is asked at once', async () => {
    const { live, statements, fault, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.take();
    fault.isDown = true;
    const before = statements();
    await loads.load([payment()]);
    await settle();
    expect([statements(), place.take()]).toEqual([before, null]);
    fault.isDown = false;
    fault.onState({ state: 'up', generation: 2 });
    await until(() => place.take()?.rows[0]?.measures.count === 1);
  });

  test('where who comes while the warehouse is away would be given what is old; who has it keeps it', async () => {
    const { live, clock, fault, settle } = openBench();
    const place = live.open(asked());
    await settle();
    place.take();
    fault.error = new LakegateError({ code: 'WAREHOUSE_DOWN', message: 'gone', retryAfterMs: 1000 });
    await loads.load([payment()]);
    const failed = (times: number) =>
      until(() => {
        clock.advance(5000);
        return fault.count >= times;
      });
    await failed(1);
    const [waiting, late] = [live.open(asked()), readPlace(live.open(asked()))];
    const first = late.next();
    first.catch(() => {});
    expect(waiting.take()).toBeNull();
    await failed(3);
    await expect(first).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN' });
    expect(place.take()).toBeNull();
    fault.error = null;
    await settle();
    expect(place.take()).toMatchObject({ type: 'PATCH' });
    expect(waiting.take()).toMatchObject({ type: 'SNAPSHOT', rows: [{ measures: { count: 1 } }] });
  });

  test('where the first answer cannot be had until the deadline, with the reason', async () => {
    const { live, clock, fault } = openBench();
    fault.error = new LakegateError({ code: 'WAREHOUSE_DOWN', message: 'gone', retryAfterMs: 1000 });
    const reading = readPlace(live.open(asked()));
    const first = reading.next();
    first.catch(() => {});
    await until(() => fault.count > 0);
    clock.advance(WAIT_DEADLINE_MS);
    await expect(first).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN' });
  });
});

describe('bounds', () => {
  test('never more evaluations at once than are allowed, and none twice; all get their turn', async () => {
    const { live, held } = openBench({ limits: { evaluationsMax: 2 } });
    held.isHolding = true;
    const places = [1, 2, 3, 4, 5, 6].map((limit) => live.open(asked({ limit })));
    await until(() => held.waiting.length === 2);
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(held.waiting.length).toBe(2);
    held.isHolding = false;
    for (const go of held.waiting) go();
    const got = new Set();
    await until(() => {
      for (const place of places) if (place.take() !== null) got.add(place);
      return got.size === places.length;
    });
    expect(held.most).toBe(2);
  });

  test('a tenant with one question has his turn among the many of another', async () => {
    const { live, held } = openBench({ limits: { evaluationsMax: 2 } });
    held.isHolding = true;
    for (const limit of [1, 2, 3, 4, 5, 6]) live.open(asked({ limit }));
    await until(() => held.waiting.length === 2);
    const other = live.open({ ...asked(), tenant: 'another' });
    held.waiting.shift()?.();
    await until(() => held.waiting.length === 2);
    held.waiting.pop()?.();
    await until(() => other.take() !== null, 10_000);
    held.isHolding = false;
    for (const go of held.waiting) go();
  });

  test('more questions than there is room for are refused, to be tried again; what nobody reads makes room', () => {
    const { live } = openBench({ limits: { questionsOfTenantMax: 2 } });
    const [first] = [live.open(asked({ limit: 1 })), live.open(asked({ limit: 2 }))];
    expect(() => live.open(asked({ limit: 3 }))).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: 5000 }),
    );
    expect(live.open({ ...asked(), tenant: 'another' })).toBeDefined();
    expect(live.open(asked({ limit: 2 }))).toBeDefined();
    first?.leave();
  });

  test('a question that grows past the room for all ends, and the others go on', async () => {
    const { live, settle } = openBench({ limits: { bytesMax: 60_000 } });
    const [small, large] = [live.open(asked()), live.open(asked({ by: ['USER_ID'] }))];
    await settle();
    small.take();
    large.take();
    await loads.load(Array.from({ length: 300 }, (_, number) => payment({ userId: `user${number}` })));
    await settle();
    expect(small.take()).toMatchObject({ type: 'PATCH' });
    expect(() => large.take()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  });
});

const make = paymentMaker(3);

function payment(fields: Partial<Payment> = {}): Payment {
  return { ...make(dayMs, dayMs + DAY_MS), late: false, ...fields };
}

function instant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** The count of the day, unless the test says otherwise. */
function asked(args: Partial<MetricsArguments> = {}, measures: readonly string[] = ['count']) {
  const range = { from: instant(dayMs), to: instant(dayMs + DAY_MS) };
  return {
    tenant: 'default',
    kind,
    args: { range, ...args },
    select: {
      rows: {
        measures: kind.measures.filter(({ name }) => measures.includes(name)),
        shares: [],
        running: [],
        late: false,
      },
      total: null,
      previous: null,
      rates: false,
    },
    finals: false,
    throttleMs: THROTTLE_MS,
    after: null,
  };
}

interface Bench {
  readonly live: LiveMetrics;
  readonly clock: MovedClock;
  readonly fault: { error: Error | null; count: number; isDown: boolean; onState: Parameters<Warehouse['onState']>[0] };
  readonly held: { isHolding: boolean; waiting: (() => void)[]; most: number };
  /** Sent to the warehouse by questions. */
  statements(): number;
  evaluations(): number;
  /** Every question that is read is evaluated once more, after its throttle. */
  settle(): Promise<void>;
}

function openBench(made: { readonly limits?: Partial<LiveLimits> } = {}): Bench {
  const clock = movedClock(dayMs + 2 * DAY_MS);
  const fault: Bench['fault'] = { error: null, count: 0, isDown: false, onState: () => {} };
  const held: Bench['held'] = { isHolding: false, waiting: [], most: 0 };
  let statements = 0;
  let running = 0;
  const query: Warehouse['query'] = async (sql, options) => {
    statements++;
    if (fault.error !== null) {
      fault.count++;
      throw fault.error;
    }
    held.most = Math.max(held.most, ++running);
    if (held.isHolding) await new Promise<void>((resolve) => held.waiting.push(resolve));
    return engine.warehouse.query<never>(sql, options).finally(() => running--);
  };
  const { warehouse } = engine;
  const live = openLiveMetrics(
    {
      warehouse: {
        query,
        command: (...asked) => warehouse.command(...asked),
        insert: (...asked) => warehouse.insert(...asked),
        state: () => (fault.isDown ? { state: 'down', reason: 'killed', sinceMs: 0 } : warehouse.state()),
        onState(listener) {
          fault.onState = listener;
          return () => {};
        },
        close: () => warehouse.close(),
      },
      progress: loads.progress,
      cache: resultCacheInMemory(),
      clock,
      waitDeadlineMs: WAIT_DEADLINE_MS,
    },
    made.limits,
  );
  const evaluations = () => live.figures().evaluations;
  const atRest = () => live.figures().running === 0;
  const settle = async () => {
    await until(atRest);
    const wanted = evaluations() + live.figures().questions;
    clock.advance(5000);
    await until(() => evaluations() >= wanted && atRest());
  };
  bench = { live, clock, fault, held, statements: () => statements, evaluations, settle };
  return bench;
}
