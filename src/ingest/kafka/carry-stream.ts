import type { KafkaLog } from '../../log/kafka-log.ts';
import type { Log, StoredRecord } from '../../log/log.ts';
import { LakegateError } from '../../platform/errors.ts';

/**
 * Carries a stream of one partition over that nobody numbers. What is there already must be its beginning, as an earlier run left it. Returns
 * how many records are there then.
 */
export async function carryStream(from: Log, to: KafkaLog, topic: string): Promise<bigint> {
  const there = allOf(to, topic)[Symbol.asyncIterator]();
  let carried = 0n;
  let isBehind = true;
  let waiting: StoredRecord[] = [];
  for await (const record of allOf(from, topic)) {
    const next = isBehind ? await there.next() : null;
    if (next !== null && next.done !== true) {
      if (!Buffer.from(next.value.value).equals(record.value)) throw otherRecords(topic);
    } else {
      isBehind = false;
      waiting.push(record);
      if (waiting.length >= APPEND_RECORDS) waiting = await append(to, topic, waiting);
    }
    carried++;
  }
  if (isBehind && (await there.next()).done !== true) throw otherRecords(topic);
  await append(to, topic, waiting);
  return carried;
}

const APPEND_RECORDS = 500;

async function append(to: KafkaLog, topic: string, records: readonly StoredRecord[]): Promise<StoredRecord[]> {
  await to.append(
    topic,
    records.map(({ key, timeMs, value }) => ({ key, timeMs, value })),
  );
  return [];
}

async function* allOf(log: Log, topic: string): AsyncGenerator<StoredRecord> {
  const first = (await log.ends(topic))[0]?.first ?? 0n;
  const reading = log.read(topic, 0, first, { signal: new AbortController().signal, follow: false });
  for await (const records of reading) yield* records;
}

function otherRecords(topic: string): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message: `The topic ${topic} on Kafka holds other records already. Nothing more was changed; carry over into topics that are not there yet, or set LAKEGATE_KAFKA_PREFIX to another.`,
  });
}
