import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  GraphQLError,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  Source,
} from 'graphql';
import type { Diagnostic } from '../event-model.ts';
import type { Mistakes } from './mistakes.ts';

export interface DeclarationFile {
  readonly file: string;
  readonly text: string;
}

export interface Definitions {
  readonly types: readonly ObjectTypeDefinitionNode[];
  readonly enums: readonly EnumTypeDefinitionNode[];
  /** False when a file could not be parsed. */
  readonly complete: boolean;
}

/** The types and enums of all files, in order. */
export function readDefinitions(files: readonly DeclarationFile[], mistakes: Mistakes): Definitions {
  const documents = files.filter((file) => !isBlank(file.text)).map((file) => parseFile(file, mistakes));
  const types: ObjectTypeDefinitionNode[] = [];
  const enums: EnumTypeDefinitionNode[] = [];
  for (const node of documents.flatMap((document) => document?.definitions ?? [])) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) types.push(node);
    else if (node.kind === Kind.ENUM_TYPE_DEFINITION) enums.push(node);
    else
      mistakes.add(node, { expected: 'only type and enum in declarations', got: WORDS[node.kind] ?? 'an operation' });
  }
  return { types, enums, complete: !documents.includes(null) };
}

const WORDS: Readonly<Partial<Record<DefinitionNode['kind'], string>>> = {
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.DIRECTIVE_DEFINITION]: 'directive',
  [Kind.SCHEMA_DEFINITION]: 'schema',
  [Kind.SCHEMA_EXTENSION]: 'extend schema',
  [Kind.OBJECT_TYPE_EXTENSION]: 'extend type',
  [Kind.ENUM_TYPE_EXTENSION]: 'extend enum',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'extend input',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'extend interface',
  [Kind.UNION_TYPE_EXTENSION]: 'extend union',
  [Kind.SCALAR_TYPE_EXTENSION]: 'extend scalar',
};

/** Comments alone are a file to be filled in, not a mistake; the parser would ask for a definition. */
function isBlank(text: string): boolean {
  return text.replace(/#.*/g, '').replace(/[\s,\uFEFF]+/g, '') === '';
}

function parseFile({ file, text }: DeclarationFile, mistakes: Mistakes): DocumentNode | null {
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
  const [, expected = 'GraphQL type definitions', got = text.replace(/^Unexpected /, '')] =
    /^Expected (.+), found (.+)$/.exec(text) ?? [];
  return { file, line, column, expected: readable(expected), got: readable(got), suggestion: null };
}

/** The parser's own words for what has no spelling. */
function readable(token: string): string {
  if (token === '<EOF>') return 'the end of the file';
  return token === 'Name' ? 'a name' : token;
}
