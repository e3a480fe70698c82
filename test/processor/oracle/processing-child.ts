import { readFile } from 'node:fs/promises';
import type { JobSpec } from '../../../src/model/jobs/job-spec.ts';
import { openProcessing } from './processing.ts';
import type { Recorded } from './recording.ts';

/*
 * A member in a process of its own, to be killed: goes on with the recording up to a line, a little slower than it could, says "finished" when that
 * was the last one and everything is done, and stays. Arguments: place of the log, file of the recording, file of the jobs, threads, line.
 */
const [place = '', recordingFile = '', jobsFile = '', threads = '', upTo = ''] = process.argv.slice(2);
const lines = (await readFile(recordingFile, 'utf8')).split('\n').filter((line) => line !== '');
const recorded = lines.map((line): Recorded => JSON.parse(line));
const jobs: readonly (JobSpec | string)[] = JSON.parse(await readFile(jobsFile, 'utf8'));

const processing = await openProcessing({ place, recorded, jobs, stepRecordsMax: 7, threads: Number(threads) });
say('open');
await processing.join();
say('joined');
await processing.feed(Number(upTo), () => new Promise((resolve) => setTimeout(resolve, 1)));
if (Number(upTo) >= recorded.length) {
  await processing.finished();
  await processing.close();
  say('finished');
}

function say(word: string): void {
  process.stdout.write(`${word}\n`);
}
