import type { CommandOutcome, JobRefusal, SubmittedJob } from './job-board.ts';
import type { JobTotals } from './job-report.ts';
import type { JobSpec } from './job-spec.ts';

/**
 * Where jobs are asked for and looked at. It speaks to the members that run them through the log alone, so that a gateway needs to know none of
 * them, and what was submitted outlives every process.
 */
export interface JobDesk {
  /** Resolves when the command is durable and everybody who reads the log decides the same about it. */
  submit(tenant: string, spec: JobSpec): Promise<CommandOutcome>;
  replace(tenant: string, id: string, spec: JobSpec): Promise<CommandOutcome>;
  pause(tenant: string, id: string): Promise<CommandOutcome>;
  resume(tenant: string, id: string): Promise<CommandOutcome>;
  cancel(tenant: string, id: string): Promise<CommandOutcome>;
  /** Of the tenant, those that come with the product first. */
  list(tenant: string): Promise<readonly JobEntry[]>;
  find(tenant: string, id: string): Promise<JobEntry | null>;
  /** What is wrong with the spec; empty where it can run. */
  check(spec: JobSpec): readonly SpecFault[];
  /** Why `submit` would refuse the name as things stand; null where it would not. Of two at one moment only `submit` decides. */
  nameTaken(tenant: string, name: string): JobRefusal | null;
}

export interface JobEntry {
  readonly id: string;
  readonly name: string;
  /** Null for a job that comes with the product. */
  readonly submitted: SubmittedJob | null;
  /** Null while no member has spoken of it. */
  readonly totals: JobTotals | null;
}

export interface SpecFault {
  readonly message: string;
  /** Where in JobInput. */
  readonly field: readonly string[];
}
