import { LakegateError } from '../../platform/errors.ts';
import type { Job } from '../job.ts';
import { type JobName, jobId } from './job-status.ts';

/** What cannot be done with a job, wherever it is asked for. */
export function isThere(job: JobName): LakegateError {
  return refused(job, `There is a job named ${job.name} already. Replace it, or cancel it first.`);
}

export function isNotThere(job: JobName): LakegateError {
  return refused(job, `There is no job named ${job.name}.`);
}

export function wasCancelled(job: Job): LakegateError {
  return refused(job, `The job ${job.name} cannot do that: it was cancelled.`);
}

export function notCarried(job: Job, before: Job): LakegateError {
  return refused(
    job,
    `The state of ${before.name} (version ${before.version}) cannot be carried over: its operator, window, pattern or key is another one in version ${job.version}. Cancel it and submit it anew to begin again from the first record.`,
  );
}

function refused(job: JobName, message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message, facts: { job: jobId(job) } });
}
