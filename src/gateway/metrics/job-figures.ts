import { Counter, Gauge, type Registry } from 'prom-client';
import type { JobFigures } from '../../model/jobs/job-report.ts';
import type { WebhookTotals } from '../../model/jobs/webhook-figures.ts';

/** What this process knows of a job that it runs. */
export interface ShownJob extends JobFigures {
  readonly name: string;
  readonly builtIn: boolean;
  readonly webhook: WebhookTotals;
}

/** Those that come with the product by name; what people submitted together, because their number and their names are their own. */
export function showJobs(registry: Registry, jobs: () => readonly ShownJob[]): void {
  for (const [name, help, of] of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: ['job'],
      registers: [registry],
      collect() {
        this.reset();
        for (const job of jobs()) this.inc({ job: labelOf(job) }, of(job));
      },
    });
  }
  for (const [name, help, of] of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: ['job'],
      registers: [registry],
      collect() {
        this.reset();
        for (const job of jobs()) this.inc({ job: labelOf(job) }, of(job));
      },
    });
  }
}

type Figure = readonly [name: string, help: string, of: (job: ShownJob) => number];

const COUNTERS: readonly Figure[] = [
  [
    'lakegate_job_records_total',
    'Records that jobs have read, in the partitions that this process has.',
    ({ recordsProcessed }) => recordsProcessed,
  ],
  ['lakegate_job_late_total', 'Events that were too late for their job.', ({ late }) => late],
  ['lakegate_job_checkpoints_total', 'Steps of jobs that were committed.', ({ checkpoints }) => checkpoints.count],
  [
    'lakegate_job_webhook_delivered_total',
    'Alerts and results that the webhooks of jobs took, in the partitions that this process has.',
    ({ webhook }) => webhook.delivered,
  ],
  [
    'lakegate_job_webhook_given_up_total',
    'Alerts and results that no webhook took, and that are sent no more.',
    ({ webhook }) => webhook.givenUp,
  ],
];

const GAUGES: readonly Figure[] = [
  ['lakegate_job_lag_records', 'Records that are there for jobs and not yet taken.', ({ lag }) => lag],
  ['lakegate_job_state_keys', 'Keys of which jobs remember something.', ({ stateKeys }) => stateKeys],
  ['lakegate_job_state_bytes', 'What jobs remember, as it is stored.', ({ stateBytes }) => stateBytes],
  ['lakegate_jobs_failed', 'Jobs that failed and wait for somebody.', ({ status }) => (status === 'FAILED' ? 1 : 0)],
];

function labelOf({ name, builtIn }: ShownJob): string {
  return builtIn ? name : 'submitted';
}
