import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LakegateError } from '../../platform/errors.ts';
import type { EventModel } from '../event-model.ts';
import { compileDeclarations } from './compile-declarations.ts';
import { formatDiagnostic } from './mistakes.ts';
import type { DeclarationFile } from './read-definitions.ts';

/** The kinds declared in a folder's *.graphql files, or BAD_DECLARATION with every mistake, one a line. */
export function loadDeclarations(dir: string): EventModel {
  const result = compileDeclarations(readDeclarationFiles(dir));
  if (result.ok) return result.model;
  const { diagnostics } = result;
  const lines = diagnostics.map((found) => formatDiagnostic({ ...found, file: join(dir, found.file) }));
  throw new LakegateError({
    code: 'BAD_DECLARATION',
    message: `${diagnostics.length} ${diagnostics.length === 1 ? 'mistake' : 'mistakes'} in the declarations:\n${lines.join('\n')}`,
    facts: { dir, mistakes: diagnostics.length },
  });
}

/** Sorted by name, so that the same folder means the same on every file system. */
export function readDeclarationFiles(dir: string): readonly DeclarationFile[] {
  const names = listDir(dir).filter((name) => name.endsWith('.graphql'));
  return names.sort().map((file) => ({ file, text: readFileSync(join(dir, file), 'utf8') }));
}

function listDir(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    throw new LakegateError({
      code: 'BAD_DECLARATION',
      message: `expected a folder of declarations at ${dir}, got none that can be read`,
      cause,
    });
  }
}
