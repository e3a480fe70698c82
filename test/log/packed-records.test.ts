import { expect, test } from 'vitest';
import {
  addToDraft,
  decodeBatchHeader,
  decodeRecords,
  emptyDraft,
  encodeBatch,
  packedRecords,
} from '../../src/log/embedded/batch-format.ts';
import { valueBytesOf } from '../../src/log/packed-record.ts';

test('a packed record says what the record says, wherever in the batch reading began', () => {
  const draft = emptyDraft();
  for (const [at, value] of ['{"a":1}', '', 'é😀', 'x'.repeat(5_000)].entries())
    addToDraft(draft, `default/ü-${at}`, 1_795_264_000_000.5 + at, Buffer.from(value));
  const made = { topicNumber: 3, partition: 2, baseOffset: 7n, recordCount: 4, appendedAtMs: 1_795_264_000_123 };
  const bytes = encodeBatch(draft, made);
  const header = decodeBatchHeader(bytes);
  expect(header).toEqual(made);
  for (let from = 0; from <= 4; from++) {
    const packed = packedRecords(bytes, made, from).map((record) => {
      const { key, timeMs, value, offset, appendedAtMs } = record;
      expect(valueBytesOf(record)).toBe(value.byteLength);
      expect(bytes.subarray(record.from, record.to).equals(value)).toBe(true);
      return { key, timeMs, value, offset, appendedAtMs };
    });
    expect(packed).toEqual(decodeRecords(bytes, made, from));
    expect(packed.length).toBe(4 - from);
  }
});
