import { uuidv7 } from 'uuidv7';
import { followTopic } from '../../log/follow-topic.ts';
import type { Log } from '../../log/log.ts';
import {
  type CommandOutcome,
  JobBoard,
  type JobRefusal,
  NAME_PLACE,
  type SubmittedJob,
} from '../../model/jobs/job-board.ts';
import {
  decodeCommand,
  encodeCommand,
  JOB_REPORTS_TOPIC,
  JOBS_TOPIC,
  type JobCommand,
} from '../../model/jobs/job-command.ts';
import type { JobDesk, JobEntry, SpecFault } from '../../model/jobs/job-desk.ts';
import { decodeReport, JobReports, type JobTotals } from '../../model/jobs/job-report.ts';
import type { JobSpec } from '../../model/jobs/job-spec.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';

export interface OpenJobDesk extends JobDesk {
  /** The jobs as all commands so far made them; called at once and after every change. */
  onJobs(listener: (jobs: readonly SubmittedJob[]) => void): void;
  close(): Promise<void>;
}

export interface JobDeskOptions {
  readonly log: Log;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly check: (spec: JobSpec) => readonly SpecFault[];
  /** Names of jobs that run for all tenants; those that members tell of are added. */
  readonly builtIn: ReadonlySet<string>;
}

/** Reads every command there is, so that whoever asks after opening sees what was asked before. */
export async function openJobDesk(options: JobDeskOptions): Promise<OpenJobDesk> {
  const state = new DeskState(options);
  await state.caughtUp;
  const { clock } = options;
  const ask = (command: AskedCommand) => state.ask({ ...command, commandId: uuidv7(), atMs: clock.nowMs() });
  return {
    submit: async (tenant, spec) => {
      const refusal = state.ofTheProduct(spec.name, clock.nowMs());
      return refusal === null ? ask({ ask: 'submit', tenant, jobId: uuidv7(), spec }) : { accepted: false, refusal };
    },
    replace: (tenant, jobId, spec) => ask({ ask: 'replace', tenant, jobId, spec }),
    pause: (tenant, jobId) => ask({ ask: 'pause', tenant, jobId }),
    resume: (tenant, jobId) => ask({ ask: 'resume', tenant, jobId }),
    cancel: (tenant, jobId) =>
      ask({ ask: 'cancel', tenant, jobId, figures: state.figuresAtEnd(tenant, jobId, clock.nowMs()) }),
    list: async (tenant) => state.list(tenant, clock.nowMs()),
    find: async (tenant, id) => state.list(tenant, clock.nowMs()).find((entry) => entry.id === id) ?? null,
    check: options.check,
    nameTaken: (tenant, name) => state.ofTheProduct(name, clock.nowMs()) ?? state.nameTaken(tenant, name),
    onJobs: (listener) => state.onJobs(listener),
    close: () => state.close(),
  };
}

type AskedCommand = JobCommand extends infer Command
  ? Command extends JobCommand
    ? Omit<Command, 'commandId' | 'atMs'>
    : never
  : never;

/** What was read of both topics, and who waits for a command to come back. */
class DeskState {
  readonly #log: Log;
  readonly #builtIn: ReadonlySet<string>;
  readonly #board = new JobBoard();
  readonly #reports = new JobReports();
  readonly #waiting = new Map<string, (outcome: CommandOutcome) => void>();
  readonly #listeners: ((jobs: readonly SubmittedJob[]) => void)[] = [];
  readonly #stopping = new AbortController();
  #following: readonly Promise<void>[] = [];
  /** Resolves when all commands that were there at the beginning are on the board. */
  readonly caughtUp: Promise<void>;

