import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type BehaviourArguments,
  type BehaviourQuestion,
  readBehaviourQuestion,
} from '../../src/analytics/behaviour/behaviour-question.ts';
import { answerFunnel, readFunnelSteps } from '../../src/analytics/behaviour/funnel.ts';
import { answerRepeats } from '../../src/analytics/behaviour/repeats.ts';
import { answerRetention, readRetentionConditions } from '../../src/analytics/behaviour/retention.ts';
import { answerTopPaths } from '../../src/analytics/behaviour/top-paths.ts';
import { dimensionNamed } from '../../src/analytics/metrics/metrics-question.ts';
import type { WhereTree } from '../../src/model/event-model.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { createTables, loadPayments, type Payment, paymentKind } from '../support/asked-kind.ts';
import { funnelByHand, pathsByHand, repeatsByHand, retentionByHand } from '../support/brute-force-behaviour.ts';
import { matches } from '../support/brute-force-metrics.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { standingProgress } from '../support/standing-progress.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');
/** Of every sort; a full run, LAKEGATE_TEST_QUESTIONS=2000, asks 400. */
const QUESTIONS = Math.ceil(Number(process.env.LAKEGATE_TEST_QUESTIONS ?? 200) / 5);
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
const ASKED = { tenant: 'default', nowMs: NOW_MS };

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
});

afterAll(() => engine.stop());

beforeEach(() => engine.warehouse.command(`TRUNCATE TABLE ${DATABASE}.payments`));

describe('a funnel', () => {
  const captured = { status: { eq: 'CAPTURED' } };
  const refunded = { status: { eq: 'REFUNDED' } };

  test.each<readonly [string, readonly (readonly [string, number])[], readonly WhereTree[], readonly number[]]>([
    [
      'takes a last step exactly `within` after the first',
      [
        ['CAPTURED', 0],
        ['REFUNDED', 600e6],
      ],
      [captured, refunded],
      [1, 1],
    ],
    [
      'takes none a microsecond later',
      [
        ['CAPTURED', 0],
        ['REFUNDED', 600e6 + 1],
      ],
      [captured, refunded],
      [1, 0],
    ],
    [
      'measures from the first step, not from the one before',
      [
        ['CAPTURED', 0],
        ['REFUNDED', 400e6],
        ['DECLINED', 601e6],
      ],
      [captured, refunded, {}],
      [1, 1, 0],
    ],
    ['takes one event for one step only', [['CAPTURED', 0]], [captured, captured], [1, 0]],
    [
      'takes two events of one time in the order of their ids',
      [
        ['CAPTURED', 5],
        ['REFUNDED', 5],
      ],
      [captured, refunded],
      [1, 1],
    ],
    [
      'takes no step backwards, also not within one time',
      [
        ['REFUNDED', 5],
        ['CAPTURED', 5],
      ],
      [captured, refunded],
      [1, 0],
    ],
    [
      'lets other events lie between',
      [
        ['CAPTURED', 0],
        ['DECLINED', 1],
        ['DECLINED', 2],
        ['REFUNDED', 3],
      ],
      [captured, refunded],
      [1, 1],
    ],
    [
      'begins anew where the first try came too late',
      [
        ['CAPTURED', 0],
        ['CAPTURED', 500e6],
        ['REFUNDED', 1_000e6],
      ],
      [captured, refunded],
      [1, 1],
    ],
    [
      'keeps the first try where a later one comes less far',
      [
        ['CAPTURED', 0],
        ['REFUNDED', 1],
        ['DECLINED', 2],
        ['CAPTURED', 3],
      ],
      [captured, refunded, { status: { eq: 'DECLINED' } }],
      [1, 1, 1],
    ],
  ])('%s', async (_name, events, wheres, users) => {
    await loadPayments(
      engine.warehouse,
      events.map(([status, us], number) => payment(number, { status, timeUs: (NOW_MS - 3_600_000) * 1000 + us })),
    );
    expect((await funnel(wheres, '10m')).map((step) => step.users)).toEqual(users);
  });

  test('of nobody has no shares', async () => {
    expect(await funnel([{}, {}], '10m')).toEqual([
      { name: '1', users: 0, share: null, shareOfPrevious: null },
      { name: '2', users: 0, share: null, shareOfPrevious: null },
    ]);
  });

  async function funnel(wheres: readonly WhereTree[], within: string) {
    const steps = readFunnelSteps(
      kind,
      wheres.map((where) => ({ where })),
    );
    return (await answerFunnel(question({ range: { last: '1d' } }), steps, within, sources())).value.steps;
  }
});

describe('what users do over time is what looking at every event gives', () => {
  const payments = makePayments(1500);

  beforeEach(() => loadPayments(engine.warehouse, payments));

  test(
    'in random questions of every sort',
    async () => {
      for (const asked of fc.sample(questions(), { numRuns: QUESTIONS, seed: SEED })) {
        const of = question(asked);
        const chosen = payments.filter(
          (one) => one.timeUs >= of.range.fromUs && one.timeUs < of.range.toUs && matches(one, of.where),
        );
        await compare(asked, of, chosen).catch((cause: unknown) => {
          throw new Error(JSON.stringify({ seed: SEED, asked }), { cause });
        });
      }
    },
    60_000 + QUESTIONS * 2_000,
  );

  async function compare(asked: Asked, of: BehaviourQuestion, chosen: readonly Payment[]): Promise<void> {
    const { way, length } = asked;
    const [pause, pauseUs] = asked.pause;
    const steps = readFunnelSteps(
      kind,
      way.map((where) => ({ where })),
    );
    const funnel = await answerFunnel(of, steps, pause, sources());
    expect(funnel.value.steps.map(({ users }) => users)).toEqual(funnelByHand(chosen, way, pauseUs));

    const conditions = readRetentionConditions(of, { first: way[0] ?? {}, again: way[1] ?? {} });
    const retention = await answerRetention(of, conditions, sources());
    const counts = retention.value.cohorts.map(({ users, returns }) => [users, ...returns.map((seen) => seen.users)]);
    expect(counts).toEqual(retentionByHand(chosen, of.range, conditions));

    const dimension = dimensionNamed(kind, asked.of);
    const paths = await answerTopPaths(of, { of: dimension, length, gap: pause, first: 15 }, sources());
    const expected = pathsByHand(chosen, dimension.name as keyof Payment, length, pauseUs);
    expect(paths.value).toEqual({ paths: expected.slice(0, 15), hasMore: expected.length > 15 });

    const repeats = await answerRepeats(of, asked.upTo, sources());
    expect(repeats.value).toEqual(repeatsByHand(chosen, asked.upTo));
  }
});

