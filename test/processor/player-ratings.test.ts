import { expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import type { JobEvent } from '../../src/processor/operator.ts';
import { randomFrom } from '../support/random.ts';
import { driveOperator, stream } from './drive-operator.ts';

const MODEL = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);

test('every rating tells the average that is true from then on', () => {
  expect(resultsOf([rated('r1', 1, '7.00'), rated('r2', 1, '8.01'), rated('r3', 1, 6)])).toEqual([
    { average: 7, count: 1 },
    { average: 7.505, count: 2 },
    { average: 21.01 / 3, count: 3 },
  ]);
});

test('a correction takes the place of the version before, and an older version that comes later changes nothing', () => {
  expect(resultsOf([rated('r1', 1, '7'), rated('r2', 1, '8'), rated('r1', 3, '9'), rated('r1', 2, '1')])).toEqual([
    { average: 7, count: 1 },
    { average: 7.5, count: 2 },
    { average: 8.5, count: 2 },
  ]);
});

test('a result has the time of its rating, and the number of changes before it as its revision, however late the rating is', () => {
  const ratings = [rated('r1', 1, '7'), rated('r2', 1, '8'), { ...rated('r3', 1, '9'), timeUs: 5 }];
  expect(recordsOf(ratings).map(({ startUs, endUs, revision }) => [startUs, endUs, revision])).toEqual([
    [1_000_000, 1_000_000, 0],
    [2_000_000, 2_000_000, 1],
    [5, 5, 2],
  ]);
});

test('in whatever order versions come, the last average is that of the latest versions', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const below = randomFrom(seed * 7919);
    const ratings = Array.from({ length: 30 }, (_, at) =>
      rated(`r${below(6)}`, at + 1, `${below(10)}.${below(10)}${below(10)}`),
    );
    const latest = new Map(ratings.map((rating) => [rating.members.ratingId, Number(rating.members.rating)]));
    const sum = [...latest.values()].reduce((total, rating) => total + Math.round(rating * 100), 0);
    const last = resultsOf(shuffled(ratings, below)).at(-1);
    expect(last).toEqual({ average: sum / 100 / latest.size, count: latest.size });
  }
});

test('players are apart', () => {
  const driven = driveOperator(
    operator(),
    stream([
      { ...sent(rated('r1', 1, '7'), 0), key: 'p1' },
      { ...sent(rated('r2', 1, '9'), 1), key: 'p2' },
    ]),
  );
  expect(driven.outputs.map(({ key, output }) => [key, output.stream === 'results' && output.record.values])).toEqual([
    ['p1', { average: 7, count: 1 }],
    ['p2', { average: 9, count: 1 }],
  ]);
});

interface Rated {
  readonly timeUs?: number;
  readonly members: { readonly ratingId: string; readonly version: number; readonly rating: string | number };
}

function rated(ratingId: string, version: number, rating: string | number): Rated {
  return { members: { ratingId, version, rating } };
}

function sent({ timeUs, members }: Rated, at: number): Partial<JobEvent> {
  return {
    id: `${members.ratingId}/${members.version}`,
    timeUs: timeUs ?? (at + 1) * 1_000_000,
    members: { ...members },
  };
}

function operator() {
  const job = builtInJobs(MODEL).find(({ name }) => name === 'player-ratings');
  if (job === undefined) throw new Error('expected a job player-ratings');
  return job.operator;
}

function recordsOf(ratings: readonly Rated[]) {
  return driveOperator(operator(), stream(ratings.map(sent))).outputs.flatMap(({ output }) =>
    output.stream === 'results' ? [output.record] : [],
  );
}

function resultsOf(ratings: readonly Rated[]) {
  return recordsOf(ratings).map(({ values }) => values);
}

function shuffled<T>(items: readonly T[], below: (below: number) => number): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(below(left.length), 1));
}
