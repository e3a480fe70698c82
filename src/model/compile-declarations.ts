import { type EnumTypeDefinitionNode, GraphQLError, Kind, type ObjectTypeDefinitionNode, parse, Source } from 'graphql';
import { Claims } from './claims.ts';
import { compileEnum } from './compile-enum.ts';
import type { CompileScope } from './compile-field.ts';
import { type CompiledKind, compileKind } from './compile-kind.ts';
import type { Diagnostic, EventModel } from './event-model.ts';
import { Mistakes } from './mistakes.ts';
import { capitalised, filterName, rootFieldsOf, typeNamesOf } from './names.ts';
import { RESERVED_PLURALS, RESERVED_ROOT_FIELDS, RESERVED_TYPES } from './reserved-names.ts';

export interface DeclarationFile {
  readonly file: string;
  readonly text: string;
}

export type CompileResult =
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
  checkNames(definitions, kinds, mistakes);
  if (definitions.complete && definitions.types.length === 0) mistakes.addFound(noKind(files));
  const diagnostics = mistakes.all();
  return diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, model: { kinds: kinds.map((kind) => kind.model), enums } };
}

interface Definitions {
  readonly types: readonly ObjectTypeDefinitionNode[];
  readonly enums: readonly EnumTypeDefinitionNode[];
  /** False when a file could not be parsed. */
  readonly complete: boolean;
}

function readDefinitions(files: readonly DeclarationFile[], mistakes: Mistakes): Definitions {
  const types: ObjectTypeDefinitionNode[] = [];
  const enums: EnumTypeDefinitionNode[] = [];
  let complete = true;
  for (const file of files) {
    if (isBlank(file.text)) continue;
    const document = parseFile(file, mistakes);
    if (document === null) complete = false;
    for (const node of document?.definitions ?? []) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION) types.push(node);
      else if (node.kind === Kind.ENUM_TYPE_DEFINITION) enums.push(node);
      else
        mistakes.add(node, {
          expected: 'only type and enum in declarations',
          got: node.kind.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase(),
        });
    }
  }
  return { types, enums, complete };
}

/** Comments alone are a file to be filled in, not a mistake; the parser would ask for a definition. */
function isBlank(text: string): boolean {
  return text.replace(/#.*/g, '').replace(/[\s,\uFEFF]+/g, '') === '';
}

function parseFile({ file, text }: DeclarationFile, mistakes: Mistakes) {
  try {
    return parse(new Source(text, file));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    mistakes.addFound(syntaxDiagnostic(file, error));
    return null;
  }
}

/** The parser stops at the first thing it cannot read, so that there is one such mistake a file. */
function syntaxDiagnostic(file: string, error: GraphQLError): Diagnostic {
  const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
  const text = error.message.replace(/^Syntax Error: /, '').replace(/\.$/, '');
  const [, expected, got] = /^Expected (.+), found (.+)$/.exec(text) ?? [];
  const found = got ?? text.replace(/^Unexpected /, '');
  return { file, line, column, expected: expected ?? 'GraphQL type definitions', got: found, suggestion: null };
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

/** Every name that declarations put into the API, once, and none that the product has. */
function checkNames(definitions: Definitions, kinds: readonly CompiledKind[], mistakes: Mistakes): void {
  const types = claimed(RESERVED_TYPES, mistakes);
  for (const node of definitions.types) types.claim(node.name, node.name.value, `type ${node.name.value}`);
  for (const node of definitions.enums) types.claim(node.name, node.name.value, `enum ${node.name.value}`);
  for (const node of definitions.enums) {
    types.claim(node.name, filterName(node.name.value), `what comes from enum ${node.name.value}`);
  }
  for (const { node, model } of kinds) {
    const [, ...generated] = typeNamesOf(model.typeName, model.plural);
    for (const name of generated) types.claim(node.name, name, `what comes from type ${model.typeName}`);
  }
  for (const { node } of kinds) checkTypeName(node, mistakes);
  checkRootNames(kinds, mistakes);
}

function claimed(names: readonly string[], mistakes: Mistakes): Claims {
  return new Claims(mistakes, new Map(names.map((name) => [name, "the product's"])));
}

/** The name becomes file names, tables and routes, so that it keeps to letters and digits and begins as types do. */
const TYPE_NAME = /^[A-Z][A-Za-z0-9]*$/;
const PLURAL = /^[a-z][A-Za-z0-9]*$/;

function checkTypeName(node: ObjectTypeDefinitionNode, mistakes: Mistakes): void {
  if (TYPE_NAME.test(node.name.value)) return;
  mistakes.add(node.name, {
    expected: 'a type name of letters and digits, a capital first',
    got: node.name.value,
    suggestion: capitalised(node.name.value.replaceAll('_', '')),
  });
}

function checkRootNames(kinds: readonly CompiledKind[], mistakes: Mistakes): void {
  const values = new Claims(mistakes);
  const plurals = claimed(RESERVED_PLURALS, mistakes);
  const queries = claimed(RESERVED_ROOT_FIELDS.query, mistakes);
  const mutations = claimed(RESERVED_ROOT_FIELDS.mutation, mistakes);
  const subscriptions = claimed(RESERVED_ROOT_FIELDS.subscription, mistakes);
  for (const { node, model } of kinds) {
    const what = `what comes from type ${model.typeName}`;
    if (!PLURAL.test(model.plural)) {
      mistakes.add(node.name, {
        expected: 'plural: letters and digits, a small letter first',
        got: JSON.stringify(model.plural),
      });
    }
    const roots = rootFieldsOf(model);
    values.claim(node.name, model.kind, what);
    plurals.claim(node.name, model.plural, `the plural of ${model.typeName}`);
    for (const name of [roots.one, roots.many, roots.metrics]) queries.claim(node.name, name, what);
    mutations.claim(node.name, roots.ingest, what);
    for (const name of [roots.metrics, roots.added]) subscriptions.claim(node.name, name, what);
  }
}