test('a question that was asked is answered from what is kept', async () => {
  const from = sources();
  const ask = () => answerRepeats(question({ range: { this: 'DAY' } }), 4, from);
  expect([(await ask()).outcome, (await ask()).outcome]).toEqual(['miss', 'hit']);
});

test.each<readonly [string, () => unknown, RegExp]>([
  ['a funnel of one step', () => readFunnelSteps(kind, [{}]), /expected 2 to 16, got 1/],
  [
    'a funnel within months',
    () => answerFunnel(question({ range: { last: '1d' } }), [], '1mo', sources()),
    /a length up to weeks/,
  ],
  [
    'more windows than a table of cohorts holds',
    () => readRetentionConditions(question({ range: { last: '1w' }, every: '1h' }), {}),
    /at most 100 windows/,
  ],
  [
    'paths longer than anybody reads',
    () =>
      answerTopPaths(
        question({ range: { last: '1d' } }),
        { of: dimensionNamed(kind, 'STATUS'), length: 11, gap: '1m', first: 1 },
        sources(),
      ),
    /length: expected 1 to 10/,
  ],
])('%s is refused', (_name, ask, message) => {
  expect(ask).toThrow(message);
});

interface Asked extends BehaviourArguments {
  readonly way: readonly WhereTree[];
  readonly pause: readonly [string, number];
  readonly of: string;
  readonly length: number;
  readonly upTo: number;
}

function questions(): fc.Arbitrary<Asked> {
  const where = fc.constantFrom<WhereTree>(
    {},
    { status: { eq: 'CAPTURED' } },
    { status: { ne: 'DECLINED' } },
    { merchant: { isNull: false } },
    { pieces: { gt: 3 } },
    { online: { eq: true } },
    { amount: { gt: '500' } },
    { or: [{ country: { eq: 'DE' } }, { merchant: { in: ['m1', 'm2'] } }] },
  );
  return fc.record({
    range: fc.constantFrom<BehaviourArguments['range']>(
      { last: '2d' },
      { last: '1w' },
      { this: 'MONTH' },
      { previous: 'WEEK' },
      { from: '2026-10-24T10:00:00Z', to: '2026-10-26T18:30:00Z' },
    ),
    every: fc.constantFrom('1d', '12h', '1w'),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
    where,
    way: fc.array(where, { minLength: 2, maxLength: 5 }),
    pause: fc.constantFrom<readonly [string, number]>(
      ['1m', 60e6],
      ['30m', 1_800e6],
      ['6h', 21_600e6],
      ['1d', 86_400e6],
      ['1w', 604_800e6],
    ),
    of: fc.constantFrom('STATUS', 'MERCHANT', 'COUNTRY', 'CURRENCY'),
    length: fc.integer({ min: 1, max: 5 }),
    upTo: fc.integer({ min: 2, max: 40 }),
  });
}

function question(args: BehaviourArguments) {
  return readBehaviourQuestion(kind, args, ASKED);
}

function sources() {
  return { warehouse: engine.warehouse, progress: standingProgress(kind.plural), cache: resultCacheInMemory() };
}

/** Bunched, so that users do several things at one instant, within minutes and over days. */
function makePayments(count: number): readonly Payment[] {
  let state = 4711;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const centres = ['2026-10-25T01:00:00Z', '2026-11-01T06:00:00Z', '2026-11-04T20:00:00Z'].map((text) =>
    Date.parse(text),
  );
  return Array.from({ length: count }, (_, number) => {
    const centre = centres[random(5)];
    const timeMs = centre === undefined ? NOW_MS - random(14 * 1440) * 60_000 : centre + random(200) * 60_000;
    return payment(number, {
      source: `s${random(3)}`,
      userId: `u${random(60)}`,
      amount: String(random(1000)),
      pieces: random(3) === 0 ? null : random(9),
      status: ['CAPTURED', 'DECLINED', 'REFUNDED'][random(3)] ?? 'CAPTURED',
      country: ['DE', 'FR', null][random(3)] ?? null,
      merchant: random(4) === 0 ? null : `m${random(6)}`,
      online: [true, false, null][random(3)] ?? null,
      timeUs: timeMs * 1000 + random(2),
    });
  });
}

function payment(number: number, rest: Partial<Payment>): Payment {
  return {
    source: 's',
    number,
    userId: 'u',
    amount: '1',
    tip: null,
    pieces: null,
    weight: null,
    currency: 'EUR',
    status: 'CAPTURED',
    country: null,
    merchant: null,
    online: null,
    timeUs: 0,
    late: false,
    ...rest,
  };
}
