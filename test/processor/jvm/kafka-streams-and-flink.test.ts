import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javaIsHere } from '../../support/kafka/java-servers.ts';
import { askOracle, describeWithOracle, type Row, seeds } from '../oracle/ask-oracle.ts';
import { MINUTE_MS, PATTERN_JOBS, WINDOW_JOBS } from '../oracle/jobs.ts';
import { type Recorded, recordScenario, writeRecording } from '../oracle/recording.ts';
import { scenarioOf } from '../oracle/scenario.ts';
import { askOtherProcessor } from './other-processors.ts';

/*
 * The oracle is ours. Here Kafka Streams and Flink CEP are asked about the same events, and have to say the same: which windows there are and which
 * late events they take, and which events match. ORACLE_SEEDS asks for more scenarios.
 */

const here = javaIsHere();
if (!here && process.env.LAKEGATE_TEST_ALL === '1') throw new Error('expected a JDK and Maven here: Flink needs both');

const SEEDS = 2;

let dir: string;
/** By the file it is in. */
const recordings = new Map<string, readonly Recorded[]>();

describeWithOracle(`other processors, seeds ${seeds(SEEDS).join(' ')}${here ? '' : ' (need a JDK and Maven)'}`, () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lakegate-opinions-'));
    if (here) for (const seed of seeds(SEEDS)) await record(seed);
  }, 300_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.skipIf(!here)('Kafka Streams makes the same windows of the same events, late ones too', OPTIONS, async () => {
    const windows = await askOtherProcessor<StreamsWindow>('StreamsWindows', await argumentsOf(COMPARABLE_WINDOW_JOBS));
    for (const recording of recordings.keys()) {
      const own = await askOracle({ recording, jobs: COMPARABLE_WINDOW_JOBS, settled: true });
      const expected = own.filter(({ stream }) => stream === 'results').map(windowOf);
      expect(expected.length).toBeGreaterThan(1000);
      expect(
        windows
          .filter((window) => window.recording === recording)
          .map(windowOfStreams)
          .sort(),
      ).toEqual(expected.sort());
    }
  });

  test.skipIf(!here)(
    'Flink CEP finds the same matches in the same events, without the late ones',
    OPTIONS,
    async () => {
      const matches = await askOtherProcessor<FlinkMatch>('FlinkPatterns', await argumentsOf(PATTERN_JOBS));
      for (const [recording, recorded] of recordings) {
        const own = await askOracle({ recording, jobs: PATTERN_JOBS, settled: true });
        const expected = own.filter(({ stream }) => stream === 'alerts').map(matchOf);
        expect(expected.length).toBeGreaterThan(500);
        const found = matches.filter((match) => match.recording === recording);
        expect(chosen(found, recorded).map(matchOfFlink).sort()).toEqual(expected.sort());
      }
    },
  );
});

/**
 * Kafka Streams still joins an event to a session window that takes no events any more, if the two together are long enough. Ours is forgotten when it
 * is over for good. So session windows are compared with a lateness that nothing of a scenario lies just beyond: it comes sooner, or a day later.
 */
const COMPARABLE_WINDOW_JOBS = WINDOW_JOBS.map((job) =>
  job.shape.kind === 'window' && job.shape.window.kind === 'session'
    ? { ...job, late: 'CORRECT' as const, allowedLatenessMs: 12 * 60 * MINUTE_MS }
    : job,
);

const OPTIONS = { timeout: 600_000 };

async function record(seed: number): Promise<void> {
  const file = join(dir, `${seed}.jsonl`);
  const recorded = await recordScenario(scenarioOf(seed));
  await writeRecording(file, recorded);
  recordings.set(file, recorded);
}

async function argumentsOf(jobs: readonly unknown[]): Promise<readonly string[]> {
  const file = join(dir, `jobs-${jobs.length}.json`);
  await writeFile(file, JSON.stringify(jobs));
  return [file, ...recordings.keys()];
}

interface StreamsWindow {
  readonly recording: string;
  readonly job: string;
  readonly key: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly count: number;
  readonly amountSum: Readonly<Record<string, string>>;
}

function windowOf({ job, key, startUs, endUs, values }: Row): string {
  const { count, amountSum } = values as Pick<StreamsWindow, 'count' | 'amountSum'>;
  return JSON.stringify([job, key, startUs, endUs, count, Object.entries(amountSum).sort()]);
}

function windowOfStreams({ job, key, startUs, endUs, count, amountSum }: StreamsWindow): string {
  return JSON.stringify([job, key, startUs, endUs, count, Object.entries(amountSum).sort()]);
}

interface FlinkMatch {
  readonly recording: string;
  readonly job: string;
  readonly key: string;
  /** Ids, by step. */
  readonly steps: readonly (readonly string[])[];
}

function matchOf({ job, key, events }: Row): string {
  return JSON.stringify([job, key, events]);
}

function matchOfFlink({ job, key, steps }: FlinkMatch): string {
  return JSON.stringify([job, key, steps.flat()]);
}

/**
 * Where a step repeats without a bound Flink gives every match: of those with one first event the one that counts is complete first, and of
 * those complete at the same event the one whose first step took most.
 */
function chosen(matches: readonly FlinkMatch[], recorded: readonly Recorded[]): readonly FlinkMatch[] {
  const places = placesOf(recorded);
  const repeats = new Set(PATTERN_JOBS.filter(repeatsWithoutBound).map(({ name }) => name));
  const best = new Map<string, FlinkMatch>();
  for (const match of matches.filter(({ job }) => repeats.has(job))) {
    const name = JSON.stringify([match.job, match.steps[0]?.[0]]);
    const other = best.get(name);
    if (other === undefined || isBetter(match, other, places)) best.set(name, match);
  }
  return [...matches.filter(({ job }) => !repeats.has(job)), ...best.values()];
}

function repeatsWithoutBound({ shape }: (typeof PATTERN_JOBS)[number]): boolean {
  return shape.kind === 'pattern' && shape.pattern.steps.some(({ orMore }) => orMore);
}

function isBetter(one: FlinkMatch, other: FlinkMatch, places: ReadonlyMap<string, number>): boolean {
  const [at, otherAt] = [one, other].map(({ steps }) => places.get(steps.flat().at(-1) ?? '') ?? 0);
  if (at !== otherAt) return (at ?? 0) < (otherAt ?? 0);
  const step = one.steps.findIndex((ids, index) => ids.length !== other.steps[index]?.length);
  return (one.steps[step]?.length ?? 0) > (other.steps[step]?.length ?? 0);
}

/** Of each event among all, by time and then by id. */
function placesOf(recorded: readonly Recorded[]): ReadonlyMap<string, number> {
  const events = recorded.flatMap((one) => (one.type === 'record' ? [JSON.parse(one.record)] : []));
  events.sort((a, b) => a._time - b._time || (a.id < b.id ? -1 : 1));
  return new Map(events.map(({ id }, place) => [id, place]));
}
