import { expect, test } from 'vitest';
import { JsonBytes } from '../../src/platform/json-bytes.ts';

const bytes = new JsonBytes();

test('every letter is written as JSON.stringify writes it, alone and among others', () => {
  for (let code = 0; code <= 0xffff; code++) {
    const letter = String.fromCharCode(code);
    for (const text of [letter, `ab${letter}c`]) {
      const written = bytes.begin().raw('[').text(text).finish().toString();
      if (written !== `[${JSON.stringify(text)}`) expect.unreachable(`U+${code.toString(16)}`);
    }
  }
  for (const text of ['', 'a "b"', 'a\\', 'ü😀', '\ud83d', '\u2028', 'x'.repeat(10_000), 'ü'.repeat(10_000)])
    expect(bytes.begin().text(text).raw('é').finish().toString()).toBe(`${JSON.stringify(text)}é`);
});

test('whole numbers are written as JSON.stringify writes them', () => {
  const borders = Array.from({ length: 16 }, (_, digits) => 10 ** digits);
  for (const border of [...borders, Number.MAX_SAFE_INTEGER, 1_795_264_000_000_001, 2 ** 31, 2 ** 32])
    for (const value of [border - 1, border, border + 1, -border, border * 1_000_001])
      expect(bytes.begin().whole(value).finish().toString()).toBe(JSON.stringify(value));
});

test('what is not a whole number is refused', () => {
  for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => bytes.begin().whole(value)).toThrow('expected a whole number');
});

test('what was finished stays as it is, however much is written behind it', () => {
  const texts = Array.from({ length: 500 }, (_, each) => `${each} ${'é'.repeat((each * 37) % 3_000)}`);
  const written = texts.map((text) => bytes.begin().raw('[').text(text).raw(']').finish());
  // One that was begun and never finished leaves no trace.
  bytes.begin().raw('"given up');
  const last = bytes.begin().text('last').finish();
  expect(written.map(String)).toEqual(texts.map((text) => JSON.stringify([text])));
  expect(last.toString()).toBe('"last"');
});
