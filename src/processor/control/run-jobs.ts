import type { Log } from '../../log/log.ts';
import type { SubmittedJob } from '../../model/jobs/job-board.ts';
import { JOB_REPORTS_TOPIC } from '../../model/jobs/job-command.ts';
import type { JobReport } from '../../model/jobs/job-report.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { Job } from '../job.ts';
import type { JobRunner } from '../runtime/job-runner.ts';
import type { JobStatus } from '../runtime/job-status.ts';
import type { Webhooks } from '../sinks/open-webhooks.ts';
import type { OpenJobDesk } from './open-job-desk.ts';

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
  const reports = new Reports(options);
  const telling = setInterval(() => reports.tell(), TELL_EVERY_MS);
  return {
    async close() {
      clearInterval(telling);
      await submitted.settled();
      await options.webhooks.close();
      await reports.tell();
    },
  };
}

/** A person who looks at `job` sees figures of this second. */
const TELL_EVERY_MS = 1_000;
/** What did not change is said again as often as this, so that silence means an end. */
const TELL_AGAIN_MS = 4_000;

/** What was last done about a job in this process. */
type Done = Pick<SubmittedJob, 'version' | 'wanted'>;

/** One change after the other: a job that is paused while it starts is paused when it has started. */
class SubmittedJobs {
  readonly #options: RunJobsOptions;
  readonly #done = new Map<string, Done>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: RunJobsOptions) {
    this.#options = options;
  }

  want(jobs: readonly SubmittedJob[]): void {
    for (const job of jobs) this.#last = this.#last.then(() => this.#bring(job));
  }

  settled(): Promise<void> {
    return this.#last;
  }

  async #bring(job: SubmittedJob): Promise<void> {
    const done = this.#done.get(job.id);
    if (done?.version === job.version && done.wanted === job.wanted) return;
    this.#done.set(job.id, job);
    try {
      await this.#change(job, done);
      await this.#options.webhooks.bring(job);
    } catch (error) {
      this.#options.logger.error(
        { err: error, job: job.spec.name },
        'a job could not be brought to what is wanted of it',
      );
    }
  }

  async #change(job: SubmittedJob, done: Done | undefined): Promise<void> {
    const { runner, compile } = this.#options;
    const name = { name: job.spec.name, tenant: job.tenant };
    if (done === undefined) {
      if (job.wanted === 'CANCELLED') return;
      await runner.start(compile(job), { paused: job.wanted === 'PAUSED' });
      return;
    }
    if (done.version !== job.version) await runner.replace(compile(job));
    if (done.wanted === job.wanted) return;
    if (job.wanted === 'RUNNING') await runner.resume(name);
    if (job.wanted === 'PAUSED') await runner.pause(name);
    if (job.wanted === 'CANCELLED') await runner.cancel(name);
  }
}

class Reports {
  readonly #options: RunJobsOptions;
  readonly #told = new Map<string, { readonly text: string; readonly atMs: number }>();

  constructor(options: RunJobsOptions) {
    this.#options = options;
  }

  /** What cannot be said now is said the next time. */
  async tell(): Promise<void> {
    const { runner, log, clock, logger } = this.#options;
    const atMs = clock.nowMs();
    const news = runner.statuses().flatMap((status) => this.#newsOf(status, atMs));
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
    const text = JSON.stringify(figures);
    const told = this.#told.get(status.id);
    if (told !== undefined && told.text === text && atMs - told.atMs < TELL_AGAIN_MS) return [];
    this.#told.set(status.id, { text, atMs });
    const error = status.error ?? this.#options.webhooks.problem(status);
    return [reportOf({ ...status, error }, this.#options.member, atMs)];
  }
}

function reportOf(status: JobStatus, member: string, atMs: number): JobReport {
  const { tenant, name, version, recordsPerSecond, id: _id, mode: _mode, builtIn: _builtIn, ...figures } = status;
  return { ...figures, member, tenant, job: name, jobVersion: version, atMs, perSecond: recordsPerSecond };
}

function recordOf(report: JobReport): { key: string; timeMs: number; value: Uint8Array } {
  const key = JSON.stringify([report.tenant, report.job, report.member]);
  return { key, timeMs: report.atMs, value: Buffer.from(JSON.stringify(report)) };
}
