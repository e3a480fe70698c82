import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../../src/model/declare/load-declarations.ts';
import type { PatternSpec, PatternStepSpec } from '../../../src/model/jobs/job-spec.ts';
import { compilePattern } from '../../../src/processor/patterns/compile-pattern.ts';
import { elapsedText } from '../../../src/processor/patterns/describe-match.ts';
import { type PatternDefinition, pattern } from '../../../src/processor/patterns/pattern.ts';
import { patternFaults } from '../../../src/processor/patterns/pattern-faults.ts';
import { driveOperator, stream } from '../drive-operator.ts';

const [KIND] = loadDeclarations(new URL('../../../schema/events', import.meta.url).pathname).kinds.filter(
  ({ plural }) => plural === 'transactions',
);

describe('what the words of a pattern mean, by the tables of docs/patterns.md', () => {
  const a = is('a');
  const b = is('b');
  const n = is('n');
  const start = pattern();

  test.each([
    ['a1 b1', 'a1 b1', 'a1 b1'],
    ['a1 x b1', '', 'a1 b1'],
    ['a1 a2 b1', 'a2 b1', 'a1 b1, a2 b1'],
    ['a1 b1 b2', 'a1 b1', 'a1 b1'],
    ['x b1 a1', '', ''],
  ])('%s: a NEXT b is "%s", a FOLLOWED_BY b is "%s"', (events, next, followedBy) => {
    expect(matches(start.first('a', a).next('b', b).within('10m').skipToNext(), events)).toBe(next);
    expect(matches(start.first('a', a).followedBy('b', b).within('10m').skipToNext(), events)).toBe(followedBy);
  });

  test.each([
    ['two, others between', start.first('a', a, { times: 2 }).followedBy('b', b), 'a1 x a2 a3 b1', 'a1 a2 b1'],
    [
      'two neighbours',
      start.first('a', a, { times: 2, consecutive: true }).followedBy('b', b),
      'a1 x a2 a3 b1',
      'a2 a3 b1',
    ],
    [
      'two or more',
      start.first('a', a, { times: 2, orMore: true }).followedBy('b', b),
      'a1 x a2 a3 x b1',
      'a1 a2 a3 b1',
    ],
    [
      'neighbours or more',
      start.first('a', a, { consecutive: true, orMore: true }).followedBy('b', b),
      'a1 a2 x a3 b1',
      'a1 a2 b1',
    ],
    ['or more, then the very next', start.first('a', a, { orMore: true }).next('b', b), 'a1 a2 x b1', ''],
    ['or more, then the very next', start.first('a', a, { orMore: true }).next('b', b), 'a1 x a2 b1', 'a1 a2 b1'],
    ['or more, then any', start.first('a', a, { orMore: true }).next('any'), 'a1 a2 a3', 'a1 a2'],
    [
      'or more at the end',
      start.first('a', a).followedBy('b', b, { times: 2, orMore: true }),
      'a1 b1 b2 b3',
      'a1 b1 b2',
    ],
  ])('%s', (_, shape, events, expected) => {
    expect(matches(shape.within('10m').skipPastLast(), events)).toBe(expected);
  });

  test.each([
    ['a1 x b1', 'a1 b1'],
    ['a1 n1 b1', ''],
    ['a1 n1 a2 b1', 'a2 b1'],
  ])('%s: a, no n, then b is "%s"', (events, expected) => {
    const shape = start.first('a', a).notFollowedBy('n', n).followedBy('b', b).within('10m');
    expect(matches(shape, events)).toBe(expected);
  });

  test('an absence stands before the first event of the next step, and not between its repetitions', () => {
    const shape = start.first('a', a).notFollowedBy('n', n).followedBy('b', b, { times: 2 }).within('10m');
    expect(matches(shape, 'a1 b1 n1 b2')).toBe('a1 b1 b2');
    expect(matches(shape, 'a1 n1 b1 b2')).toBe('');
  });

  test('what an absence forbids is counted from the last event of a step that repeats', () => {
    const shape = start.first('a', a, { orMore: true }).notFollowedBy('n', n).followedBy('b', b).within('10m');
    expect(matches(shape, 'a1 n1 a2 b1')).toBe('a1 a2 b1');
  });

  test('a match past which is skipped takes every event once, one that is followed by the next may overlap', () => {
    const shape = start.first('one', a).next('two', a).within('10m');
    expect(matches(shape, 'a1 a2 a3 a4')).toBe('a1 a2, a3 a4');
    expect(matches(shape.skipToNext(), 'a1 a2 a3 a4')).toBe('a1 a2, a2 a3, a3 a4');
  });
});

