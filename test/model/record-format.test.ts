import { expect, test } from 'vitest';
import { type RecordHead, recordHead, sequenceOf, watermarkOf } from '../../src/model/record-format.ts';

const HEAD: RecordHead = {
  tenant: 'default',
  timeUs: 1n,
  receivedAtMs: 2,
  watermarkMs: 3,
  sequence: null,
  compositeId: null,
};
const record = (head: RecordHead) => Buffer.from(`${recordHead(head)}"id":"a"}`);

test('a record says which event of its partition it is, up to the last number of 64 bits', () => {
  for (const sequence of [0n, 7n, 2n ** 64n - 1n]) expect(sequenceOf(record({ ...HEAD, sequence }))).toBe(sequence);
});

test('a record that nobody numbered has no sequence and not a byte more', () => {
  expect(sequenceOf(record(HEAD))).toBeNull();
  expect(record(HEAD).toString()).not.toContain('_sequence');
});

test('what an event says of itself is never taken for its number', () => {
  expect(sequenceOf(record({ ...HEAD, tenant: '"_sequence":5,' }))).toBeNull();
  expect(sequenceOf(Buffer.from('{"a":{"_sequence":5,"b":1}}'))).toBeNull();
});

test('the watermark of a numbered record is read as before', () => {
  expect(watermarkOf(record({ ...HEAD, sequence: 12n }))).toBe(3);
});
