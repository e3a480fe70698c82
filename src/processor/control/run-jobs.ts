import type { Log } from '../../log/log.ts';
import type { SubmittedJob } from '../../model/jobs/job-board.ts';
import { JOB_REPORTS_TOPIC } from '../../model/jobs/job-command.ts';
import type { JobReport } from '../../model/jobs/job-report.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { Job } from '../job.ts';
import type { JobRunner } from '../runtime/job-runner.ts';
import { type JobStatus, jobId } from '../runtime/job-status.ts';
import type { Webhooks } from '../sinks/open-webhooks.ts';
import type { OpenJobDesk } from './open-job-desk.ts';
import { type JobTrouble, SubmittedJobs } from './submitted-jobs.ts';

export interface RunJobsOptions {
  readonly runner: JobRunner;
  readonly desk: OpenJobDesk;
  readonly webhooks: Webhooks;
  readonly compile: (submitted: SubmittedJob) => Job;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process in what it says of its jobs. */
  readonly member: string;
}

export interface RunningJobs {
  /** Says a last word; stops no job. */
  close(): Promise<void>;
}

/** Keeps this member at what is wanted of every submitted job, and says what becomes of all that it runs. */
export async function runJobs(options: RunJobsOptions): Promise<RunningJobs> {
  const { desk } = options;
  const submitted = new SubmittedJobs(options);
  desk.onJobs((wanted) => submitted.want(wanted));
  const reports = new Reports(options, () => submitted.troubles());
  const telling = setInterval(() => reports.tell(), TELL_EVERY_MS);
  // Whoever asks first sees the jobs that came with the start.
  await reports.tell();
  return {
    async close() {
      clearInterval(telling);
      await submitted.close();
      await options.webhooks.close();
      await reports.tell();
    },
  };
}

/** A person who looks at `job` sees figures of this second. */
const TELL_EVERY_MS = 1_000;
/** What did not change is said again as often as this, so that silence means an end. */
const TELL_AGAIN_MS = 4_000;

class Reports {
  readonly #options: RunJobsOptions;
  readonly #told = new Map<string, { readonly text: string; readonly atMs: number }>();

  readonly #troubles: () => readonly JobTrouble[];

  constructor(options: RunJobsOptions, troubles: () => readonly JobTrouble[]) {
    this.#options = options;
    this.#troubles = troubles;
  }

  /** What cannot be said now is said the next time. */
  async tell(): Promise<void> {
    const { runner, log, clock, logger } = this.#options;
    const atMs = clock.nowMs();
    const news = withTroubles(runner.statuses(), this.#troubles()).flatMap((status) => this.#newsOf(status, atMs));
    if (news.length === 0) return;
    try {
      await log.append(JOB_REPORTS_TOPIC, news.map(recordOf));
    } catch (error) {
      this.#told.clear();
      logger.debug({ err: error }, 'what jobs do could not be told');
    }
  }

  #newsOf(status: JobStatus, atMs: number): readonly JobReport[] {
    const { uptimeMs, ...figures } = status;
    const { webhooks, member } = this.#options;
    const error = status.error ?? webhooks.problem(status);
    const webhook = webhooks.figures(status);
    const text = JSON.stringify({ ...figures, error, webhook });
    const told = this.#told.get(status.id);
    if (told !== undefined && told.text === text && atMs - told.atMs < TELL_AGAIN_MS) return [];
    this.#told.set(status.id, { text, atMs });
    return [{ ...reportOf({ ...status, error }, member, atMs), webhook }];
  }
}

/** A job that is not what is wanted of it has failed, whatever it does instead; one that could not even begin has no figures. */
function withTroubles(statuses: readonly JobStatus[], troubles: readonly JobTrouble[]): readonly JobStatus[] {
  const failed = new Map(
    troubles.map(({ job, error }) => {
      const id = jobId({ name: job.spec.name, tenant: job.tenant });
      const status = statuses.find((each) => each.id === id) ?? notBegun(id, job);
      return [id, { ...status, status: 'FAILED' as const, error }];
    }),
  );
  return [...statuses.filter(({ id }) => !failed.has(id)), ...failed.values()];
}

function notBegun(id: string, { spec, tenant, version }: SubmittedJob): JobStatus {
  return {
    id,
    name: spec.name,
    tenant,
    version,
    mode: spec.mode,
    builtIn: false,
    status: 'FAILED',
    uptimeMs: 0,
    recordsProcessed: 0,
    recordsPerSecond: 0,
    lag: 0,
    watermarkMs: null,
    late: 0,
    stateKeys: 0,
    stateBytes: 0,
    checkpoints: { count: 0, lastAtMs: null, durationMs: null },
    error: null,
    partitions: [],
  };
}

function reportOf(status: JobStatus, member: string, atMs: number): JobReport {
  const { tenant, name, version, id: _id, mode: _mode, builtIn: _builtIn, ...figures } = status;
  return { ...figures, member, tenant, job: name, jobVersion: version, atMs };
}

function recordOf(report: JobReport): { key: string; timeMs: number; value: Uint8Array } {
  const key = JSON.stringify([report.tenant, report.job, report.member]);
  return { key, timeMs: report.atMs, value: Buffer.from(JSON.stringify(report)) };
}
