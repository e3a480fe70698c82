import type { Diagnostic, EventModel } from '../event-model.ts';
import { checkNames } from './check-names.ts';
import { compileEnum } from './compile-enum.ts';
import type { CompileScope } from './compile-field.ts';
import { compileKind } from './compile-kind.ts';
import { Mistakes } from './mistakes.ts';
import { type DeclarationFile, readDefinitions } from './read-definitions.ts';

type CompileResult =
  | { readonly ok: true; readonly model: EventModel }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * What a folder of declarations means, or everything that is wrong with it. Pure. Kinds and enums are in the order of the files, then as
 * written; an enum may be declared in another file than the kind that uses it.
 */
export function compileDeclarations(files: readonly DeclarationFile[]): CompileResult {
  const mistakes = new Mistakes();
  const definitions = readDefinitions(files, mistakes);
  const enums = new Map(definitions.enums.map((node) => [node.name.value, compileEnum(node, mistakes)]));
  const scope: CompileScope = {
    enums,
    typeNames: new Set([...definitions.types, ...definitions.enums].map((node) => node.name.value)),
    complete: definitions.complete,
    mistakes,
  };
  const enumNodes = new Map(definitions.enums.map((node) => [node.name.value, node]));
  const kinds = definitions.types.flatMap((node) => compileKind(node, enumNodes, scope) ?? []);
  checkNames(definitions.types, definitions.enums, kinds, mistakes);
  if (definitions.complete && definitions.types.length === 0) mistakes.addFound(noKind(files));
  const diagnostics = mistakes.all();
  return diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, model: { kinds: kinds.map((kind) => kind.model), enums } };
}

function noKind(files: readonly DeclarationFile[]): Diagnostic {
  return {
    file: files[0]?.file ?? '*.graphql',
    line: 1,
    column: 1,
    expected: 'at least one type with @event',
    got: files.length === 0 ? 'no .graphql file' : 'none',
    suggestion: null,
  };
}
