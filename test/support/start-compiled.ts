import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vitest/config';

const ROOT = resolve(import.meta.dirname, '../..');

/** In the environment of a run and its workers: the copy of this repository in which programs are compiled (compile-programs.ts). */
export const COMPILED = 'LAKEGATE_TEST_COMPILED';

/** In a test's own process the sources are TypeScript. The processes and threads that they start from there are compiled, as all others. */
export function startCompiled(): Plugin {
  return {
    name: 'start-compiled',
    enforce: 'pre',
    transform(code, id) {
      const dir = process.env[COMPILED];
      if (dir === undefined || !id.startsWith(join(ROOT, 'src/'))) return null;
      const beside = pathToFileURL(join(dir, relative(ROOT, dirname(id)))).href;
      return code.replace(STARTED, (_, name: string) => `new URL('${beside}/${name}.js')`);
    },
  };
}

/** How engine-process.ts and processor-thread.ts are named by whoever starts them. */
const STARTED = /new URL\('\.\/([\w-]+-(?:process|thread))\.ts', import\.meta\.url\)/;

/** What to give Node so that it runs a program of this repository. By tsx where nothing is compiled: outside vitest. */
export function nodeArgs(program: string): readonly string[] {
  const dir = process.env[COMPILED];
  if (dir === undefined) return ['--import', 'tsx', join(ROOT, program)];
  return ['--enable-source-maps', join(dir, program.replace(/\.ts$/, '.js'))];
}
