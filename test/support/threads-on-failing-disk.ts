/**
 * Jobs on two threads over a log whose disk fails again and again while events come in. Run as, with the library of failing-disk.c preloaded:
 * node --import tsx test/support/threads-on-failing-disk.ts <folder> <file that makes the disk fail> <how>
 *
 * Says how often each event had to be sent, and ends when all of it was taken.
 */
import { rm, writeFile } from 'node:fs/promises';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import { openThreads } from './job-threads.ts';
import { mixedEvents } from './mixed-events.ts';
import { openJobs, sampleModel } from './running-jobs.ts';
import { until } from './until.ts';

const [dir = '', control = '', fault = ''] = process.argv.slice(2);
const jobs = await openJobs({ dir, partitions: 4 });
const runner = openThreads(jobs.log, dir, { threads: 2, stepRecordsMax: 40 });
for (const job of builtInJobs(sampleModel())) await runner.start(job);
const { transactions } = mixedEvents(900, 9);
const ROUND = transactions.length / 2;
let failures = 0;
for (let round = 0; round < 2; round++) {
  const { commits } = runner.totals();
  const at = round * ROUND;
  await jobs.append(transactions.slice(at, at + ROUND));
  await until(() => runner.totals().commits > commits + 8);
  await writeFile(control, fault);
  // Whether or not there is a step at this moment.
  await expectRefusal(jobs.log.notes.put({ any: Buffer.of(1) }));
  await until(() => jobs.log.health().state === 'read-only');
  await rm(control);
  await until(() => jobs.log.health().state === 'ok');
  failures++;
}
await until(
  () => runner.statuses().every(({ status, lag, error }) => status === 'RUNNING' && lag === 0 && error === null),
  60_000,
);
const taken = runner.statuses().map(({ recordsProcessed }) => recordsProcessed);
await runner.stop(10_000);
await jobs.stop();
process.stdout.write(JSON.stringify({ failures, taken }));

async function expectRefusal(put: Promise<void>): Promise<void> {
  await put.then(
    () => {
      throw new Error('expected a disk that fails');
    },
    () => {},
  );
}
