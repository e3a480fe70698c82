import { basename, join, resolve } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';

interface PageBundle {
  /** By file name, which says what is in it. They name each other by it. */
  readonly scripts: ReadonlyMap<string, Uint8Array>;
  /** The script that the page begins with, and then those that it cannot begin without. */
  readonly first: readonly string[];
  readonly style: string;
}

/**
 * The sources of the page as scripts and one style sheet. There is no step to build beforehand: it takes less than a second, beside what
 * else starts. What esbuild runs in a process of its own ends with it.
 */
export async function bundlePage(): Promise<PageBundle> {
  const esbuild = await import('esbuild');
  try {
    const scripts = await esbuild.build({ ...SHARED, ...SCRIPTS });
    const style = await esbuild.build({ ...SHARED, entryPoints: [join(DASHBOARD, 'style/page.css')] });
    return {
      scripts: new Map(scripts.outputFiles.map(({ path, contents }) => [basename(path), contents])),
      first: firstScripts(scripts.metafile),
      style: style.outputFiles[0]?.text.trim() ?? '',
    };
  } finally {
    await esbuild.stop();
  }
}

const DASHBOARD = resolve(import.meta.dirname, '../../../dashboard');

const SHARED = {
  outdir: DASHBOARD,
  bundle: true,
  minify: true,
  write: false,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'silent',
} satisfies BuildOptions;

/** What a sheet needs, and what draws charts, is a file of its own, which comes when it is asked for. */
const SCRIPTS = {
  entryPoints: [join(DASHBOARD, 'main.tsx')],
  entryNames: 'page-[hash]',
  chunkNames: 'page-[hash]',
  splitting: true,
  metafile: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
} satisfies BuildOptions;

/** The entry and everything that it imports before it runs. */
function firstScripts({ outputs }: Metafile): readonly string[] {
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith('main.tsx') === true);
  const found = new Set(entry === undefined ? [] : [entry]);
  // A set goes on over what is added meanwhile.
  for (const path of found) {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') found.add(imported);
    }
  }
  return [...found].map((path) => basename(path));
}
