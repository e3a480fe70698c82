import { expect, test } from 'vitest';
import { InternedTexts } from '../../src/platform/interned-texts.ts';
import { randomFrom } from '../support/random.ts';

test('whatever was there before, a text is what its bytes say', () => {
  const random = randomFrom(1);
  // So few places that nearly every text drives another out.
  const texts = new InternedTexts(4);
  const letters = ['a', 'b', '/', '7', '"', 'é', 'Ã', '©', '日', '😀', '\u0000', ''];
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: random(i % 10 === 0 ? 60 : 5) }, () => letters[random(letters.length)]).join('');
    const before = 'x'.repeat(random(3));
    const bytes = Buffer.from(`${before}${text}yz`);
    expect(texts.at(bytes, before.length, bytes.length - 2)).toBe(text);
  }
});
