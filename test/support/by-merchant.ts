import type { JobSpec } from '../../src/model/jobs/job-spec.ts';

/** A windowed job as anybody would submit it. */
export const BY_MERCHANT: JobSpec = {
  name: 'by-merchant',
  tenant: 'default',
  source: { topic: 'transactions', where: null, keyField: 'merchant' },
  shape: { kind: 'window', window: { kind: 'tumbling', sizeMs: 10_000 }, measures: ['count'] },
  allowedLatenessMs: 10_000,
  late: 'CORRECT',
  mode: 'LIVE',
  sinks: { topic: null, webhook: null },
};
