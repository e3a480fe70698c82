import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMetricsCursor, encodeMetricsCursor } from '../../../src/live/metrics/metrics-cursor.ts';

const CURSOR = { question: 0x1234_5678_9abc_def0n, epoch: 0xffff_ffff_ffff_ffffn, sequence: 2 ** 48 - 1 };

test('a cursor is read as it was written', () => {
  expect(decodeMetricsCursor(encodeMetricsCursor(CURSOR))).toEqual(CURSOR);
  expect(decodeMetricsCursor(encodeMetricsCursor({ question: 0n, epoch: 0n, sequence: 0 })).sequence).toBe(0);
});

test('a cursor with one character changed, added or left out is refused with what was expected', () => {
  const text = encodeMetricsCursor(CURSOR);
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'A' ? 'B' : 'A';
    for (const wrong of [text.slice(0, at) + other + text.slice(at + 1), text.slice(0, at) + text.slice(at + 1)]) {
      expect(() => decodeMetricsCursor(wrong)).toThrow(/after: expected a cursor/);
    }
  }
});

test('any other text is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeMetricsCursor(text)).toThrow(/after: expected a cursor/);
    }),
  );
});
