import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WrittenCompression } from '../../src/log/kafka/codecs.ts';
import { committedRecords } from '../../src/log/kafka/committed-records.ts';
import { crc32c } from '../../src/log/kafka/crc32c.ts';
import { batchesOf, decodeRecords, encodeRecordBatch } from '../../src/log/kafka/record-batch.ts';
import type { HeadedRecord } from '../../src/log/partition-work.ts';

const recordArbitrary: fc.Arbitrary<HeadedRecord> = fc.record({
  key: fc.string({ unit: 'binary', maxLength: 40 }),
  timeMs: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double({ noNaN: true }), fc.integer()),
  value: fc.uint8Array({ maxLength: 300 }),
  headers: fc.dictionary(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 30 })),
});

const compressionArbitrary = fc.constantFrom<WrittenCompression>('none', 'gzip', 'lz4');

function encode(records: readonly HeadedRecord[], compression: WrittenCompression, brokerTime = false): Buffer {
  const producer = { producerId: 7n, producerEpoch: 3, baseSequence: 11 };
  return encodeRecordBatch({ records, compression, producer, nowMs: 1_700_000_000_000, brokerTime });
}

describe('a batch of records', () => {
  test('gives back key, time, bytes and headers of each, however it is compressed', () => {
    fc.assert(
      fc.property(
        fc.array(recordArbitrary, { minLength: 1, maxLength: 20 }),
        compressionArbitrary,
        fc.boolean(),
        (records, compression, brokerTime) => {
          const [batch, ...others] = batchesOf(encode(records, compression, brokerTime));
          expect(others).toEqual([]);
          expect(batch).toMatchObject({ sound: true, producerId: 7n, lastOffset: BigInt(records.length - 1) });
          if (batch === undefined) return;
          const found = decodeRecords(batch, 0n).map(({ key, timeMs, value, headers }) => {
            return { key, timeMs, value: [...value], headers };
          });
          expect(found).toEqual(
            records.map(({ key, timeMs, value, headers }) => {
              // -0 is written as any number is, and 0 is the same time.
              return { key, timeMs: timeMs + 0, value: [...value], headers: { ...headers } };
            }),
          );
        },
      ),
    );
  });

  test('keeps the headers of each record, where they are those of the one before and where they only are as long', () => {
    const [one, other] = [{ from: 'a' }, { from: 'b' }];
    const records = fc.record({
      key: fc.constant('k'),
      timeMs: fc.constantFrom(7, 1.5, 2.5),
      value: fc.constant(Buffer.from('value')),
      headers: fc.constantFrom({}, one, { ...one }, other),
    });
    fc.assert(
      fc.property(fc.array(records, { minLength: 2, maxLength: 8 }), fc.boolean(), (written, brokerTime) => {
        const [batch] = batchesOf(encode(written, 'none', brokerTime));
        const found = batch === undefined ? [] : decodeRecords(batch, 0n);
        expect(found.map(({ timeMs, headers }) => ({ timeMs, headers }))).toEqual(
          written.map(({ timeMs, headers }) => ({ timeMs, headers })),
        );
      }),
    );
  });

  test('is not sound when any bit after its length is flipped, but for the epoch of its leader', () => {
    const bytes = encode([{ key: 'k', timeMs: 1, value: Buffer.from('value'), headers: { h: '1' } }], 'none');
    for (let at = 16; at < bytes.byteLength; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        const [batch] = batchesOf(flipped);
        expect(batch?.sound, `byte ${at}, bit ${bit}`).toBe(false);
      }
    }
  });

  test('that is cut off is left out', () => {
    const bytes = encode([{ key: 'k', timeMs: 1, value: Buffer.from('value') }], 'none');
    for (let length = 0; length < bytes.byteLength; length++) {
      expect([...batchesOf(Buffer.concat([bytes, bytes.subarray(0, length)]))]).toHaveLength(1);
    }
  });

  test('in a way of compression that cannot be read here is refused, with where it is', () => {
    const bytes = encode([{ key: 'k', timeMs: 1, value: Buffer.from('value') }], 'none');
    bytes.writeInt16BE(7, 21);
    bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
    const [batch] = batchesOf(bytes);
    expect(() => batch && decodeRecords(batch, 0n)).toThrow(/offset 0 .* compressed with 7/);
  });
});

describe('what readers may have of an answer', () => {
  const batch = (baseOffset: bigint, text: string) => {
    const bytes = encode([{ key: 'k', timeMs: 1, value: Buffer.from(text) }], 'none');
    bytes.writeBigInt64BE(baseOffset, 0);
    return bytes;
  };
  const damaged = (baseOffset: bigint) => {
    const bytes = batch(baseOffset, 'damaged');
    bytes[70] = (bytes[70] ?? 0) ^ 1;
    return bytes;
  };
  const fetched = (...batches: readonly Buffer[]) => {
    return { errorCode: 0, committedEnd: 9n, first: 0n, aborted: [], batches: Buffer.concat(batches) };
  };

  test('ends before a damaged batch, which is told when it is asked for, and what follows can be had by going on behind it', () => {
    const whole = fetched(batch(4n, 'before'), damaged(5n), batch(6n, 'after'));
    expect(committedRecords(whole, 4n)).toMatchObject({ records: [{ offset: 4n }], next: 5n, damage: null });
    const rest = fetched(damaged(5n), batch(6n, 'after'));
    expect(committedRecords(rest, 5n)).toEqual({ records: [], next: 5n, damage: { from: 5n, through: 6n } });
    expect(committedRecords(rest, 6n)).toMatchObject({ records: [{ offset: 6n }], next: 7n, damage: null });
  });

  test('goes on behind a batch that compaction left without records', () => {
    const empty = batch(4n, 'gone').subarray(0, 61);
    empty.writeInt32BE(49, 8);
    empty.writeInt32BE(2, 23);
    empty.writeInt32BE(0, 57);
    empty.writeUInt32BE(crc32c(empty.subarray(21)), 17);
    expect(committedRecords(fetched(empty), 4n)).toEqual({ records: [], next: 7n, damage: null });
    expect(committedRecords(fetched(empty, batch(7n, 'kept')), 4n)).toMatchObject({
      records: [{ offset: 7n }],
      next: 8n,
    });
  });

  test('that holds bytes and no batch is damaged: asking again would bring the same', () => {
    expect(committedRecords(fetched(Buffer.alloc(100)), 3n).damage).toEqual({ from: 3n, through: 4n });
    expect(committedRecords(fetched(), 3n)).toEqual({ records: [], next: 3n, damage: null });
  });
});

describe('CRC-32C', () => {
  test('is the one of the published examples', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(new Uint8Array(0))).toBe(0);
  });
});
