import { expect, test } from 'vitest';
import { jobResult } from '../../../src/analytics/streams/answer-job-results.ts';
import { resultsAdded } from '../../../src/live/events/sources/result-events.ts';

const WINDOW = {
  key: 'ada',
  start: '2026-11-21T12:00:00.000000Z',
  end: '2026-11-21T12:01:00.000000Z',
  revision: 0,
  values: { count: 1 },
};
const FIRST = { job: 'per-minute', sinceVersion: 1, throughVersion: 2 };
const SECOND = { job: 'per-minute', sinceVersion: 3, throughVersion: null };

test('the id of a result is the same in every process, through all revisions and replacements of its job, and no other job of that name has it', () => {
  const { id } = jobResult(FIRST, WINDOW);
  expect(id).toBe('A-48zyVP4H_b3p9houBuXa');
  expect(jobResult({ ...FIRST, throughVersion: null }, { ...WINDOW, revision: 1, values: {} }).id).toBe(id);
  expect(jobResult(SECOND, WINDOW).id).toBe('D2tb0_xNGNC0xBvajiA3f4');
});

test('a result is told by the id that it has in the list of its job', () => {
  for (const author of [FIRST, SECOND]) {
    const message = resultsAdded(author).messageOf({ nodes: [WINDOW], cursor: 'c', skipped: null });
    expect(message).toEqual({ result: jobResult(author, WINDOW), cursor: 'c', skipped: null });
  }
});
