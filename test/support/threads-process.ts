/**
 * A process that runs the product's jobs on two threads over the events of a folder, and kills itself. Run as:
 * node --import tsx test/support/threads-process.ts <folder> <kill after this many commits>
 */
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import { openThreads } from './job-threads.ts';
import { openJobs, sampleModel } from './running-jobs.ts';
import { until } from './until.ts';

const [dir = '', killAfter = ''] = process.argv.slice(2);
/** Threads tell what they did now and then: so small that some thousand commits are there, many times what is done between two words. */
const STEP_RECORDS_MAX = 4;
const jobs = await openJobs({ dir, partitions: 4 });
const runner = openThreads(jobs.log, dir, { threads: 2, stepRecordsMax: STEP_RECORDS_MAX });
for (const job of builtInJobs(sampleModel())) void runner.start(job);
await until(() => runner.totals().commits >= Number(killAfter), 60_000);
process.kill(process.pid, 'SIGKILL');
