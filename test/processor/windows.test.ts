import { describe, expect, test } from 'vitest';
import type { JobSpec, WindowSpec } from '../../src/model/jobs/job-spec.ts';
import { KindWatermark } from '../../src/model/watermark.ts';
import { compileDefinedJob } from '../../src/processor/compile-defined-job.ts';
import { avg, countOf, defineJob, first, last, max, sum, top, tumbling } from '../../src/processor/define-job.ts';
import type { JobEvent, Output } from '../../src/processor/operator.ts';
import { compileWindowJob } from '../../src/processor/windows/compile-window-job.ts';
import { paymentKind, paymentModel } from '../support/asked-kind.ts';
import { type DriveOptions, driveJob, JobDriver } from '../support/drive-job.ts';
import {
  DAY_MS,
  jobEvents,
  lateOf,
  resultsOf,
  type SaidEvent,
  seconds,
  shuffledWithin,
  us,
} from '../support/job-events.ts';
import { randomFrom } from '../support/random.ts';

const model = paymentModel();
const kind = paymentKind();
const TEN_SECONDS: WindowSpec = { kind: 'tumbling', sizeMs: 10_000 };
const SLIDING: WindowSpec = { kind: 'sliding', sizeMs: 10_000, slideMs: 5_000 };
const GAP: WindowSpec = { kind: 'session', gapMs: 10_000 };

function windowJob(window: WindowSpec, more: Partial<Omit<JobSpec, 'shape'>> & { measures?: readonly string[] } = {}) {
  const { measures = ['count'], ...rest } = more;
  const spec = {
    name: 'counts',
    tenant: 'default',
    source: { topic: kind.plural, where: null, keyField: 'userId' },
    allowedLatenessMs: 10_000,
    late: 'CORRECT' as const,
    mode: 'LIVE' as const,
    sinks: { topic: null, webhook: null },
    ...rest,
    shape: { kind: 'window' as const, window, measures },
  };
  return compileWindowJob(kind, spec, 1);
}

function defined(definition: Parameters<typeof defineJob>[0]) {
  return compileDefinedJob(defineJob(definition), model, { builtIn: false });
}

type Made = Parameters<typeof windowJob>[1];

/** What happened, in order: `[0,10) #0 {count}` and `late e3 10 corrected`. */
function told(window: WindowSpec, said: readonly SaidEvent[], more?: Made, options?: DriveOptions): readonly string[] {
  return driveJob(windowJob(window, more), jobEvents(kind.plural, said), options).map(({ output }) => {
    if (output.stream === 'results') {
      const { startUs, endUs, revision, values } = output.record;
      return `[${seconds(startUs)},${seconds(endUs)}) #${revision} ${values.count ?? 'none'}`;
    }
    if (output.stream !== 'late') return output.stream;
    const { event, missedEndUs, corrected } = output.record;
    return `late ${event.id} ${seconds(missedEndUs)}${corrected ? ' corrected' : ''}`;
  });
}

