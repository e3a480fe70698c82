import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { COMPILED } from './start-compiled.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COMPILED_FOLDERS: readonly string[] = ['src', 'test'];

/**
 * Run by vitest before all tests: makes a copy of this repository in which every program is JavaScript and all that is none is a link. Tests start
 * hundreds of processes, and each would take half of its start to find out by tsx what is always the same. The copy is made anew for every run and
 * goes with it.
 */
export default async function compilePrograms(project: TestProject): Promise<(() => void) | undefined> {
  // Another project of this run was first.
  if (process.env[COMPILED] !== undefined) return;
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-compiled-'));
  for (const name of readdirSync(ROOT)) {
    if (!COMPILED_FOLDERS.includes(name) && name !== '.git') symlinkSync(join(ROOT, name), join(dir, name));
  }
  await compileInto(dir);
  project.onTestsRerun(() => compileInto(dir));
  process.env[COMPILED] = dir;
  return () => rmSync(dir, { recursive: true });
}

async function compileInto(dir: string): Promise<void> {
  await build({
    entryPoints: COMPILED_FOLDERS.flatMap(programsIn),
    outdir: dir,
    outbase: ROOT,
    platform: 'node',
    target: 'node20.19',
    // For stack traces, which name the lines of the sources where they are.
    sourcemap: true,
    sourcesContent: false,
    plugins: [{ name: 'name-compiled', setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, loadNamingCompiled) }],
  });
}

/** Suites themselves are run by vitest. */
function programsIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test|\.suite|\.d)\.ts$/.test(file) && !file.includes('node_modules'))
    .map((file) => join(ROOT, folder, file));
}

/** What a file imports or starts of its neighbours is JavaScript here: './engine-process.ts' is './engine-process.js'. */
async function loadNamingCompiled({ path }: { readonly path: string }) {
  const text = await readFile(path, 'utf8');
  return { contents: text.replace(/'(\.{1,2}\/[\w./-]+)\.ts'/g, "'$1.js'"), loader: 'ts' as const };
}
