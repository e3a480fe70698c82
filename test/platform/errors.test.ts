import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REJECTION_CODES, REQUEST_ERROR_CODES } from '../../src/platform/errors.ts';

test('every error code is documented with its cause and what to do, and no other', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const entries = page.split(/^### /m).slice(1);
  const codes = entries.map((entry) => entry.split('\n')[0]);
  expect(codes).toEqual([...REQUEST_ERROR_CODES, ...REJECTION_CODES]);
  for (const entry of entries) {
    expect(entry).toMatch(/^\*\*Cause:\*\* \S/m);
    expect(entry).toMatch(/^\*\*What to do:\*\* \S/m);
  }
});
