import { writeFile } from 'node:fs/promises';
import { movedClock } from '../../support/moved-clock.ts';
import { openIngest, type TestIngest } from '../../support/open-ingest.ts';
import { type Arrival, SCENARIO_START_MS, type Scenario } from './scenario.ts';

/**
 * What a scenario became in the log, in the order in which it came to be: records, and watermarks of a kind that were published in between.
 * Positions and watermarks are facts from here on: whoever replays it, into either log, has the same.
 */
export type Recorded =
  | RecordedRecord
  | { readonly type: 'watermark'; readonly topic: string; readonly watermarkMs: number };

export interface RecordedRecord {
  readonly type: 'record';
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly timeMs: number;
  /** The bytes, which are text. */
  readonly record: string;
}

export const PARTITIONS = 4;
/** That something comes into. */
export const TOPICS = ['transactions', 'activities', 'ratings'];

/** Through admission as it is, on a log in a directory of its own, under a clock that goes with the scenario. */
export async function recordScenario(scenario: Scenario): Promise<readonly Recorded[]> {
  const clock = movedClock(SCENARIO_START_MS);
  const ingest = await openIngest({ clock });
  try {
    const recorded: Recorded[] = [];
    const read = new Map<string, number>();
    for (const { atMs, arrivals } of inTicks(scenario)) {
      clock.advance(atMs - clock.nowMs());
      for (const singular of ['transaction', 'activity', 'rating'] as const) {
        const events = arrivals.filter(({ kind }) => kind === singular).map(({ event }) => event);
        if (events.length > 0) await ingest.admit(ingest.kind(singular), events);
      }
      recorded.push(...(await newRecords(ingest, read)));
      recorded.push(...publish(ingest, atMs));
    }
    return recorded;
  } finally {
    await ingest.stop();
  }
}

/** A line for each. What a program in another language reads. */
export async function writeRecording(file: string, recorded: readonly Recorded[]): Promise<void> {
  await writeFile(file, recorded.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/** The clock goes on in steps of at most this, so that watermarks of idle times are published too. */
const TICK_MS = 60_000;

function* inTicks({ arrivals, endsAtMs }: Scenario): Generator<{ atMs: number; arrivals: readonly Arrival[] }> {
  let atMs = SCENARIO_START_MS;
  for (let next = 0; atMs < endsAtMs; ) {
    const first = arrivals[next]?.arrivesAtMs ?? endsAtMs;
    // What comes within a quarter of a second comes together.
    atMs = Math.min(Math.max(first + 250, atMs), atMs + TICK_MS, endsAtMs);
    const from = next;
    while (next < arrivals.length && (arrivals[next]?.arrivesAtMs ?? 0) <= atMs) next++;
    yield { atMs, arrivals: arrivals.slice(from, next) };
  }
}

async function newRecords(ingest: TestIngest, read: Map<string, number>): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for (const topic of TOPICS) {
    for (const { partition, next } of await ingest.log.ends(topic)) {
      const from = read.get(`${topic}/${partition}`) ?? 0;
      if (Number(next) === from) continue;
      read.set(`${topic}/${partition}`, Number(next));
      const options = { signal: new AbortController().signal, follow: false };
      for await (const chunk of ingest.log.read(topic, partition, BigInt(from), options)) {
        for (const { offset, key, timeMs, value } of chunk) {
          const record = Buffer.from(value).toString('utf8');
          found.push({ type: 'record', topic, partition, offset: Number(offset), key, timeMs, record });
        }
      }
    }
  }
  return found;
}

/** As the loader does when everything is loaded. */
function publish(ingest: TestIngest, nowMs: number): readonly Recorded[] {
  return ingest.model.kinds.flatMap((kind): readonly Recorded[] => {
    const watermark = ingest.watermark(kind);
    const before = watermark.publishedMs;
    const loaded = Array.from({ length: PARTITIONS }, (_, partition) => ({
      partition,
      caughtUp: true,
      lastWatermarkMs: null,
    }));
    const candidateMs = watermark.candidateMs(loaded, nowMs);
    if (candidateMs === null || candidateMs === before) return [];
    watermark.publish(candidateMs);
    return [{ type: 'watermark', topic: kind.plural, watermarkMs: candidateMs }];
  });
}
