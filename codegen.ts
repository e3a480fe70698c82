import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import {
  type ASTNode,
  buildASTSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  printSchema,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { loadDeclarations } from './src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from './src/model/declare/schema-files.ts';
import type { EventModel } from './src/model/event-model.ts';
import { servedTypeDefs } from './src/model/graphql/served-schema.ts';
import { capitalised } from './src/model/names.ts';
import { viewsFile } from './src/model/tables/sql-views.ts';
import { tableDefinitions } from './src/model/tables/tables.ts';

/**
 * `npm run codegen`: everything in the tree that follows from schema/, by path from the root. The result depends on nothing but schema/
 * and the compiler, so that a test can make it again and compare.
 */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const model = loadDeclarations(SAMPLE_KINDS_DIR);
  const served = printSchema(buildASTSchema(servedTypeDefs(model, readApiSdl())));
  return new Map([
    ['schema/generated/schema.graphql', `# ${NOTE}\n\n${served}\n`],
    ['src/resolvers/generated/schema-types.ts', await resolverTypes(parse(served))],
    ['dashboard/generated/operations.ts', await dashboardOperations(parse(served))],
    ...sqlFiles(model),
  ]);
}

const NOTE = 'Made from schema/ by `npm run codegen`. Do not edit.';

/** What GraphQL's scalars are in TypeScript: money and times stay text, so that no digit is lost on the way. */
const SCALARS = {
  Boolean: 'boolean',
  CountryCode: 'string',
  Cursor: 'string',
  Date: 'string',
  DateTime: 'string',
  Decimal: 'string',
  Duration: 'string',
  Float: 'number',
  ID: 'string',
  Int: 'number',
  JSON: 'unknown',
  Offset: 'string',
  SafeInt: 'number',
  String: 'string',
  TimeZone: 'string',
  Version: 'string',
};

async function resolverTypes(schema: DocumentNode): Promise<string> {
  return codegen({
    filename: 'src/resolvers/generated/schema-types.ts',
    schema,
    documents: [],
    plugins: [{ typescript: {} }, { 'typescript-resolvers': {} }],
    pluginMap: { typescript, 'typescript-resolvers': typescriptResolvers },
    config: {
      scalars: SCALARS,
      strictScalars: true,
      enumsAsTypes: true,
      immutableTypes: true,
      useTypeImports: true,
      emitLegacyCommonJSImports: false,
      contextType: '../../gateway/context.ts#GatewayContext',
    },
  });
}

const DASHBOARD_OPERATIONS = 'dashboard/api/operations.graphql';

/** What the page asks by itself, checked against the schema: each operation's text with the types of what it takes and answers. */
async function dashboardOperations(schema: DocumentNode): Promise<string> {
  const document = parse(readFileSync(join(ROOT, DASHBOARD_OPERATIONS), 'utf8'));
  const types = await codegen({
    filename: 'dashboard/generated/operations.ts',
    schema,
    documents: [{ location: DASHBOARD_OPERATIONS, document }],
    plugins: [{ 'typescript-operations': {} }],
    pluginMap: { 'typescript-operations': typescriptOperations },
    config: {
      scalars: SCALARS,
      strictScalars: true,
      enumsAsTypes: true,
      immutableTypes: true,
      skipTypename: true,
      useTypeImports: true,
    },
  });
  return `// ${NOTE}\nimport type { Operation } from '../api/operation.ts';\n\n${types}\n${operationTexts(document)}`;
}

/** Each operation with the fragments that it names, directly or by way of another. */
function operationTexts(document: DocumentNode): string {
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  const operations = document.definitions.flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? [each] : []));
  return operations.map((operation) => operationText(operation, fragments)).join('\n');
}

function operationText(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string {
  const name = operation.name?.value ?? '';
  const used = new Set<FragmentDefinitionNode>();
  const follow = (node: ASTNode): void => {
    visit(node, {
      FragmentSpread: (spread) => {
        const fragment = fragments.get(spread.name.value);
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        follow(fragment);
      },
    });
  };
  follow(operation);
  const type = `${name}${capitalised(operation.operation)}`;
  const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}${capitalised(operation.operation)}`;
  const text = stripIgnoredCharacters([operation, ...used].map(print).join('\n'));
  return `export const ${constant}: Operation<${type}, ${type}Variables> = {\n  text: ${JSON.stringify(text)},\n};\n`;
}

function sqlFiles(model: EventModel): readonly (readonly [string, string])[] {
  const files = model.kinds.flatMap((kind) => [...tableDefinitions(kind), viewsFile(kind)]);
  return files.map(({ path, sql }) => [`clickhouse/${path}`, sql]);
}

const ROOT = dirname(fileURLToPath(import.meta.url));

/** Writes what differs, and removes SQL files of a kind that no longer come from it. Tells what was done. */
async function main(): Promise<void> {
  const files = await generatedFiles();
  for (const [path, text] of files) {
    const absolute = join(ROOT, path);
    if (readIfThere(absolute) === text) continue;
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    console.log(`written  ${path}`);
  }
  for (const path of leftOver(files)) {
    rmSync(join(ROOT, path));
    console.log(`removed  ${path}`);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Files in the folders of generated SQL that nothing generates any more: a renamed rollup leaves one behind. */
export function leftOver(files: ReadonlyMap<string, string>): readonly string[] {
  const folders = new Set(
    [...files.keys()].filter((path) => path.startsWith('clickhouse/')).map((path) => dirname(path)),
  );
  const there = [...folders].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`));
  return there.filter((path) => !files.has(path));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
