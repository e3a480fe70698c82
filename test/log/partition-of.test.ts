import { describe, expect, test } from 'vitest';
import { murmur2, partitionOf } from '../../src/log/partition-of.ts';

describe('partitionOf', () => {
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %j as Apache Kafka does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  test('takes the hash without its sign, modulo the number of partitions', () => {
    expect(partitionOf('foobar', 7)).toBe((-790332482 & 0x7fffffff) % 7);
    expect(partitionOf('foobar', 1)).toBe(0);
  });

  test('puts a key that is not ASCII where its UTF-8 bytes belong', () => {
    const bytes = Buffer.from('Zürich 東京 🦆');
    expect(partitionOf('Zürich 東京 🦆', 1_000)).toBe((murmur2(bytes) & 0x7fffffff) % 1_000);
  });
});
