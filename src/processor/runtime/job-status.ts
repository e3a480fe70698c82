import type { Job, JobMode } from '../job.ts';

/** What a job is found by: names are unique in a tenant, and among the jobs of all tenants. */
export type JobName = Pick<Job, 'name' | 'tenant'>;

export interface JobStatus extends JobName {
  /** Unique over all tenants. */
  readonly id: string;
  readonly version: number;
  readonly mode: JobMode;
  readonly builtIn: boolean;
  readonly status: JobState;
  /** Since it was started or resumed in this process; 0 while it does not run. */
  readonly uptimeMs: number;
  /** Events of its tenant that it read, those that its filter left out too. Over its whole life, like the others that count. */
  readonly recordsProcessed: number;
  /** A second, over the last minute. */
  readonly recordsPerSecond: number;
  /** Records that are there and not yet taken. */
  readonly lag: number;
  /** How far event time has come in all of its partitions; null before there is a watermark in one of them. */
  readonly watermarkMs: number | null;
  readonly late: number;
  readonly stateKeys: number;
  readonly stateBytes: number;
  readonly checkpoints: {
    readonly count: number;
    readonly lastAtMs: number | null;
    readonly durationMs: number | null;
  };
  /** Why it failed, or why it is not getting on at the moment. */
  readonly error: string | null;
}

export type JobState = 'STARTING' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'CANCELLED';

/** As it stands in the names of topics and groups, where only letters, digits, dots, underscores and hyphens may. */
export function jobId({ name, tenant }: JobName): string {
  return tenant === null ? plain(name) : `${plain(tenant)}.${plain(name)}`;
}

/** Different texts stay different: what is written is a hyphen where a name has one, and code points between underscores elsewhere. */
function plain(text: string): string {
  return text.replace(/[^a-zA-Z0-9-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}
