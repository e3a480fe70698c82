import type { EventModel } from '../model/event-model.ts';
import { compileSubmittedJob } from './compile-submitted-job.ts';
import type { Job, JobOrigin } from './job.ts';
import { builtInJobs } from './jobs/index.ts';
import { loadJobFiles } from './load-job-files.ts';

/** Makes jobs again from how they came to be, over the same declarations and the same folder: the same jobs, with functions of their own. */
export async function jobsByOrigin(model: EventModel, jobsDir: string | null): Promise<(origin: JobOrigin) => Job> {
  const named = [...builtInJobs(model), ...(jobsDir === null ? [] : await loadJobFiles(jobsDir, model))];
  return (origin) => {
    if (origin.from === 'submitted') return compileSubmittedJob(origin.submitted, model);
    const job = named.find(({ name }) => name === origin.name);
    if (job === undefined) throw new Error(`expected the job ${origin.name} to be there as on the main thread`);
    return job;
  };
}
