import { expect, test } from 'vitest';
import { admissionProblem } from '../../src/cli/start/join-admission.ts';
import type { AdmissionStatus } from '../../src/ingest/kafka/admission-member.ts';

const NOTHING: AdmissionStatus = {
  ...{ partitions: [], commits: 0, rollbacks: 0, fenced: 0, rebalances: 0, skipped: 0 },
  ...{ admitted: 0, duplicates: 0, rejected: 0, forwarded: 0 },
};
const problemOf = (status: Partial<AdmissionStatus>) => admissionProblem({ status: () => ({ ...NOTHING, ...status }) });

test('a partition that fails and records that expired unjudged are problems of admission, and nothing else is', () => {
  const running = { topic: 'transactions.in', partition: 3, inputNext: 0n, lag: 5n, lastError: null } as const;
  expect(problemOf({ partitions: [{ ...running, phase: 'running' }], fenced: 1, rollbacks: 1 })).toBeNull();
  expect(problemOf({ skipped: 7 })).toMatch(/^7 records expired before they were judged/);
  const failing = { ...running, phase: 'failing', lastError: 'the disk is full' } as const;
  expect(problemOf({ partitions: [failing], skipped: 7 })).toBe('transactions.in/3: the disk is full');
});
