import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { StateHolder } from '../state-holder.ts';
import type { EndpointState, WarehouseEndpoint } from '../warehouse-endpoint.ts';
import { type EngineKafkaOptions, writeEngineConfig } from './engine-config.ts';
import type { EngineOrder, EngineReport } from './engine-messages.ts';

/**
 * The engine in a process of its own, kept alive: when it ends, another is started, the first time at once. Each is a new generation, with a
 * new key and perhaps a new port.
 */
export function startSupervisedEngine(options: SupervisedEngineOptions): SupervisedEngine {
  return new SupervisedEngine(options);
}

export interface SupervisedEngineOptions {
  /** The product's data directory; the engine gets a folder of its own in it. */
  readonly dataDir: string;
  /** For an engine that reads Kafka by itself. A warehouse belongs to one log: its folder is `warehouse-kafka` then, and `warehouse` without. */
  readonly kafka?: EngineKafkaOptions | null;
  readonly logger: Logger;
  readonly clock?: Clock;
  /**
   * Sessions for loading, for questions, and for questions of people through the SQL door. Default 4, 8 and 4: at most that many statements
   * run at once, the others wait in order.
   */
  readonly sessions?: { readonly load: number; readonly ask: number; readonly people: number };
  /** Added to the engine's environment, which otherwise holds nothing of ours. Crash tests preload a library by it. */
  readonly extraEnv?: Readonly<Record<string, string>>;
  /** How long the engine may leave a health check unanswered before it is replaced. Default 30 s. */
  readonly hangMs?: number;
  /** How long an ordered stop may take before SIGKILL. Default 5 s. */
  readonly stopDeadlineMs?: number;
}

export class SupervisedEngine implements WarehouseEndpoint {
  readonly #options: Required<SupervisedEngineOptions>;
  readonly #state = new StateHolder<EndpointState>({ state: 'starting' });
  readonly #configFile: string | null;
  #child: ChildProcess | null = null;
  #generation = 0;
  /** Processes in a row that ended before they had been up for a while. */
  #quickEnds = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: SupervisedEngineOptions) {
    this.#options = {
      clock: systemClock,
      sessions: { load: 4, ask: 8, people: 4 },
      kafka: null,
      extraEnv: {},
      hangMs: 30_000,
      stopDeadlineMs: 5_000,
      ...options,
    };
    mkdirSync(this.#path, { recursive: true });
    this.#configFile = this.#options.kafka === null ? null : writeEngineConfig(this.#path, this.#options.kafka);
    this.#spawn();
  }

  state(): EndpointState {
    return this.#state.now;
  }

  onState(listener: (state: EndpointState) => void): () => void {
    return this.#state.listen(listener);
  }

  /** The end of the process is what tells; a request that was cut off adds nothing. */
  reportUnreachable(): void {}

  /** Null while there is none. For tests that kill it, and for people who look. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Ends it as a crash would, for who wants to see that nothing gets lost; another is started. False if there is none at the moment. */
  kill(): boolean {
    return this.#child?.kill('SIGKILL') ?? false;
  }

  async close(): Promise<void> {
    if (this.#state.now.state === 'closed') return;
    this.#state.set({ state: 'closed' });
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child !== null) await endInOrder(child, this.#options.stopDeadlineMs);
  }

  get #path(): string {
    return join(this.#options.dataDir, this.#options.kafka === null ? 'warehouse' : 'warehouse-kafka');
  }

  #spawn(): void {
    const { sessions, extraEnv, logger } = this.#options;
    const key = randomBytes(32).toString('base64url');
    const child = fork(ENGINE_PROCESS, {
      execArgv: ENGINE_FLAGS,
      env: { ...cleanEnvironment(this.#path, sessions.load + sessions.ask + sessions.people), ...extraEnv },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    logLines(child, logger);
    const health = new HealthCheck(child, this.#options.hangMs, () => {
      logger.error({ pid: child.pid }, 'the engine process does not answer: it is replaced');
      child.kill('SIGKILL');
    });
    let upSince: number | null = null;
    child.on('message', (report: EngineReport) => {
      if (report.type === 'healthy') health.answered(report.number);
      if (report.type === 'failed') logger.error({ reason: report.reason }, 'the engine process could not start');
      if (report.type === 'listening') {
        upSince = performance.now();
        health.begin();
        this.#up(report.port, key);
      }
    });
    child.once('error', (error) => logger.error({ err: error }, 'the engine process could not be started'));
    child.once('close', (code, signal) => {
      health.end();
      this.#ended(upSince === null ? 0 : performance.now() - upSince, signal ?? `exit code ${code}`);
    });
    order(child, { type: 'start', path: this.#path, port: 0, key, sessions, configFile: this.#configFile });
  }

  #up(port: number, key: string): void {
    if (this.#state.now.state === 'closed') return;
    this.#generation += 1;
    this.#state.set({
      state: 'up',
      generation: this.#generation,
      url: `http://127.0.0.1:${port}`,
      credentials: { ask: { username: 'ask', password: key }, load: { username: 'load', password: key } },
    });
  }

  #ended(upMs: number, how: string): void {
    this.#child = null;
    if (this.#state.now.state === 'closed') return;
    const delayMs = restartDelayMs(upMs, this.#quickEnds);
    this.#quickEnds = upMs >= STEADY_MS ? 0 : this.#quickEnds + 1;
    this.#options.logger.warn({ how, upMs: Math.round(upMs), delayMs }, 'the engine process ended: another is started');
    this.#state.set({
      state: 'down',
      reason: `the engine process ended (${how})`,
      sinceMs: this.#options.clock.nowMs(),
    });
    this.#restart = setTimeout(() => this.#spawn(), delayMs);
  }
}

/** A process that was up for this long was started well. */
const STEADY_MS = 2_000;
const RESTART_DELAY_MS = 100;
/** Somebody may be repairing what keeps it from starting: 5 s later it is back. */
const RESTART_DELAY_MS_MAX = 5_000;

/** At once after a steady run and after the first quick end; then 100 ms, 200, 400, up to 5 s. */
export function restartDelayMs(upMs: number, quickEnds: number): number {
  if (upMs >= STEADY_MS || quickEnds === 0) return 0;
  return Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS * 2 ** (quickEnds - 1));
}

