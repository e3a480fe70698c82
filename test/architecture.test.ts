import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LONG_FILES } from './support/long-files.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Which folder may import from which. A folder may always import from itself and from platform. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  model: [],
  log: [],
  warehouse: ['log', 'model'],
  cache: ['model'],
  ingest: ['log', 'model'],
  processor: ['log', 'model'],
  analytics: ['warehouse', 'cache', 'model'],
  live: ['analytics', 'cache', 'warehouse', 'log', 'model'],
  resolvers: ['ingest', 'analytics', 'live', 'cache', 'warehouse', 'log', 'model', 'gateway'],
  gateway: ['resolvers', 'ingest', 'analytics', 'live', 'cache', 'warehouse', 'log', 'model'],
  cli: ['gateway', 'resolvers', 'ingest', 'processor', 'analytics', 'live', 'cache', 'warehouse', 'log', 'model'],
  'main.ts': [
    'cli',
    'gateway',
    'resolvers',
    'ingest',
    'processor',
    'analytics',
    'live',
    'cache',
    'warehouse',
    'log',
    'model',
  ],
};

/** Each library lives in one place, so that it can be replaced in one place. */
const HOME_OF_LIBRARY: Readonly<Record<string, readonly string[]>> = {
  lmdb: ['src/log/'],
  kafkajs: ['src/log/'],
  'lz4-napi': ['src/log/', 'src/warehouse/sql-door/'],
  chdb: ['src/warehouse/engine/'],
  '@clickhouse/client': ['src/warehouse/'],
  keyv: ['src/cache/'],
  '@keyv/redis': ['src/cache/'],
  '@cacheable/memory': ['src/cache/'],
  '@apollo/server': ['src/gateway/'],
  '@as-integrations/fastify': ['src/gateway/'],
  '@graphql-yoga/render-graphiql': ['src/gateway/graphiql/'],
  'graphql-ws': ['src/gateway/live/'],
  ws: ['src/gateway/live/'],
  esbuild: ['src/gateway/page/'],
  fastify: ['src/gateway/'],
  'prom-client': ['src/gateway/metrics/'],
  'hyparquet-writer': ['src/gateway/queries/'],
  commander: ['src/cli/', 'src/main.ts'],
};

describe('the arrows between folders point one way', () => {
  for (const file of sourceFiles(SRC)) {
    const path = relative(ROOT, file);
    test(`${path} imports only what its folder may`, () => {
      const folder = folderOf(file);
      const allowed = ALLOWED[folder];
      expect(allowed, `src/${folder} is not in the table of folders`).toBeDefined();
      for (const { specifier, typeOnly } of importsOf(file)) {
        if (specifier.startsWith('.')) {
          const target = folderOf(resolve(dirname(file), specifier));
          const fine = target === folder || target === 'platform' || allowed?.includes(target);
          // The context type is made in the gateway and used by resolvers: a type leaves no arrow in the running program.
          const contextType = folder === 'resolvers' && target === 'gateway';
          expect(fine && (!contextType || typeOnly), `${path} imports ${specifier}`).toBe(true);
        } else {
          const home = HOME_OF_LIBRARY[packageName(specifier)];
          expect(
            home === undefined || home.some((prefix) => path.startsWith(prefix)),
            `${path} imports ${specifier}`,
          ).toBe(true);
        }
      }
    });
  }
});

test('every folder of src says in a README what it does and what it never does', () => {
  for (const folder of readdirSync(SRC)) {
    if (!statSync(join(SRC, folder)).isDirectory()) continue;
    expect(readFileSync(join(SRC, folder, 'README.md'), 'utf8').length, folder).toBeGreaterThan(40);
  }
});

test('the environment is read in one file', () => {
  const readers = sourceFiles(SRC).filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  const allowed = ['src/platform/config.ts', 'src/main.ts', 'src/warehouse/engine/engine-process.ts'];
  for (const file of readers) expect(allowed).toContain(relative(ROOT, file));
});

test('what is named as a long suite is one that is there', () => {
  for (const file of LONG_FILES) expect(existsSync(join(ROOT, file)), file).toBe(true);
});

function sourceFiles(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(dir, name));
}

function folderOf(file: string): string {
  return relative(SRC, file).split('/')[0] ?? '';
}

function packageName(specifier: string): string {
  const [scope, name] = specifier.split('/');
  return specifier.startsWith('@') ? `${scope}/${name}` : (scope ?? '');
}

function importsOf(file: string): readonly { readonly specifier: string; readonly typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s(type\s)?[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...statements].map(([, type, from, bare, dynamic]) => ({
    specifier: from ?? bare ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}
