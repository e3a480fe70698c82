import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type RunningLakegate, startLakegate } from '../../src/cli/start-lakegate.ts';
import type { Config } from '../../src/platform/config.ts';
import { readConfig } from '../../src/platform/config.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import type { Progress } from '../../src/warehouse/progress.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { nodeArgs } from './start-compiled.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface LakegateProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Everything it wrote to standard error so far. */
  stderr(): string;
  /** Stops it in order; what it exited with. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits until it is gone. Its data directory stays. */
  kill(): Promise<void>;
}

/** `lakegate start` in a process of its own: the whole product, on a free port, with its data where nobody else looks. */
export async function startLakegateProcess(
  options: { env?: Record<string, string>; program?: readonly string[] } = {},
): Promise<LakegateProcess> {
  const dataDir = options.env?.LAKEGATE_DATA_DIR ?? temporaryDir();
  const env = { PORT: '0', LAKEGATE_DATA_DIR: dataDir, ...options.env };
  const run = runLakegate(['start', '--json'], env, options.program);
  const ready = await Promise.race([run.firstLine, run.exit]);
  if (typeof ready !== 'string') throw new Error(`lakegate exited with ${ready} instead of starting: ${run.stderr()}`);
  const { url } = JSON.parse(ready);
  return {
    url,
    pid: run.process.pid ?? 0,
    dataDir,
    stderr: run.stderr,
    stop: async () => {
      run.process.kill('SIGTERM');
      return run.exit;
    },
    kill: async () => {
      run.process.kill('SIGKILL');
      await run.exit;
    },
  };
}

export interface LakegateRun {
  readonly process: ChildProcess;
  /** Of standard output. Never resolves if there is none. */
  readonly firstLine: Promise<string>;
  readonly exit: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/** A thread takes a second of a core to come up, which is most of a short test. Tests of jobs on threads say so. */
const JOBS_HERE = { LAKEGATE_PROCESSOR_THREADS: process.env.LAKEGATE_TEST_THREADS ?? '0' };

/** The product as its users start it: what `npm start` runs, by tsx. */
export const AS_USERS_START_IT: readonly string[] = [join(ROOT, 'bin/lakegate.js')];

/** Any command of the product, with nothing of this process's settings. */
export function runLakegate(
  args: readonly string[],
  env: Record<string, string> = {},
  program: readonly string[] = nodeArgs('src/main.ts'),
): LakegateRun {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...program, ...args], {
    env: { PATH, HOME, NO_COLOR: '1', LAKEGATE_SQL_PORT: '0', ...JOBS_HERE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written.stderr += text;
  });
  return {
    process: child,
    firstLine: once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    exit: once(child, 'exit').then(([code]) => code),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  };
}

/** With what every process has that answers questions. */
export interface LakegateHere extends RunningLakegate {
  readonly dataDir: string;
  readonly warehouse: Warehouse;
  readonly progress: Progress;
}

/** The same product inside this process, where a test wants to reach behind its doors. */
export async function startLakegateHere(
  options: { env?: Record<string, string>; demo?: boolean } = {},
): Promise<LakegateHere> {
  const dataDir = options.env?.LAKEGATE_DATA_DIR ?? temporaryDir();
  const config: Config = readConfig({
    PORT: '0',
    LAKEGATE_SQL_PORT: '0',
    LAKEGATE_DATA_DIR: dataDir,
    ...JOBS_HERE,
    ...options.env,
  });
  const running = await startLakegate(config, createLogger('error'), { demo: options.demo ?? false });
  const { warehouse, progress } = running;
  if (warehouse === null || progress === null) throw new Error('expected roles that need a warehouse');
  return { ...running, warehouse, progress, dataDir };
}

/** A directory for one test file; remove it with `removeDir` when everything that uses it has stopped. */
export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), 'lakegate-'));
}

export function removeDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}

export interface GraphqlAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly string[];
    readonly extensions: Record<string, unknown>;
  }[];
}

/** Sends one GraphQL request as any client would. */
export async function graphql<Data = Record<string, unknown>>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer<Data>;
}
