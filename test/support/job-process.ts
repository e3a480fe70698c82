/**
 * A process that runs the gap job on the embedded log of a folder, and is killed by its test. Run as:
 * node --import tsx test/support/job-process.ts <folder> <what time has come to> <kill after this many commits>
 *
 * It kills itself in the middle of a step whose commit was begun and not answered, so that some of them are on disk and some are not.
 */
import { testJob } from './gap-operator.ts';
import { openJobs } from './running-jobs.ts';

const [dir = '', publishedMs = '', killAfter = ''] = process.argv.slice(2);
let commits = 0;
const jobs = await openJobs({
  dir,
  partitions: 2,
  runner: { stepRecordsMax: 40 },
  around: (work) => ({
    ...work,
    join: (options) =>
      work.join({
        ...options,
        open: async (place, state) => {
          const task = await options.open(place, state);
          return {
            ...task,
            step: async (records, transaction) => {
              await task.step(records, transaction);
              if (++commits >= Number(killAfter)) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
            },
          };
        },
      }),
  }),
});
jobs.publish(Number(publishedMs));
await jobs.runner.start(testJob());
