import type { JobCommand } from './job-command.ts';
import type { JobTotals } from './job-report.ts';
import type { JobSpec } from './job-spec.ts';
import { stateShapeOf } from './state-shape.ts';

/** A submitted job as all commands so far made it. */
export interface SubmittedJob {
  readonly id: string;
  readonly tenant: string;
  readonly spec: JobSpec;
  /** 1 when submitted; every replacement adds one, and so does submitting the name of a cancelled job again. */
  readonly version: number;
  readonly wanted: 'RUNNING' | 'PAUSED' | 'CANCELLED';
  /** Its first version: state of an earlier job of this name is none of its own. */
  readonly incarnation: number;
  /** When it was submitted first. */
  readonly submittedAtMs: number;
  /** When it came to run as it does now: submitted, resumed or replaced. */
  readonly sinceMs: number;
  /** When it got a webhook; where that was only exchanged for another, the later one goes on where the earlier one stopped. */
  readonly webhookSinceMs: number;
  /** What it had done when it was cancelled; null before, and where nobody had spoken of it. */
  readonly lastFigures: JobTotals | null;
}

export type CommandOutcome =
  | { readonly accepted: true; readonly job: SubmittedJob }
  | { readonly accepted: false; readonly refusal: JobRefusal };

/** Why a command changed nothing, for whoever sent it. */
export interface JobRefusal {
  readonly code: 'NAME_TAKEN' | 'NO_SUCH_JOB' | 'STATE_DOES_NOT_FIT' | 'JOB_CANCELLED';
  readonly message: string;
  /** Where in the arguments. */
  readonly field: readonly string[] | null;
}

/**
 * All jobs that were submitted, as a fold over the commands in the order of the log. Every gateway and every member folds the same records and
 * comes to the same jobs; of two commands that contradict each other the later one is refused, wherever they were sent.
 */
export class JobBoard {
  readonly #jobs = new Map<string, SubmittedJob>();

  apply(command: JobCommand): CommandOutcome {
    const outcome = command.ask === 'submit' ? this.#submit(command, command.spec) : this.#change(command);
    if (outcome.accepted) this.#jobs.set(outcome.job.id, outcome.job);
    return outcome;
  }

  /** Cancelled ones too, in the order in which they were submitted. */
  jobs(): readonly SubmittedJob[] {
    return [...this.#jobs.values()];
  }

  find(tenant: string, id: string): SubmittedJob | null {
    const job = this.#jobs.get(id);
    return job?.tenant === tenant ? job : null;
  }

  /** Why no job could be submitted under the name as things stand; null where one could. */
  nameTaken(tenant: string, name: string): JobRefusal | null {
    const running = this.#namesakes(tenant, name).find(({ wanted }) => wanted !== 'CANCELLED');
    if (running === undefined) return null;
    const message = `A job named ${name} is there (${running.id}): replaceJob changes it.`;
    return { code: 'NAME_TAKEN', message, field: NAME_PLACE };
  }

  #namesakes(tenant: string, name: string): readonly SubmittedJob[] {
    return this.jobs().filter((job) => job.tenant === tenant && job.spec.name === name);
  }

  #submit({ jobId, tenant, atMs }: JobCommand, spec: JobSpec): CommandOutcome {
    const refusal = this.nameTaken(tenant, spec.name);
    if (refusal !== null) return { accepted: false, refusal };
    const namesakes = this.#namesakes(tenant, spec.name);
    const version = 1 + Math.max(0, ...namesakes.map((job) => job.version));
    return {
      accepted: true,
      job: {
        id: jobId,
        tenant,
        spec,
        version,
        incarnation: version,
        wanted: 'RUNNING',
        submittedAtMs: atMs,
        sinceMs: atMs,
        webhookSinceMs: atMs,
        lastFigures: null,
      },
    };
  }

  #change(command: Exclude<JobCommand, { ask: 'submit' }>): CommandOutcome {
    const job = this.find(command.tenant, command.jobId);
    if (job === null) return refused('NO_SUCH_JOB', `No submitted job has the id ${command.jobId}.`, ['id']);
    const { name } = job.spec;
    if (job.wanted === 'CANCELLED') return refused('JOB_CANCELLED', `The job ${name} was cancelled.`, ['id']);
    switch (command.ask) {
      case 'pause':
        return { accepted: true, job: { ...job, wanted: 'PAUSED' } };
      case 'resume':
        return { accepted: true, job: { ...job, wanted: 'RUNNING', sinceMs: resumedAt(job, command.atMs) } };
      case 'cancel':
        return { accepted: true, job: { ...job, wanted: 'CANCELLED', lastFigures: command.figures ?? null } };
      case 'replace':
        return replaced(job, command.spec, command.atMs);
    }
  }
}

export const NAME_PLACE: readonly string[] = ['input', 'name'];

/** Resuming what runs changes nothing. */
function resumedAt({ wanted, sinceMs }: SubmittedJob, atMs: number): number {
  return wanted === 'RUNNING' ? sinceMs : atMs;
}

function replaced(job: SubmittedJob, spec: JobSpec, atMs: number): CommandOutcome {
  if (spec.name !== job.spec.name) {
    const message = `The job is named ${job.spec.name}; a job of another name is submitted, not replaced.`;
    return refused('STATE_DOES_NOT_FIT', message, NAME_PLACE);
  }
  const [had, has] = [stateShapeOf(job.spec), stateShapeOf(spec)];
  const differing = Object.keys(had).filter((part) => had[part] !== has[part]);
  if (differing.length > 0) {
    const message = `What the job has counted so far does not fit: ${differing.join(', ')} differ. Cancel it and submit it under this or another name to begin anew.`;
    return refused('STATE_DOES_NOT_FIT', message, null);
  }
  const webhookSinceMs = job.spec.sinks.webhook === null ? atMs : job.webhookSinceMs;
  return { accepted: true, job: { ...job, spec, version: job.version + 1, sinceMs: atMs, webhookSinceMs } };
}

function refused(code: JobRefusal['code'], message: string, field: readonly string[] | null): CommandOutcome {
  return { accepted: false, refusal: { code, message, field } };
}
