import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { type JobInput, readJobSpec } from '../../src/resolvers/jobs/read-job-spec.ts';

const MODEL = loadDeclarations(resolve(import.meta.dirname, '../../schema/events'));
const COUNTED = { transaction: { key: 'USER_ID', measures: ['COUNT'] } };
const WINDOWED: JobInput = {
  name: 'counted',
  source: COUNTED as JobInput['source'],
  window: { tumbling: { size: '1m' } },
  allowedLateness: '10s',
  late: 'CORRECT',
  mode: 'LIVE',
};

function read(input: Partial<JobInput>) {
  return readJobSpec(MODEL, 'default', { ...WINDOWED, ...input });
}

test('a job may wait for no late event at all', () => {
  for (const allowedLateness of ['0s', '0ms', '0d']) {
    expect(read({ allowedLateness })).toMatchObject({ spec: { allowedLatenessMs: 0 } });
  }
});

test('a window of no length is refused by its place, and a pattern that takes no time too', () => {
  const step = { name: 'a', contiguity: 'NEXT', times: 1, orMore: false };
  const pattern = { steps: [step], within: '0s', afterMatch: 'SKIP_PAST_LAST' };
  const refused: readonly (readonly [Partial<JobInput>, string])[] = [
    [{ window: { tumbling: { size: '0s' } } }, 'window.tumbling.size'],
    [{ window: { sliding: { size: '0m', slide: '1s' } } }, 'window.sliding.size'],
    [{ window: { sliding: { size: '1m', slide: '0s' } } }, 'window.sliding.slide'],
    [{ window: { session: { gap: '0h' } } }, 'window.session.gap'],
    [
      { window: null, source: { transaction: { key: 'USER_ID', pattern } } as JobInput['source'] },
      'source.transaction.pattern.within',
    ],
  ];
  for (const [input, place] of refused) {
    const message = expect.stringContaining('a length of more than 0');
    expect(read(input), place).toEqual({ faults: [{ field: place.split('.'), message }] });
  }
});
