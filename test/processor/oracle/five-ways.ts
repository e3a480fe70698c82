import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobSpec } from '../../../src/model/jobs/job-spec.ts';
import { askOracle, type Row, type Run } from './ask-oracle.ts';
import { killAgainAndAgain } from './kill-again-and-again.ts';
import { type LogPlace, takesManyMembers } from './log-at.ts';
import { openProcessing, type Processing, type ProcessingOptions, type WrittenRecord } from './processing.ts';
import { type Recorded, recordScenario, writeRecording } from './recording.ts';
import { scenarioOf } from './scenario.ts';
import { bytesByJob, comparable, difference, jobOf, rowsOf } from './written-rows.ts';

export interface FiveWays {
  readonly runs: readonly Run[];
  readonly jobs: readonly (JobSpec | string)[];
  /**
   * Those with a key of their own: what is there in the end is the same. In which order, and after how many corrections, may depend on which
   * partition was read first.
   */
  readonly reKeyedJobs: readonly JobSpec[];
  readonly kills: number;
  /** A member lives at most this long before it is killed. */
  readonly lifeMsMax: number;
  /** True: what comes in is there before anybody is killed, since it would not be known what a killed member had sent. */
  readonly fedBefore: boolean;
  /** A log that nothing is in yet. `dir` is empty, and deleted afterwards. */
  readonly newPlace: (dir: string) => LogPlace;
}

/**
 * The same events in five ways: what jobs wrote is what the oracle says, to the row, and in each way the same bytes in the same order as when
 * nothing happened; of jobs with a key of their own the same rows.
 */
export function fiveWays(ways: FiveWays): void {
  const { runs, reKeyedJobs, kills, lifeMsMax, fedBefore, newPlace } = ways;
  const jobs = [...ways.jobs, ...reKeyedJobs];
  const reKeyed = new Set(reKeyedJobs.map(({ name }) => name));
  describe.each(runs.map((run) => [nameOf(run), run] as const))('%s', (_, { seed, threads }) => {
    let dir: string;
    let recording: string;
    let recorded: readonly Recorded[];
    let undisturbed: readonly WrittenRecord[];

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'lakegate-oracle-'));
      recording = join(dir, 'recording.jsonl');
      recorded = await recordScenario(scenarioOf(seed));
      await writeRecording(recording, recorded);
      undisturbed = await processed({}, async (processing) => {
        await processing.join();
        await processing.feed(recorded.length);
      });
    }, TIMEOUT_MS);
    afterAll(() => rm(dir, { recursive: true, force: true }));

    test('undisturbed: every row is what the oracle says', async () => {
      const expected = comparable(await askOracle({ recording, jobs }));
      expect(difference(comparable(rowsOf(undisturbed).map(asCompared)), expected)).toEqual([]);
      expect(expected.length).toBeGreaterThan(100 * jobs.length);
    });

    test(`killed ${kills} times: the same bytes`, { timeout: TIMEOUT_MS * (1 + kills / 4) }, async () => {
      const place = newPlace(await mkdtemp(join(dir, 'killed-')));
      const jobsFile = join(dir, 'jobs.json');
      await writeFile(jobsFile, JSON.stringify(jobs));
      if (fedBefore) {
        const feeding = await open(place);
        await feeding.feed(recorded.length);
        await feeding.close();
      }
      await killAgainAndAgain({ place, recording, lines: recorded.length, jobsFile, threads, kills, lifeMsMax, seed });
      const processing = await open(place);
      const written = await processing.written();
      await processing.close();
      expect(difference(outcome(written), outcome(undisturbed))).toEqual([]);
    });

    test('one member, then three, then two: the same bytes', { timeout: TIMEOUT_MS }, async () => {
      const written = await processed({ stepRecordsMax: 20 }, async (processing, place) => {
        if (takesManyMembers(place, threads)) await membersComeAndGo(processing);
        else await threadsComeAndGo(processing);
      });
      expect(difference(outcome(written), outcome(undisturbed))).toEqual([]);
    });

    async function membersComeAndGo(processing: Processing): Promise<void> {
      const first = await processing.join();
      await processing.feed(part(1));
      await Promise.all([processing.join(), processing.join()]);
      await processing.feed(part(2));
      await first.stop();
      await processing.feed(recorded.length);
    }

    /** How many there are of them is said when a process starts. */
    async function threadsComeAndGo(processing: Processing): Promise<void> {
      for (const [count, upTo] of [
        [1, part(1)],
        [3, part(2)],
      ] as const) {
        const member = await processing.join(count);
        await processing.feed(upTo);
        await member.stop();
      }
      await processing.join(2);
      await processing.feed(recorded.length);
    }

    test('replayed from the first record: the same bytes', { timeout: TIMEOUT_MS }, async () => {
      const byTopic = [...recorded].sort((a, b) => rank(a) - rank(b));
      const written = await processed({ recorded: byTopic }, async (processing) => {
        await processing.feed(byTopic.length);
        await processing.join();
      });
      expect(difference(outcome(written), outcome(undisturbed))).toEqual([]);
    });

    test('stopped and resumed: the same bytes', { timeout: TIMEOUT_MS }, async () => {
      const place = newPlace(await mkdtemp(join(dir, 'stopped-')));
      const before = await open(place, { stepRecordsMax: 50 });
      const member = await before.join();
      await before.feed(part(1));
      await member.pause();
      await before.feed(part(2));
      await member.resume();
      await before.close();
      const after = await open(place);
      await after.join();
      await after.feed(recorded.length);
      await after.finished();
      const written = await after.written();
      await after.close();
      expect(difference(outcome(written), outcome(undisturbed))).toEqual([]);
    });

    /** A row of a job with a key of its own has no revision that could be compared. */
    function asCompared(row: Row): Row {
      if (!reKeyed.has(row.job)) return row;
      const { revision: _, ...rest } = row;
      return rest as Row;
    }

    function outcome(written: readonly WrittenRecord[]): readonly string[] {
      const isReKeyed = (record: WrittenRecord) => reKeyed.has(jobOf(record));
      const rows = rowsOf(written.filter(isReKeyed)).map(asCompared);
      return [...bytesByJob(written.filter((record) => !isReKeyed(record))), ...comparable(rows)];
    }

    function part(thirds: number): number {
      return Math.floor((recorded.length * thirds) / 3);
    }

    function open(place: LogPlace, change: Partial<ProcessingOptions> = {}): Promise<Processing> {
      return openProcessing({ place, recorded, jobs, threads, ...change });
    }

    async function processed(
      change: Partial<ProcessingOptions>,
      happens: (processing: Processing, place: LogPlace) => Promise<void>,
    ): Promise<readonly WrittenRecord[]> {
      const place = newPlace(await mkdtemp(join(dir, 'log-')));
      const processing = await open(place, change);
      await happens(processing, place);
      await processing.finished();
      const written = await processing.written();
      await processing.close();
      return written;
    }
  });
}

const TIMEOUT_MS = 900_000;

function nameOf({ seed, threads }: Run): string {
  return `seed ${seed} on ${threads === 0 ? 'the main thread' : `${threads} threads`}`;
}

/** The records of one topic, then those of the other, then what was published. */
function rank(recorded: Recorded): number {
  if (recorded.type === 'watermark') return 2;
  return recorded.topic === 'transactions' ? 0 : 1;
}
