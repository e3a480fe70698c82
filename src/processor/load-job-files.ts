import { readdirSync } from 'node:fs';
import { register } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EventModel } from '../model/event-model.ts';
import { LakegateError, messageOf } from '../platform/errors.ts';
import { compileDefinedJob } from './compile-defined-job.ts';
import type { DefinedJob } from './define-job.ts';
import type { Job } from './job.ts';
import { builtInJobs } from './jobs/index.ts';

/**
 * The jobs of a user's folder: every `*.ts`, `*.mts`, `*.js` and `*.mjs` directly in it, by name, each with a job of `defineJob` as its default export. What is in
 * folders below is for these files to import. `lakegate` is this package, wherever the folder is. All mistakes of all files are told at once.
 *
 * The files are code of whoever runs the server, and may do what the server may.
 */
export async function loadJobFiles(dir: string, model: EventModel): Promise<readonly Job[]> {
  if (!import.meta.url.endsWith('.ts')) await runTypeScript();
  prepareImports(dir);
  const mistakes: string[] = [];
  const jobs: Job[] = [];
  const taken = new Set(builtInJobs(model).map(({ name }) => name));
  for (const file of jobFilesIn(dir)) {
    try {
      const job = compileDefinedJob(await importJob(file), model, { builtIn: false });
      if (taken.has(job.name)) throw new Error(`expected a name of its own, got "${job.name}", which another job has`);
      taken.add(job.name);
      jobs.push(job);
    } catch (error) {
      mistakes.push(`${file}: ${messageOf(error)}`);
    }
  }
  if (mistakes.length > 0) {
    throw new LakegateError({ code: 'BAD_CONFIG', message: `the jobs are not valid\n  ${mistakes.join('\n  ')}` });
  }
  return jobs;
}

const JOB_FILE = /(?<!\.d)\.(?:m?ts|m?js)$/;

function jobFilesIn(dir: string): readonly string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && JOB_FILE.test(entry.name)).map(({ name }) => name);
    return names.sort().map((name) => join(resolve(dir), name));
  } catch (cause) {
    const message = `LAKEGATE_JOBS_DIR: expected a folder that can be read, got ${dir}`;
    throw new LakegateError({ code: 'BAD_CONFIG', message, cause });
  }
}

async function importJob(file: string): Promise<DefinedJob> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
  if (isDefinedJob(module.default)) return module.default;
  throw new Error('expected a job as the default export: export default defineJob({ … })');
}

function isDefinedJob(value: unknown): value is DefinedJob {
  return typeof value === 'object' && value !== null && 'definition' in value;
}

/** What bin/lakegate.js does for all sources. Compiled, the product itself needs no tsx, and its users' jobs do. */
async function runTypeScript(): Promise<void> {
  const tsx = await import('tsx/esm/api');
  tsx.register();
}

/**
 * What a folder of jobs may take for granted: `lakegate` is this package and not another copy of it, without any node_modules; and its files are
 * modules, without a package.json that says so.
 */
function prepareImports(dir: string): void {
  register(`data:text/javascript,${encodeURIComponent(RESOLVE_HOOK)}`, {
    data: {
      door: new URL('./define-job.ts', import.meta.url).href,
      folder: pathToFileURL(join(resolve(dir), '/')).href,
    },
  });
}

/** Runs in the thread in which Node resolves modules, so it is text and knows nothing of this one. */
const RESOLVE_HOOK = `
let known;
export const initialize = (given) => { known = given; };
export const resolve = async (name, context, next) => {
  const found = await next(name === 'lakegate' ? known.door : name, context);
  const isOfJobs = found.url.startsWith(known.folder) && !found.url.includes('/node_modules/') && /\\.[jt]s$/.test(found.url);
  return isOfJobs ? { ...found, format: 'module' } : found;
};
`;
