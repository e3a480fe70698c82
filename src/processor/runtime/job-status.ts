import type { JobFigures } from '../../model/jobs/job-report.ts';
import type { Job, JobMode } from '../job.ts';

/** What a job is found by: names are unique in a tenant, and among the jobs of all tenants. */
export type JobName = Pick<Job, 'name' | 'tenant'>;

export interface JobStatus extends JobName, JobFigures {
  /** Unique over all tenants. */
  readonly id: string;
  readonly version: number;
  readonly mode: JobMode;
  readonly builtIn: boolean;
}

/** As it stands in the names of topics and groups, where only letters, digits, dots, underscores and hyphens may. */
export function jobId({ name, tenant }: JobName): string {
  return tenant === null ? plain(name) : `${plain(tenant)}.${plain(name)}`;
}

/** Different texts stay different: what is written is a hyphen where a name has one, and code points between underscores elsewhere. */
function plain(text: string): string {
  return text.replace(/[^a-zA-Z0-9-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}
