import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEventCursor, encodeEventCursor } from '../../../src/live/events/event-cursor.ts';

const offsets = fc.array(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), { minLength: 4, maxLength: 4 });

test('a cursor says where it was, whatever the offsets', () => {
  fc.assert(
    fc.property(offsets, fc.option(offsets), (next, until) => {
      const cursor = { topic: 'transactions', next, until };
      expect(decodeEventCursor('transactions', 4, encodeEventCursor(cursor))).toEqual(cursor);
    }),
  );
});

test('text with one character changed, or cut, is no cursor', () => {
  const text = encodeEventCursor({ topic: 'transactions', next: [17n, 4n, 0n, 12n], until: null });
  const refused = (wrong: string) => {
    try {
      return decodeEventCursor('transactions', 4, wrong).next.join() === '17,4,0,12';
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_REQUEST' });
      return true;
    }
  };
  for (let at = 0; at < text.length; at++) {
    expect(refused(text.slice(0, at)), text.slice(0, at)).toBe(true);
    const other = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    expect(refused(other), other).toBe(true);
  }
});

test('one of another topic, or of more partitions than there are, is refused; new partitions are read from their beginning', () => {
  const text = encodeEventCursor({ topic: 'sales', next: [1n, 2n], until: null });
  expect(() => decodeEventCursor('transactions', 2, text)).toThrow('transactions');
  expect(() => decodeEventCursor('sales', 1, text)).toThrow('sales');
  expect(decodeEventCursor('sales', 4, text).next).toEqual([1n, 2n, 0n, 0n]);
});
