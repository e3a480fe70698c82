import { expect, test } from 'vitest';
import {
  membersOf,
  numberedRecord,
  type RecordHead,
  recordHead,
  sequenceOf,
  tenantOf,
  watermarkOf,
  writeHead,
} from '../../src/model/record-format.ts';
import { JsonBytes } from '../../src/platform/json-bytes.ts';

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

test('a head written as bytes is the same', () => {
  for (const tenant of ['default', 'a "b"', 'é😀'])
    for (const watermarkMs of [null, 1_795_263_990_000]) {
      const written = writeHead(
        { tenant, timeUs: 1_795_264_000_000_001, receivedAtMs: 7, watermarkMs },
        new JsonBytes(),
      );
      const head = { ...HEAD, tenant, timeUs: 1_795_264_000_000_001n, receivedAtMs: 7, watermarkMs };
      expect(written.finish().toString()).toBe(recordHead(head));
    }
});

test('the watermark of a numbered record is read as before', () => {
  expect(watermarkOf(record({ ...HEAD, sequence: 12n }))).toBe(3);
});

test('a stored event is taken apart and numbered as it was put together, whatever its texts hold', () => {
  const nasty = '","_watermark":5,"_id":"x\\",é\ud83d\ude00';
  for (const compositeId of [null, 'a/7', nasty]) {
    const head = { ...HEAD, tenant: nasty, compositeId };
    const members = `"_":${JSON.stringify(nasty)},"id":"a"}`;
    const stored = Buffer.from(recordHead(head) + members);
    expect(tenantOf(stored)).toBe(nasty);
    expect(membersOf(stored).toString()).toBe(`{${members}`);
    const numbered = Buffer.from(recordHead({ ...head, sequence: 9n }) + members);
    expect(numberedRecord(stored, 9n).equals(numbered)).toBe(true);
    expect(membersOf(numbered).equals(membersOf(stored))).toBe(true);
  }
});
