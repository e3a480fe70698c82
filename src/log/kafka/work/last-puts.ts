import type { PartitionEnd } from '../../log.ts';
import type { Brokers } from '../brokers.ts';
import { Ends } from '../ends.ts';
import { kafkaAway, untilAnswered } from '../kafka-away.ts';
import { readPartition } from '../reader.ts';
import { TOMBSTONE } from '../record-batch.ts';

/** The newest committed value of a key in each partition of a changelog, looked for from the end backwards. Null where there is none. */
export async function lastPuts(
  brokers: Brokers,
  changelog: string,
  key: string,
): Promise<readonly (Uint8Array | null)[]> {
  const ends = await untilAnswered(() => new Ends(brokers).of(changelog), LOOK_MS_MAX);
  return Promise.all(ends.map((end) => lastPut(brokers, changelog, key, end)));
}

/** As long as a member tries to join. */
const LOOK_MS_MAX = 15_000;

async function lastPut(
  brokers: Brokers,
  changelog: string,
  key: string,
  { partition, first, next }: PartitionEnd,
): Promise<Uint8Array | null> {
  const source = { brokers, topic: changelog, partition, closed: AbortSignal.timeout(LOOK_MS_MAX) };
  for (let back = FIRST_LOOK; ; back *= 8n) {
    const from = next - back > first ? next - back : first;
    const found = await newestFrom(source, from, key);
    if (found !== null) return found === TOMBSTONE ? null : found;
    if (from === first) return null;
  }
}

/** What every step puts last is the last record; behind a transaction that was rolled back it is farther. */
const FIRST_LOOK = 4n;

async function newestFrom(
  source: Parameters<typeof readPartition>[0],
  from: bigint,
  key: string,
): Promise<Uint8Array | null> {
  let newest: Uint8Array | null = null;
  for await (const records of readPartition(source, from, { signal: source.closed, follow: false })) {
    newest = records.findLast((record) => record.key === key)?.value ?? newest;
  }
  if (source.closed.aborted) throw kafkaAway(`${source.topic} could not be read within ${LOOK_MS_MAX} ms`);
  return newest;
}