describe('an absence at the end', () => {
  const shape = pattern().first('order', is('a')).notFollowedBy('shipped', is('n')).within('10m');
  const MINUTES_10_US = 600_000_000;

  test('is told on a quiet stream, when the watermark has passed the last moment and not before', () => {
    expect(alertsOf(shape.definition, [at('a1', 0)], MINUTES_10_US)).toEqual([]);
    const [alert] = alertsOf(shape.definition, [at('a1', 0)], MINUTES_10_US + 1);
    expect(alert?.matchedAtUs).toBe(MINUTES_10_US);
    expect(alert?.events.map(({ id }) => id)).toEqual(['a1']);
    expect(alert?.reason).toBe('order, and no shipped within 10m: 1 event');
  });

  test('is told for each first event in its own time', () => {
    const events = [at('a1', 0), at('a2', 9), at('x1', 30_000_000), at('x2', 60_000_000)];
    const told = (untilUs: number) => alertsOf(shape.definition, events, untilUs).map(({ matchedAtUs }) => matchedAtUs);
    expect(told(MINUTES_10_US)).toEqual([]);
    expect(told(MINUTES_10_US + 1)).toEqual([MINUTES_10_US]);
    expect(told(MINUTES_10_US + 10)).toEqual([MINUTES_10_US, MINUTES_10_US + 9]);
  });

  test('is none if the event comes at the very last moment, and is one if it comes a microsecond later', () => {
    expect(alertsOf(shape.definition, [at('a1', 0), at('n1', MINUTES_10_US)])).toEqual([]);
    expect(alertsOf(shape.definition, [at('a1', 0), at('n1', MINUTES_10_US + 1)])).toHaveLength(1);
  });

  test('of any event at all is a heartbeat that is missing', () => {
    const heartbeat = pattern().first('beat').notFollowedBy('beats').within('10m').definition;
    const beats = [at('a1', 0), at('a2', MINUTES_10_US), at('a3', MINUTES_10_US * 3)];
    expect(alertsOf(heartbeat, beats).map(({ events: [first] }) => first?.id)).toEqual(['a2', 'a3']);
  });
});

describe('allowed lateness', () => {
  const shape = pattern().first('a', is('a')).next('b', is('b')).within('10m').definition;

  test('keeps places open for longer, to the microsecond', () => {
    const sent = (timeUs: number) => [at('a1', 0), at('x', 25_000_000), at('b1', timeUs)];
    // The watermark is at 15 s when b1 comes.
    expect(alertsOf(shape, sent(9_999_999), undefined, 5_000)).toEqual([]);
    expect(alertsOf(shape, sent(10_000_000), undefined, 5_000)).toHaveLength(1);
    expect(alertsOf(shape, sent(14_999_999), undefined, 0)).toEqual([]);
  });
});

test('a pattern as data finds what the same pattern by the builder finds, and says it in its own words', () => {
  const step = (name: string, contiguity: PatternStepSpec['contiguity'], where: PatternStepSpec['where']) =>
    ({ name, contiguity, where, times: 1, orMore: false }) as const;
  const data: PatternSpec = {
    steps: [step('first', 'NEXT', is('a')), step('second', 'NEXT', is('b'))],
    withinMs: 600_000,
    afterMatch: 'SKIP_TO_NEXT',
  };
  const built = pattern().first('first', is('a')).next('second', is('b')).within('10m').skipToNext().definition;
  const events = [at('a1', 0), at('b1', 72_500_000), at('b2', 80_000_000)];
  expect(alertsOf(data, events)).toEqual(alertsOf(built, events));
  expect(alertsOf(data, events)[0]?.reason).toBe('first, then second: 2 events in 1m 12.5s, within 10m');
});

