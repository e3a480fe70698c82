import type { EventModel } from '../../src/model/event-model.ts';
import type { JobSpec } from '../../src/model/jobs/job-spec.ts';
import { compileSubmittedJob } from '../../src/processor/compile-submitted-job.ts';
import type { Job } from '../../src/processor/job.ts';

/** Counts the payments of each user by the minute, as somebody would have submitted it. */
export function paymentCounts(
  model: EventModel,
  {
    version,
    parallelism,
    incarnation = 1,
  }: { readonly version: number; readonly parallelism: number | null; readonly incarnation?: number },
): Job {
  return compileSubmittedJob({ spec: { ...COUNTS, parallelism }, version, incarnation }, model);
}

const COUNTS: JobSpec = {
  name: 'payments-a-minute',
  tenant: 'default',
  source: { topic: 'transactions', where: null, keyField: 'userId' },
  shape: { kind: 'window', window: { kind: 'tumbling', sizeMs: 60_000 }, measures: ['count'] },
  allowedLatenessMs: 0,
  late: 'SIDE_OUTPUT',
  mode: 'LIVE',
  parallelism: null,
  sinks: { topic: null, webhook: null },
};
