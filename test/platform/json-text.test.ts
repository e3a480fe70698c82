import { expect, test } from 'vitest';
import { jsonText } from '../../src/platform/json-text.ts';

test('every letter is written as JSON.stringify writes it, alone and among others', () => {
  for (let code = 0; code <= 0xffff; code++) {
    const letter = String.fromCharCode(code);
    if (jsonText(letter) !== JSON.stringify(letter)) expect.unreachable(`U+${code.toString(16)}`);
  }
  for (const text of ['', 'a "b"', 'a\\', 'ü😀', '\ud83d', 'line\n', '\u2028'])
    expect(jsonText(text)).toBe(JSON.stringify(text));
});
