import { expect, test } from 'vitest';
import { outcomesText } from '../../src/gateway/report-cache-outcomes.ts';

test('the header says a word for each question, and of very many how many were found: it is short whatever is asked', () => {
  expect(outcomesText(['hit', 'miss', 'hit'])).toBe('hit, miss, hit');
  const many = Array.from({ length: 3000 }, (_, index) => (index % 3 === 0 ? ('hit' as const) : ('miss' as const)));
  expect(outcomesText(many)).toBe('hit 1000, miss 2000');
  expect(outcomesText([...many].slice(0, 21))).toBe('hit 7, miss 14');
});
