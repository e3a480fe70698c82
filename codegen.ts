import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import { buildASTSchema, type DocumentNode, parse, printSchema } from 'graphql';
import { loadDeclarations } from './src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from './src/model/declare/schema-files.ts';
import type { EventModel } from './src/model/event-model.ts';
import { servedTypeDefs } from './src/model/graphql/served-schema.ts';
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
