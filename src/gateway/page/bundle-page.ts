import { join, resolve } from 'node:path';

export interface PageBundle {
  readonly script: Uint8Array;
  readonly style: string;
}

/**
 * The sources of the page as one script and one style sheet. There is no step to build beforehand: it takes less than a second, beside what
 * else starts. What esbuild runs in a process of its own ends with it.
 */
export async function bundlePage(): Promise<PageBundle> {
  const esbuild = await import('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [join(DASHBOARD, 'main.tsx'), join(DASHBOARD, 'style/page.css')],
      outdir: DASHBOARD,
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'none',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      // uPlot keeps a style sheet of its own.
      loader: { '.css': 'css' },
      logLevel: 'silent',
    });
    const fileOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending));
    return { script: fileOf('main.js')?.contents ?? new Uint8Array(), style: fileOf('page.css')?.text.trim() ?? '' };
  } finally {
    await esbuild.stop();
  }
}

const DASHBOARD = resolve(import.meta.dirname, '../../../dashboard');
