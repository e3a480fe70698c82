import { expect, test } from 'vitest';
import {
  decodeChange,
  decodeState,
  encodeChange,
  type PartitionChange,
} from '../../src/ingest/kafka/partition-state.ts';
import { decodePlace, encodePlace } from '../../src/ingest/kafka/stored-place.ts';
import { claimKeyOf } from '../../src/log/claim-store.ts';

const CHANGE: PartitionChange = {
  firstOffset: 2n ** 60n,
  claims: ['a', '', 'é'].map((claim, n) => ({ claimKey: claimKeyOf(claim), fingerprint: 2n ** 64n - 1n - BigInt(n) })),
  state: {
    inputNext: 2n ** 61n,
    sequenceNext: 2n ** 62n,
    outputNext: 2n ** 63n,
    watermark: { newestTimeMs: 1_795_264_000_000, raisedMs: null },
  },
};

test('a record of the changelog says what was written into it, with claims and without', () => {
  expect(decodeChange(encodeChange(CHANGE))).toEqual(CHANGE);
  const { watermark: _, ...state } = CHANGE.state;
  const quiet = { firstOffset: 0n, claims: [], state: { ...state, watermark: { newestTimeMs: null, raisedMs: 5 } } };
  expect(decodeChange(encodeChange(quiet))).toEqual(quiet);
  expect(decodeState(encodeChange(CHANGE))).toEqual(CHANGE.state);
});

test('a record of another version, or that was cut, is refused and never guessed at', () => {
  const bytes = encodeChange(CHANGE);
  const other = Buffer.from(bytes);
  other[0] = 2;
  const corrupt = expect.objectContaining({ code: 'LOG_CORRUPT' });
  for (const broken of [other, bytes.subarray(0, -1), bytes.subarray(0, 20), Buffer.alloc(0)]) {
    expect(() => decodeChange(broken)).toThrow(corrupt);
  }
});

test('what is noted with claims on disk is of one record of the changelog and of no other', () => {
  const value = encodeChange(CHANGE);
  const noted = decodePlace(encodePlace({ offset: 7n, value }));
  expect([noted.offset, noted.state]).toEqual([7n, CHANGE.state]);
  expect(noted.isOf(value)).toBe(true);
  expect(noted.isOf(encodeChange({ ...CHANGE, firstOffset: 1n }))).toBe(false);
});