  constructor({ log, logger, builtIn }: JobDeskOptions) {
    this.#log = log;
    this.#builtIn = builtIn;
    const from = { log, logger, partition: 0, from: 0n, signal: this.#stopping.signal };
    const reports = followTopic({ ...from, topic: JOB_REPORTS_TOPIC }, ({ value }) => {
      const report = decodeReport(value);
      if (report !== null) this.#reports.take(report);
    });
    this.caughtUp = new Promise((resolve, reject) => {
      let last = EVERYTHING;
      let read = -1n;
      const resolveAtEnd = () => {
        if (read >= last) resolve();
      };
      const commands = followTopic({ ...from, topic: JOBS_TOPIC }, ({ value, offset }) => {
        const command = decodeCommand(value);
        if (command === null) logger.warn({ topic: JOBS_TOPIC, offset }, 'no command for a job; passed over');
        else this.#take(command);
        read = offset;
        resolveAtEnd();
      });
      this.#following = [commands, reports];
      lastOffset(log).then((offset) => {
        last = offset;
        resolveAtEnd();
      }, reject);
    });
  }

  /** The command comes back through the log, after all that were before it. */
  async ask(command: JobCommand): Promise<CommandOutcome> {
    const outcome = new Promise<CommandOutcome>((resolve, reject) => {
      this.#waiting.set(command.commandId, resolve);
      setTimeout(() => reject(notReadBack()), COMES_BACK_MS_MAX).unref();
    });
    // Whoever appends in vain does not wait for it.
    outcome.catch(() => {});
    try {
      await this.#log.append(JOBS_TOPIC, [encodeCommand(command)]);
      return await outcome;
    } finally {
      this.#waiting.delete(command.commandId);
    }
  }

  list(tenant: string, nowMs: number): readonly JobEntry[] {
    const builtIn = this.#reports
      .builtIn(nowMs)
      .map((name): JobEntry => ({ id: name, name, submitted: null, totals: this.#reports.of(null, name, nowMs) }));
    const submitted = this.#board.jobs().flatMap((job): readonly JobEntry[] => {
      const { name } = job.spec;
      const totals = this.#reports.of(tenant, name, nowMs, job.incarnation);
      return job.tenant === tenant ? [{ id: job.id, name, submitted: job, totals: totalsOf(job, totals) }] : [];
    });
    return [...builtIn, ...submitted];
  }

  ofTheProduct(name: string, nowMs: number): JobRefusal | null {
    if (!this.#builtIn.has(name) && !this.#reports.builtIn(nowMs).includes(name)) return null;
    const message = `${name} is a job that runs for everybody: what another one of that name wrote could not be told from it.`;
    return { code: 'NAME_TAKEN', message, field: NAME_PLACE };
  }

  nameTaken(tenant: string, name: string): JobRefusal | null {
    return this.#board.nameTaken(tenant, name);
  }

  /** What a job that is cancelled now has done; its state is forgotten, and it waits for nothing more. */
  figuresAtEnd(tenant: string, id: string, nowMs: number): JobTotals | null {
    const job = this.#board.find(tenant, id);
    const totals = job === null ? null : this.#reports.of(tenant, job.spec.name, nowMs, job.incarnation);
    return totals === null ? null : { ...totals, ...AT_END };
  }

  onJobs(listener: (jobs: readonly SubmittedJob[]) => void): void {
    this.#listeners.push(listener);
    listener(this.#board.jobs());
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#following);
  }

  #take(command: JobCommand): void {
    const outcome = this.#board.apply(command);
    this.#waiting.get(command.commandId)?.(outcome);
    if (outcome.accepted) for (const listener of this.#listeners) listener(this.#board.jobs());
  }
}

/** More than any offset: before the end is known, nothing is the end. */
const EVERYTHING = 2n ** 64n;
/** A record is read back within milliseconds; on Kafka, where a broker has just gone, within seconds. */
const COMES_BACK_MS_MAX = 10_000;

function notReadBack(): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: 'What was asked is durable, but was not read back in time: look at `jobs` in a moment.',
    retryAfterMs: COMES_BACK_MS_MAX,
  });
}

/** Of the commands; -1 where there is none. */
async function lastOffset(log: Log): Promise<bigint> {
  const [end] = await log.ends(JOBS_TOPIC);
  return end === undefined ? -1n : end.next - 1n;
}

const AT_END = {
  status: 'CANCELLED',
  uptimeMs: 0,
  recordsPerSecond: 0,
  lag: 0,
  stateKeys: 0,
  stateBytes: 0,
  error: null,
  partitions: [],
} as const satisfies Partial<JobTotals>;

/** A job that was cancelled is silent, whatever a later one of its name says. */
function totalsOf({ wanted, lastFigures }: SubmittedJob, totals: JobTotals | null): JobTotals | null {
  return wanted === 'CANCELLED' ? lastFigures : totals;
}
