import { compileDeclarations } from '../../src/model/declare/compile-declarations.ts';
import { formatDiagnostic } from '../../src/model/declare/mistakes.ts';
import type { EventModel } from '../../src/model/event-model.ts';

/** The model of declarations written in a test; a mistake in them fails the test with the compiler's own words. */
export function compiled(text: string): EventModel {
  const result = compileDeclarations([{ file: 'test.graphql', text }]);
  if (!result.ok) throw new Error(result.diagnostics.map(formatDiagnostic).join('\n'));
  return result.model;
}
