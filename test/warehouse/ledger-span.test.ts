import { expect, test } from 'vitest';
import type { Log, StoredRecord } from '../../src/log/log.ts';
import { recordHead } from '../../src/model/record-format.ts';
import { countedSpan, PartitionCount, RecordCounts } from '../../src/warehouse/ledger-span.ts';

/** What a log with holes hands out: records at these offsets, numbered in their order or not at all. */
function logWithHoles(offsets: readonly bigint[], numbered: boolean): Log & { readonly reads: bigint[] } {
  const records = offsets.map((offset, index): StoredRecord => {
    const sequence = numbered ? BigInt(index) : null;
    const head = { tenant: 'default', timeUs: 0n, receivedAtMs: 0, watermarkMs: null, sequence, compositeId: null };
    const value = Buffer.from(`${recordHead(head)}"id":"${offset}"}`);
    return { key: '', timeMs: 0, appendedAtMs: 0, offset, value };
  });
  const reads: bigint[] = [];
  const unused = () => {
    throw new Error('nobody asks for this here');
  };
  return {
    reads,
    contiguousOffsets: false,
    async *read(_topic, _partition, from) {
      reads.push(from);
      for (const record of records.filter(({ offset }) => offset >= from)) yield [record];
    },
    createTopic: unused,
    topics: unused,
    append: unused,
    ends: unused,
    onAppended: unused,
    health: unused,
    close: unused,
  };
}

const OFFSETS = [0n, 1n, 2n, 5n, 6n, 40n, 41n];

test('a span of a log with holes has as many events as its records say, wherever it begins and ends', async () => {
  const log = logWithHoles(OFFSETS, true);
  const events = async (from: bigint, next: bigint) => {
    const span = await countedSpan(log, 't', { partition: 0, from, next });
    return span === null ? null : [span.sequences.from, span.sequences.next];
  };
  expect(await events(0n, 42n)).toEqual([0n, 7n]);
  expect(await events(0n, 43n)).toEqual([0n, 7n]);
  // Between 7 and 39 there are marks only.
  expect(await events(0n, 40n)).toEqual([0n, 5n]);
  expect(await events(3n, 41n)).toEqual([3n, 6n]);
  expect(await events(0n, 0n)).toEqual([0n, 0n]);
  expect(await events(7n, 30n)).toEqual([0n, 0n]);
});

test('a span whose records carry no number says so', async () => {
  const log = logWithHoles(OFFSETS, false);
  expect(await countedSpan(log, 't', { partition: 0, from: 0n, next: 42n })).toBeNull();
});

test('records are counted between any two offsets, and a record is read once however often is asked', async () => {
  const log = logWithHoles(OFFSETS, false);
  const counts = new RecordCounts(log);
  for (let next = 0n; next <= 45n; next++) {
    const count = await counts.readUpTo('t', 0, next);
    for (let from = 0n; from <= next; from++) {
      expect(count.between(from, next)).toBe(BigInt(OFFSETS.filter((at) => at >= from && at < next).length));
    }
  }
  expect(log.reads.filter((from) => from === 0n)).toHaveLength(1);
});

test('a record that is handed over twice counts once', () => {
  const count = new PartitionCount();
  for (const offset of [3n, 4n, 4n, 3n, 5n]) count.add(offset);
  expect(count.between(0n, 10n)).toBe(3n);
});
