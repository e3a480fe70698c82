import { describe, expect, test } from 'vitest';
import { StateReader, StateWriter } from '../../src/processor/state-bytes.ts';

describe('state as bytes', () => {
  const writer = new StateWriter();

  test.each([0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER])(
    'the whole number %d is read as it was written',
    (value) => {
      expect(new StateReader(writer.begin(1).whole(value).finish(), 1).whole()).toBe(value);
    },
  );

  test.each([0, -1, 1, -64, 64, 1_795_264_000_000_000, -1_795_264_000_000_000])(
    'the number %d with its sign too',
    (value) => {
      expect(new StateReader(writer.begin(1).signed(value).finish(), 1).signed()).toBe(value);
    },
  );

  test.each(['', 'ada', 'Zoë', '😀'.repeat(9), 'x'.repeat(40), 'x'.repeat(41), 'ü'.repeat(5000)])(
    'a text of any length and alphabet (%#)',
    (value) => {
      const reader = new StateReader(writer.begin(1).text('before').text(value).text('after').finish(), 1);
      expect([reader.text(), reader.text(), reader.text()]).toEqual(['before', value, 'after']);
    },
  );

  test('what was finished does not change when the writer writes again', () => {
    const first = writer.begin(1).text('ada').finish();
    const before = Buffer.from(first).toString('hex');
    writer.begin(1).text('bob').finish();
    expect(Buffer.from(first).toString('hex')).toBe(before);
  });

  test('state of another format, and state that ends too early, is refused and not guessed at', () => {
    const bytes = writer.begin(2).text('ada').finish();
    expect(() => new StateReader(bytes, 1)).toThrow('expected state of format 1, got 2');
    expect(() => new StateReader(bytes.subarray(0, 3), 2).text()).toThrow('expected 3 bytes of text');
    expect(() => new StateReader(bytes.subarray(0, 1), 2).whole()).toThrow('expected more state');
  });
});