describe('a window', () => {
  const SAID = [
    { at: 5, met: 0 },
    { at: 12, met: 9 },
    { at: 8, met: 9 },
    { at: 25, met: 10 },
    { at: 9, met: 10 },
    { at: 9, met: 19 },
    { at: 9, met: 20 },
  ];

  test('is published when the watermark reaches its end, and again for each late event up to the allowed lateness', () => {
    expect(told(TEN_SECONDS, SAID)).toEqual([
      '[0,10) #0 2',
      '[0,10) #1 3',
      'late e4 10 corrected',
      '[0,10) #2 4',
      'late e5 10 corrected',
      '[10,20) #0 1',
      'late e6 10',
    ]);
  });

  test('takes no late event with SIDE_OUTPUT, which are listed, nor with DISCARD, which are not', () => {
    const published = ['[0,10) #0 2', 'late e4 10', 'late e5 10', '[10,20) #0 1', 'late e6 10'];
    expect(told(TEN_SECONDS, SAID, { late: 'SIDE_OUTPUT' })).toEqual(published);
    const discarded = published.filter((line) => !line.startsWith('late'));
    expect(told(TEN_SECONDS, SAID, { late: 'DISCARD' })).toEqual(discarded);
  });

  test('begins with an event at its start and has none at its end', () => {
    expect(told(TEN_SECONDS, [{ at: 0 }, { at: 9.999999 }, { at: 10 }], {}, { untilUs: us(20) })).toEqual([
      '[0,10) #0 2',
      '[10,20) #0 1',
    ]);
  });

  test('is not over a microsecond before the watermark reaches its end', () => {
    const said = [{ at: 1 }];
    expect(told(TEN_SECONDS, said, {}, { untilUs: us(10) - 1 })).toEqual([]);
    expect(told(TEN_SECONDS, said, {}, { untilUs: us(10) })).toEqual(['[0,10) #0 1']);
  });

  test('that was empty until a late event came is published then, as its first revision', () => {
    expect(told(TEN_SECONDS, [{ at: 3, met: 15 }])).toEqual(['late e0 10 corrected', '[0,10) #0 1']);
  });

  test('takes an event whose time is before the watermark, while it is open', () => {
    expect(
      told(TEN_SECONDS, [
        { at: 1, met: 9 },
        { at: 11, met: 10 },
      ]),
    ).toEqual(['[0,10) #0 1']);
  });

  test('is published for every key apart, of one moment in the order of the keys', () => {
    const events = jobEvents(kind.plural, [
      { at: 1, key: 'b' },
      { at: 2, key: 'a' },
      { at: 3, key: 'b' },
    ]);
    const results = resultsOf(driveJob(windowJob(TEN_SECONDS), events, { untilUs: us(100) }));
    expect(results.map(({ key, values }) => [key, values.count])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  test('is forgotten with its lateness, so that a key costs nothing when it is quiet', () => {
    const { operator } = windowJob(TEN_SECONDS);
    const step = { tenant: 'default', key: 'ada', watermarkUs: us(0), emit: () => {} };
    const [event] = jobEvents(kind.plural, [{ at: 1, met: 0 }]);
    if (event === undefined) throw new Error('no event');
    const state = operator.onEvent(event, null, step);
    const closed = operator.onWake(state, { ...step, watermarkUs: us(10) });
    expect(operator.wakeAtUs(closed)).toBe(us(20));
    expect(operator.onWake(closed, { ...step, watermarkUs: us(20) })).toBe(null);
  });

  test('closes in the same order on a quiet stream as on a busy one', () => {
    const said = Array.from({ length: 40 }, (_, number) => ({ at: number * 1.7, key: `k${number % 3}` }));
    const busy = [...said, { at: 300, key: 'k0' }, { at: 300, key: 'k0' }];
    const onWake = (events: readonly SaidEvent[], options: DriveOptions) =>
      resultsOf(driveJob(windowJob(SLIDING), jobEvents(kind.plural, events), options));
    expect(onWake(said, { untilUs: us(290) })).toEqual(onWake(busy, {}));
  });
});

describe('a sliding window', () => {
  test('has every event of its size, and each event is in all of its windows', () => {
    expect(told(SLIDING, [{ at: 7 }, { at: 10 }], {}, { untilUs: us(60) })).toEqual([
      '[0,10) #0 1',
      '[5,15) #0 2',
      '[10,20) #0 1',
    ]);
  });

  test('an event is late only if every window it belongs to has closed; those still open take it', () => {
    const said = [
      { at: 7, met: 0 },
      { at: 8, met: 12 },
      { at: 9, met: 15 },
    ];
    expect(told(SLIDING, said, { late: 'SIDE_OUTPUT' })).toEqual(['[0,10) #0 1', '[5,15) #0 2', 'late e2 15']);
    expect(told(SLIDING, said)).toEqual([
      '[0,10) #0 1',
      '[0,10) #1 2',
      '[5,15) #0 2',
      '[0,10) #2 3',
      '[5,15) #1 3',
      'late e2 15 corrected',
    ]);
  });

  test('an event is corrected in those of its windows that are still kept', () => {
    expect(
      told(SLIDING, [
        { at: 7, met: 0 },
        { at: 8, met: 22 },
      ]),
    ).toEqual(['[0,10) #0 1', '[5,15) #0 1', '[5,15) #1 2', 'late e1 15 corrected']);
  });
});

describe('a session window', () => {
  test('ends a gap behind its last event; an event exactly there begins a new one', () => {
    expect(told(GAP, [{ at: 0 }, { at: 9.999999 }, { at: 19.999999 }], {}, { untilUs: us(60) })).toEqual([
      '[0,19.999999) #0 2',
      '[19.999999,29.999999) #0 1',
    ]);
  });

  test('that a late event extends is taken back and published with its new bounds', () => {
    expect(
      told(
        GAP,
        [
          { at: 0, met: 0 },
          { at: 5, met: 16 },
        ],
        { allowedLatenessMs: 60_000 },
      ),
    ).toEqual(['[0,10) #0 1', '[0,10) #1 none', 'late e1 15 corrected', '[0,15) #2 2']);
  });

  test('that is extended beyond the watermark is open again, and published when it closes', () => {
    const said = [
      { at: 0, met: 0 },
      { at: 9, met: 11 },
      { at: 9.5, met: 11 },
    ];
    expect(told(GAP, said, { allowedLatenessMs: 60_000 }, { untilUs: us(25) })).toEqual([
      '[0,10) #0 1',
      '[0,10) #1 none',
      '[0,19.5) #2 3',
    ]);
  });

  test('two that one late event joins are taken back and become one', () => {
    const said = [
      { at: 0, met: 0 },
      { at: 15, met: 0 },
      { at: 8, met: 30 },
    ];
    expect(told(GAP, said, { allowedLatenessMs: 60_000 })).toEqual([
      '[0,10) #0 1',
      '[15,25) #0 1',
      '[0,10) #1 none',
      '[15,25) #1 none',
      'late e2 25 corrected',
      '[0,25) #2 3',
    ]);
  });

  test('of two that are joined the higher revision counts on', () => {
    const said = [
      { at: 0, met: 0 },
      { at: 15, met: 0 },
      { at: 15, met: 30 },
      { at: 15, met: 30 },
      { at: 8, met: 30 },
    ];
    expect(told(GAP, said, { allowedLatenessMs: 60_000 }).at(-1)).toBe('[0,25) #4 5');
  });

  test('a late event that is near none that is kept is in none', () => {
    expect(told(GAP, [{ at: 0, met: 21 }])).toEqual(
      ['[0,10) #0 1', 'late e0 10 corrected'].slice(2).concat('late e0 10'),
    );
    expect(told(GAP, [{ at: 0, met: 19 }])).toEqual(['late e0 10 corrected', '[0,10) #0 1']);
  });
});

describe('time', () => {
  test('an idle partition holds nothing back, and a quiet stream closes its windows', () => {
    const watermark = new KindWatermark(2, null);
    const driver = new JobDriver(windowJob(TEN_SECONDS));
    const said = [
      { at: 1, partition: 0 },
      { at: 2, partition: 1, key: 'bob' },
      { at: 60, partition: 1, key: 'bob' },
    ];
    const nowMs = DAY_MS + 60_000;
    for (const event of jobEvents(kind.plural, said)) {
      driver.take(event);
      watermark.judge(event.partition, event.timeUs / 1000, event.partition === 0 ? nowMs - 30_000 : nowMs);
      watermark.settled(event.partition, 1);
    }
    const loaded = [0, 1].map((partition) => ({ partition, caughtUp: true, lastWatermarkMs: null }));
    const publishedAt = (ms: number) => {
      driver.goOn((watermark.candidateMs(loaded, ms) ?? 0) * 1000);
      return resultsOf(driver.outputs).map(({ key, startUs }) => [key, seconds(startUs)]);
    };
    const closed = [
      ['ada', 0],
      ['bob', 0],
    ];
    expect(publishedAt(nowMs)).toEqual(closed);
    expect(publishedAt(nowMs + 30_000)).toEqual([...closed, ['bob', 60]]);
  });

  test('events with equal times are all counted, and the id decides which of them is first and last', () => {
    const job = defined({
      name: 'ties',
      kind: 'payment',
      window: TEN_SECONDS,
      measures: ['count'],
      values: { first: first('merchant'), last: last('merchant') },
    });
    const said = ['b', 'c', 'a'].map((id) => ({ at: 3, id, members: { merchant: `m-${id}` } }));
    const [result] = resultsOf(driveJob(job, jobEvents(kind.plural, said), { untilUs: us(20) }));
    expect(result?.values).toEqual({ count: 3, first: 'm-a', last: 'm-c' });
  });
});

describe('a job by another key, whose time is that of the least of several partitions', () => {
  const { operator } = windowJob(TEN_SECONDS);
  const [ahead, behind] = jobEvents(kind.plural, [
    { at: 5, met: 12 },
    { at: 6, met: 0, partition: 1 },
  ]);

  test('publishes a window once its time is there, with what was late in its own partition and in time in another', () => {
    if (ahead === undefined || behind === undefined) throw new Error('no events');
    const shown: Output[] = [];
    const step = (event: JobEvent) => ({ ...event, emit: (output: Output) => void shown.push(output) });
    const state = operator.onEvent(behind, operator.onEvent(ahead, null, step(ahead)), step(behind));
    expect(shown).toMatchObject([{ stream: 'late', record: { corrected: true } }]);
    expect(operator.wakeAtUs(state)).toBe(us(10));
    operator.onWake(state, { ...step(ahead), watermarkUs: us(10) });
    expect(shown.slice(1)).toMatchObject([{ record: { revision: 0, values: { count: 2 } } }]);
  });
});

describe('measures', () => {
  const payment = (members: Readonly<Record<string, unknown>>, at = 1): SaidEvent => ({
    at,
    members: { userId: 'ada', currency: 'EUR', status: 'CAPTURED', ...members },
  });
  const valuesOf = (
    measures: readonly string[],
    said: readonly SaidEvent[],
    more: Made = {},
    options: DriveOptions = {},
  ) => {
    const events = jobEvents(kind.plural, said);
    return resultsOf(
      driveJob(windowJob(TEN_SECONDS, { ...more, measures }), events, { untilUs: us(10), ...options }),
    )[0]?.values;
  };

  test('amounts of two currencies are kept apart, unless the filter, the metric or the key lets one through only', () => {
    const said = [
      payment({ amount: '10.10' }),
      payment({ amount: '0.0005', currency: 'USD', status: 'DECLINED' }),
      payment({ amount: '5', status: 'DECLINED' }),
    ];
    const measures = ['count', 'amountSum', 'amountAvg', 'amountMax', 'revenue', 'euros', 'captured'];
    expect(valuesOf(measures, said)).toEqual({
      count: 3,
      amountSum: { EUR: '15.1', USD: '0.0005' },
      amountAvg: { EUR: '7.55', USD: '0.0005' },
      amountMax: { EUR: '10.1', USD: '0.0005' },
      revenue: { EUR: '10.1', USD: '0' },
      euros: '15.1',
      captured: 1,
    });
    const euros = { topic: kind.plural, where: { currency: { eq: 'EUR' } }, keyField: 'userId' };
    expect(valuesOf(['amountSum'], said, { source: euros })).toEqual({ amountSum: '15.1' });
    const byCurrency = { topic: kind.plural, where: null, keyField: 'currency' };
    const ofEuros = said.filter(({ members }) => members?.currency === 'EUR');
    expect(valuesOf(['amountSum', 'revenue'], ofEuros, { source: byCurrency })).toEqual({
      amountSum: '15.1',
      revenue: '10.1',
    });
  });

  test('sums are exact beyond the digits of a double, and averages are rounded half away from zero six digits further', () => {
    const said = ['900000000000000.0001', '0.0001', '0.0002'].map((amount) => payment({ amount }));
    const where = { currency: { eq: 'EUR' } };
    const source = { topic: kind.plural, where, keyField: 'userId' };
    expect(valuesOf(['amountSum', 'amountAvg', 'amountMin'], said, { source })).toEqual({
      amountSum: '900000000000000.0004',
      amountAvg: '300000000000000.0001333333',
      amountMin: '0.0001',
    });
    const thirds = ['0.0001', '0', '-0.0001', '-0.0002', '-0.0002', '0'].map((amount) => payment({ amount }));
    expect(valuesOf(['amountAvg'], thirds, { source })).toEqual({ amountAvg: '-0.0000666667' });
  });

  test('missing values add nothing, and over none there is no average and no extreme', () => {
    const said = [payment({ amount: '1', pieces: null, tip: '0.5', weight: 1.5 }), payment({ amount: '2', weight: 2 })];
    const measures = ['piecesSum', 'piecesAvg', 'piecesMin', 'tipSum', 'tipAvg', 'weightSum', 'weightAvg', 'weightMax'];
    expect(valuesOf(measures, said)).toEqual({
      piecesSum: 0,
      piecesAvg: null,
      piecesMin: null,
      tipSum: '0.5',
      tipAvg: '0.5',
      weightSum: 3.5,
      weightAvg: 1.75,
      weightMax: 2,
    });
  });

  test('different values are counted exactly up to the bound, and not at all beyond it', () => {
    const users = (count: number) =>
      Array.from({ length: count }, (_, number) => payment({ userId: `u${number % 10_002}` }));
    expect(valuesOf(['userIdDistinct'], [...users(10_000), ...users(50)])).toEqual({ userIdDistinct: 10_000 });
    expect(valuesOf(['userIdDistinct', 'count'], users(10_001))).toEqual({ userIdDistinct: null, count: 10_001 });
  });

  test('what a window cannot keep is refused, with what it can', () => {
    expect(() => windowJob(TEN_SECONDS, { measures: ['amountP95'] })).toThrow(
      'got amountP95: ask for quantiles in a metrics',
    );
    expect(() => windowJob(TEN_SECONDS, { measures: ['amount'] })).toThrow(
      'measures: expected measures of Payment (count,',
    );
    expect(() => windowJob(TEN_SECONDS, { measures: [] })).toThrow('expected what to measure in each window');
    const tooMany: WindowSpec = { kind: 'sliding', sizeMs: 86_400_000, slideMs: 60_000 };
    expect(() => windowJob(tooMany)).toThrow('at most 288 windows overlap');
    expect(() => windowJob({ kind: 'sliding', sizeMs: 10, slideMs: 11 })).toThrow(
      'so that no event lies between windows',
    );
    expect(() => windowJob({ kind: 'session', gapMs: 0 })).toThrow('window.session.gap: expected a length from 1 ms');
  });

  test.each([
    ['a shorter lateness', { allowedLatenessMs: 1_000 }],
    ['corrections no more', { late: 'SIDE_OUTPUT' as const }],
  ])('goes on with %s, and forgets at once whatever is past by that', (_name, shorter) => {
    const more = { allowedLatenessMs: 60_000, measures: ['count'] };
    const before = windowJob(TEN_SECONDS, more).operator;
    const after = windowJob(TEN_SECONDS, { ...more, ...shorter }).operator;
    const shown: unknown[] = [];
    const stepAt = (watermarkUs: number) => ({
      tenant: 'default',
      key: 'ada',
      watermarkUs,
      emit: (output: unknown) => shown.push(output),
    });
    // The timer that is there is of the old lateness, later than what the key wants by the new one.
    const leftBy = (said: readonly SaidEvent[], timerUs: number) => {
      let state: unknown = null;
      for (const event of jobEvents(kind.plural, said)) state = before.onEvent(event, state, stepAt(us(0)));
      while (before.wakeAtUs(state) !== timerUs) state = before.onWake(state, stepAt(before.wakeAtUs(state) ?? 0));
      const left = after.onWake(after.decode(before.encode(state)), stepAt(timerUs));
      return left === null ? null : after.wakeAtUs(left);
    };
    expect(leftBy([{ at: 1 }, { at: 11 }], us(70))).toBe(null);
    expect(shown).toHaveLength(2);
    expect(leftBy([{ at: 1 }, { at: 11 }, { at: 35 }], us(40))).toBe('late' in shorter ? null : us(41));
    expect(shown).toHaveLength(5);
  });

  test('a job that lets one currency through shows both of a window that began when it let two', () => {
    const before = windowJob(TEN_SECONDS, { measures: ['amountSum'] }).operator;
    const where = { currency: { eq: 'EUR' } };
    const after = windowJob(TEN_SECONDS, {
      measures: ['amountSum'],
      source: { topic: kind.plural, where, keyField: 'userId' },
    }).operator;
    const shown: unknown[] = [];
    const step = { tenant: 'default', key: 'ada', watermarkUs: us(10), emit: (output: unknown) => shown.push(output) };
    let state: unknown = null;
    const said = [payment({ amount: '1' }), payment({ amount: '2', currency: 'USD' })];
    for (const event of jobEvents(kind.plural, said)) state = before.onEvent(event, state, step);
    after.onWake(after.decode(before.encode(state)), step);
    expect(shown).toMatchObject([{ record: { values: { amountSum: { EUR: '1', USD: '2' } } } }]);
  });
});

describe('a windowed job in TypeScript', () => {
  test('filters, derives fields, makes rows of events, and has first, last and top', () => {
    const job = defined({
      name: 'pieces',
      kind: 'payment',
      where: { status: { ne: 'DECLINED' } },
      derive: {
        cents: ({ amount }) => Math.round(Number(amount) * 100),
        isLarge: ({ cents }) => Number(cents) >= 1000,
      },
      flatMap: (members) =>
        String(members.merchant)
          .split('+')
          .map((merchant) => ({ ...members, merchant })),
      window: TEN_SECONDS,
      measures: ['count'],
      values: {
        firstMerchant: first('merchant'),
        lastMerchant: last('merchant'),
        merchants: top('merchant', 2),
        large: countOf(({ isLarge }) => isLarge === true),
        cents: sum('cents', { scale: 0 }),
        average: avg('cents', { scale: 2 }),
        most: max('amount'),
      },
    });
    const said = [
      { at: 4, members: { status: 'CAPTURED', merchant: 'b+a', amount: '10.00', currency: 'EUR' } },
      { at: 5, members: { status: 'DECLINED', merchant: 'x', amount: '99.00', currency: 'EUR' } },
      { at: 2, members: { status: 'CAPTURED', merchant: 'c+a', amount: '9.99', currency: 'USD' } },
    ];
    const outputs = driveJob(job, jobEvents(kind.plural, said), { untilUs: us(20) });
    expect(resultsOf(outputs)[0]?.values).toEqual({
      count: 4,
      firstMerchant: 'c',
      lastMerchant: 'a',
      merchants: [
        { value: 'a', count: 2 },
        { value: 'b', count: 1 },
      ],
      large: 2,
      cents: '3998',
      average: '999.5',
      most: { EUR: '10', USD: '9.99' },
    });
  });

  test('an event that becomes no row is as if it had not been there, late or not', () => {
    const job = defined({
      name: 'none',
      kind: 'payment',
      window: tumbling('10s'),
      flatMap: () => [],
      measures: ['count'],
    });
    expect(driveJob(job, jobEvents(kind.plural, [{ at: 1 }, { at: 1, met: 90 }]), { untilUs: us(99) })).toEqual([]);
  });
});

/** From a seed; LAKEGATE_TEST_SEEDS=200 for a long run. */
const SEEDS = Array.from({ length: Number(process.env.LAKEGATE_TEST_SEEDS ?? 12) }, (_, seed) => seed);

function randomEvents(random: (below: number) => number, count: number): readonly SaidEvent[] {
  let at = 0;
  return Array.from({ length: count }, (_, number) => {
    at += random(4) === 0 ? random(30) : random(3);
    return {
      at,
      id: `e${number}`,
      key: `k${random(3)}`,
      members: { amount: `${random(100)}.${random(10)}`, currency: 'EUR' },
    };
  });
}

const MEASURES = ['count', 'euros', 'amountMin', 'amountMax', 'amountAvg'];

describe.each(SEEDS)('seed %i', (seed) => {
  test('fixed windows hold exactly the events that had not missed them, by a look at all events, however they are shuffled', () => {
    const random = randomFrom(seed * 7919 + 1);
    // Beyond the disorder too: some are late, some of those beyond the lateness.
    const said = shuffledWithin(randomEvents(random, 300), 45, random);
    const window =
      [TEN_SECONDS, SLIDING, { kind: 'sliding' as const, sizeMs: 9_000, slideMs: 4_000 }][seed % 3] ?? SLIDING;
    const late = (['CORRECT', 'CORRECT', 'SIDE_OUTPUT'] as const)[seed % 3 === 2 ? random(3) : seed % 2] ?? 'CORRECT';
    const events = jobEvents(kind.plural, said);
    const job = windowJob(window, { late, measures: MEASURES });
    const outputs = driveJob(job, events, { untilUs: us(100_000) });
    expect(driveJob(job, events, { untilUs: us(100_000), asStored: true })).toEqual(outputs);

    const sizeUs = window.sizeMs * 1000;
    const slideUs = window.kind === 'sliding' ? window.slideMs * 1000 : sizeUs;
    const keptUs = late === 'CORRECT' ? 10_000_000 : 0;
    const expected = new Map<string, { count: number; revision: number; units: bigint }>();
    const missed: string[] = [];
    for (const { key, timeUs, watermarkUs, members, id } of events) {
      let inTime = false;
      let corrected = false;
      for (let startUs = 0, k = Math.floor((timeUs - sizeUs) / slideUs) + 1; startUs <= timeUs; k++) {
        startUs = k * slideUs;
        if (startUs > timeUs) break;
        const endUs = startUs + sizeUs;
        if (endUs > watermarkUs) inTime = true;
        else if (endUs + keptUs > watermarkUs) corrected = true;
        else continue;
        const place = `${key} ${startUs}`;
        const held = expected.get(place) ?? { count: 0, revision: 0, units: 0n };
        if (endUs <= watermarkUs && held.count > 0) held.revision++;
        held.count++;
        held.units += BigInt(Math.round(Number(members.amount) * 10));
        expected.set(place, held);
      }
      if (!inTime) missed.push(`${id} ${corrected}`);
    }
    const final = new Map(resultsOf(outputs).map((result) => [`${result.key} ${result.startUs}`, result]));
    expect([...final.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [place, { count, revision, units }] of expected) {
      const sumText = units % 10n === 0n ? `${units / 10n}` : `${units / 10n}.${units % 10n}`;
      expect(final.get(place)).toMatchObject({ revision, values: { count, euros: sumText } });
    }
    expect(lateOf(outputs).map(({ event, corrected }) => `${event.id} ${corrected}`)).toEqual(missed);
    if (seed % 3 === 0) expect(missed.length).toBeGreaterThan(3);
  });

  test('session windows that are kept long enough end as the runs of the sorted events, however they are shuffled', () => {
    const random = randomFrom(seed * 104_729 + 3);
    const events = jobEvents(kind.plural, shuffledWithin(randomEvents(random, 250), 90, random));
    const job = windowJob(GAP, { allowedLatenessMs: 86_400_000, measures: MEASURES });
    const outputs = driveJob(job, events, { untilUs: us(50_000) });
    expect(driveJob(job, events, { untilUs: us(50_000), asStored: true })).toEqual(outputs);
    const final = new Map(
      resultsOf(outputs).map((result) => [`${result.key} ${result.startUs} ${result.endUs}`, result]),
    );
    const standing = [...final].filter(([, { values }]) => Object.keys(values).length > 0);
    const runs: string[] = [];
    for (const key of ['k0', 'k1', 'k2']) {
      const times = events.filter((event) => event.key === key).map(({ timeUs }) => timeUs);
      times.sort((a, b) => a - b);
      let start = 0;
      times.forEach((timeUs, at) => {
        const next = times[at + 1] ?? Number.POSITIVE_INFINITY;
        if (next - timeUs < 10_000_000) return;
        runs.push(`${key} ${times[start]} ${timeUs + 10_000_000}: ${at + 1 - start}`);
        start = at + 1;
      });
    }
    expect(standing.map(([place, { values }]) => `${place}: ${values.count}`).sort()).toEqual(runs.sort());
    const revisions = resultsOf(outputs).filter(({ values }) => Object.keys(values).length === 0);
    expect(revisions.length).toBeGreaterThan(0);
  });
});
