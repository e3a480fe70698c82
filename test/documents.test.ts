import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, type DocumentNode, isTypeSystemDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../src/model/graphql/served-schema.ts';
import { compiled } from './support/compiled.ts';

const ROOT = join(import.meta.dirname, '..');
const schema = buildASTSchema(servedTypeDefs(loadDeclarations(SAMPLE_KINDS_DIR), readApiSdl()));

interface Example {
  readonly where: string;
  readonly text: string;
}

describe('what people copy from our documents', () => {
  const examples = markdownFiles(ROOT, '').flatMap(examplesIn);

  test('is found: a document with operations has not been overlooked', () => {
    const files = new Set(examples.map(({ where }) => where.split(':')[0]));
    expect([...files]).toEqual(expect.arrayContaining(['README.md', 'docs/cache.md', 'examples/jobs/README.md']));
  });

  test.each(examples)('is valid at $where', ({ text }) => {
    const document = parse(text);
    // Declarations are judged by the compiler, which throws with all that is wrong.
    if (document.definitions.every(isTypeSystemDefinitionNode)) compiled(text);
    else expect(faultsOf(document)).toEqual([]);
  });
});

function faultsOf(document: DocumentNode): readonly string[] {
  return validate(schema, document).map(({ message }) => message);
}

/** Blocks of GraphQL, and whole operations between backticks. `…` stands for what a reader fills in: such a line is none to copy. */
function examplesIn(file: string): readonly Example[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = [...text.matchAll(FENCED), ...text.replace(ANY_FENCED, '').matchAll(INLINE)];
  return found.flatMap(({ 1: example = '' }) => {
    const line = text.slice(0, text.indexOf(example)).split('\n').length;
    return /\{ … \}/.test(example) ? [] : [{ where: `${file}:${line}`, text: example }];
  });
}

const FENCED = /^```graphql\n(.*?)^```$/gms;
const ANY_FENCED = /^```.*?^```$/gms;
const INLINE = /`((?:(?:query|mutation|subscription)\b[^`{]*)?\{ *[a-z]\w* *[({][^`]*\})`/g;

function markdownFiles(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return entry.name.endsWith('.md') ? [path] : [];
    const isOurs = !entry.name.startsWith('.') && entry.name !== 'node_modules';
    return isOurs ? markdownFiles(root, path) : [];
  });
}