const ENGINE_PROCESS = fileURLToPath(new URL('./engine-process.ts', import.meta.url));
/** Where the sources run as TypeScript, they do so in the engine's process too. Compiled, they need nothing. */
const ENGINE_FLAGS = ENGINE_PROCESS.endsWith('.ts')
  ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
  : ['--enable-source-maps'];

/**
 * All that the engine's process is given. Its SQL can read its own environment, so credentials of the product must not be in it.
 *
 * UV_THREADPOOL_SIZE: a statement holds one of Node's threads while it runs. There is one for every session, so that none waits for a thread
 * that a long question of another pool holds, and four (Node's own default) for the health check, files and the rest.
 */
function cleanEnvironment(path: string, sessions: number): NodeJS.ProcessEnv {
  return {
    HOME: path,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    UV_THREADPOOL_SIZE: String(sessions + 4),
  };
}

/** Asks every few seconds. Counts checks rather than time: a parent that was itself stopped for an hour has missed one, not all. */
class HealthCheck {
  readonly #child: ChildProcess;
  readonly #intervalMs: number;
  readonly #onHang: () => void;
  #sent = 0;
  #answered = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, hangMs: number, onHang: () => void) {
    this.#child = child;
    this.#intervalMs = hangMs / CHECKS_BEFORE_HANG;
    this.#onHang = onHang;
  }

  begin(): void {
    this.#timer = setInterval(() => this.#tick(), this.#intervalMs);
  }

  answered(number: number): void {
    this.#answered = number;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#sent - this.#answered >= CHECKS_BEFORE_HANG) {
      this.end();
      this.#onHang();
      return;
    }
    this.#sent += 1;
    order(this.#child, { type: 'check', number: this.#sent });
  }
}

const CHECKS_BEFORE_HANG = 6;

/** To a process that has just ended nothing can be said; that it has is heard by its 'close'. */
function order(child: ChildProcess, message: EngineOrder): void {
  if (child.connected) child.send(message, () => {});
}

function logLines(child: ChildProcess, logger: Logger): void {
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => logger.warn({ engine: line }, 'engine'));
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => logger.debug({ engine: line }, 'engine'));
}

async function endInOrder(child: ChildProcess, deadlineMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  await ended;
  clearTimeout(timer);
}