test('a step sees the events that the match has so far, by the names of their steps', () => {
  interface Payment {
    readonly amount: number;
  }
  const rising = pattern<Payment>()
    .first('low')
    .followedBy(
      'higher',
      {},
      { times: 2, given: (now, { low: [low], higher }) => now.amount > (higher.at(-1) ?? low).amount },
    )
    .within('10m').definition;
  const paid = (id: string, timeUs: number, amount: number) => ({ id, timeUs, members: { amount } });
  const events = [paid('p1', 0, 5), paid('p2', 1, 7), paid('p3', 2, 6), paid('p4', 3, 8)];
  expect(alertsOf(rising, events).map(({ events: taken }) => taken.map(({ id }) => id))).toEqual([['p1', 'p2', 'p4']]);
});

test('where a step looks back, every way to it is kept until it was asked', () => {
  const alone = pattern()
    .first('a', is('a'), { orMore: true })
    .followedBy('b', is('b'), { given: (_, { a }) => a.length === 1 })
    .within('10m')
    .skipToNext();
  expect(matches(alone, 'a1 a2 b1')).toBe('a1 b1, a2 b1');
});

test('a key whose events never pause holds those that may still get a neighbour, and no others', () => {
  if (KIND === undefined) throw new Error('expected the kind transactions');
  const strict = pattern().first('a', is('a')).next('b', is('b')).within('10m').definition;
  const operator = compilePattern(strict, { name: 'p', kind: KIND, allowedLatenessMs: 0 });
  const bytesAfter = (seconds: number) => {
    const events = Array.from({ length: seconds }, (_, second) => at(`x${second % 10}`, second * 1_000_000));
    return driveOperator(operator, stream(events, 0)).bytesOf('default', 'ada');
  };
  expect(bytesAfter(12)).toBeGreaterThan(50);
  expect(bytesAfter(500)).toBeLessThanOrEqual(bytesAfter(12) + 10);
});

test('every fault of a pattern is told at once, with its place', () => {
  const step = { name: 'a', contiguity: 'NEXT', where: null, times: 1, orMore: false } as const;
  const absence = { ...step, name: 'no', contiguity: 'NOT_FOLLOWED_BY' } as const;
  const faults = patternFaults({
    steps: [absence, { ...step, times: 0 }, { ...step, times: 200 }, { ...absence, name: '?', orMore: true }],
    withinMs: 0,
    afterMatch: 'SKIP_TO_NEXT',
  });
  expect(faults.map(({ field }) => field.join('.'))).toEqual([
    'steps',
    'within',
    'steps.0.contiguity',
    'steps.0.contiguity',
    'steps.1.times',
    'steps.2.name',
    'steps.3.name',
    'steps.3.times',
  ]);
});

test.each([
  [0, '0s'],
  [1, '0.000001s'],
  [600_000_000, '10m'],
  [252_000_000, '4m 12s'],
  [90_061_500_000, '1d 1h 1m 1.5s'],
])('%d microseconds are %s', (us, text) => {
  expect(elapsedText(us)).toBe(text);
});

/** The category stands for the letter of the docs. */
function is(letter: string) {
  return { category: { eq: letter } };
}

function at(id: string, timeUs: number) {
  return { id, timeUs, members: { category: id.charAt(0) } };
}

type Sent = ReturnType<typeof at> | { readonly id: string; readonly timeUs: number; readonly members: object };

function alertsOf(definition: PatternDefinition, events: readonly Sent[], untilUs?: number, allowedLatenessMs = 0) {
  if (KIND === undefined) throw new Error('expected the kind transactions');
  const operator = compilePattern(definition, { name: 'p', kind: KIND, allowedLatenessMs });
  const { outputs } = driveOperator(
    operator,
    stream(
      events.map((event) => ({ ...event, members: { ...event.members } })),
      untilUs,
    ),
  );
  return outputs.flatMap(({ output }) => (output.stream === 'alerts' ? [output.record] : []));
}

/** Events a second apart; their matches with commas between. */
function matches({ definition }: { readonly definition: PatternDefinition }, events: string): string {
  const sent = events.split(' ').map((id, second) => ({ ...at(id, second * 1_000_000), id }));
  return alertsOf(definition, sent)
    .map(({ events: taken }) => taken.map(({ id }) => id).join(' '))
    .join(', ');
}
