import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles, leftOver } from '../codegen.ts';

const ROOT = join(import.meta.dirname, '..');

test('what is generated from schema/ is in the tree as `npm run codegen` makes it now', async () => {
  const files = await generatedFiles();
  const stale = [...files].flatMap(([path, text]) => (textAt(path) === text ? [] : [path]));
  expect(stale, 'run `npm run codegen`').toEqual([]);
  expect(leftOver(files), 'run `npm run codegen`').toEqual([]);
});

test('what is generated is the same every time', async () => {
  expect(await generatedFiles()).toEqual(await generatedFiles());
});

function textAt(path: string): string {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return 'nothing there';
  }
}
