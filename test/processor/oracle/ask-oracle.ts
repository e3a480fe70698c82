import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import type { JobSpec } from '../../../src/model/jobs/job-spec.ts';

/** What has to be there in the end: one alert, window, session or late event. */
export type Row = Readonly<Record<string, unknown>> & { readonly stream: string; readonly job: string };

export interface Question {
  /** See `writeRecording`. A file beside it is written. */
  readonly recording: string;
  /** Specifications, and names of built-in jobs. */
  readonly jobs: readonly (JobSpec | string)[];
  /** As if the watermark had passed everything in the end. */
  readonly settled?: boolean;
}

/** The rows that the oracle in Python finds, in no particular order. */
export async function askOracle({ recording, jobs, settled = false }: Question): Promise<readonly Row[]> {
  const jobsFile = `${recording}.jobs.json`;
  await writeFile(jobsFile, JSON.stringify(jobs));
  const args = ['-B', join(import.meta.dirname, 'oracle.py'), recording, jobsFile, ...(settled ? ['settled'] : [])];
  const { stdout } = await promisify(execFile)('python3', args, { maxBuffer: 256 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
}

/** A suite that asks the oracle. Where Python is missing it is named as skipped; LAKEGATE_TEST_ALL=1 makes that a failure. */
export function describeWithOracle(name: string, suite: () => void): void {
  const here = spawnSync('python3', ['--version']).status === 0;
  if (!here && process.env.LAKEGATE_TEST_ALL === '1') throw new Error(`expected Python here: "${name}" needs it`);
  describe.skipIf(!here)(`${name} (needs Python)`, suite);
}

/** The seeds of this run: a few, or as many as ORACLE_SEEDS says, from ORACLE_SEED on. */
export function seeds(few: number): readonly number[] {
  const first = Number(process.env.ORACLE_SEED ?? 1);
  return Array.from({ length: Number(process.env.ORACLE_SEEDS ?? few) }, (_, at) => first + at);
}

/** A scenario, and on how many threads it is processed; 0 is the main thread. */
export interface Run {
  readonly seed: number;
  readonly threads: number;
}

/** Some seeds: even ones on two threads and the others on the main thread, or all on as many as ORACLE_THREADS says. */
export function runs(...seedsToRun: readonly number[]): readonly Run[] {
  const { ORACLE_SEED, ORACLE_SEEDS, ORACLE_THREADS } = process.env;
  const isShort = ORACLE_SEED === undefined && ORACLE_SEEDS === undefined;
  return (isShort ? seedsToRun : seeds(seedsToRun.length)).map((seed) => ({
    seed,
    threads: Number(ORACLE_THREADS ?? (seed % 2 === 0 ? 2 : 0)),
  }));
}

/** How often a member is killed in each scenario: a few times, or as often as ORACLE_KILLS says. */
export function kills(few: number): number {
  return Number(process.env.ORACLE_KILLS ?? few);
}
