import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Kills the engine at a moment that is chosen, not met by chance: see kill-on-order.c. Needs gcc. */
export class KillOnOrder {
  readonly #dir = mkdtempSync(join(tmpdir(), 'lakegate-kill-'));
  readonly #library = join(this.#dir, 'kill-on-order.so');
  readonly #order = join(this.#dir, 'order');
  readonly #log = join(this.#dir, 'moments');
  #orders = 0;

  constructor() {
    const source = join(import.meta.dirname, 'kill-on-order.c');
    execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-o', this.#library, source]);
  }

  /** For the engine's process. */
  get extraEnv(): Readonly<Record<string, string>> {
    return { LD_PRELOAD: this.#library, KILL_ORDER_FILE: this.#order, KILL_ORDER_LOG: this.#log };
  }

  /** From now on moments are counted, and at this one the engine ends. */
  at(moment: number): void {
    this.forget();
    rmSync(this.#log, { force: true });
    writeFileSync(this.#order, `${++this.#orders} ${moment}\n`);
  }

  /** Moments are counted and nothing is killed. */
  count(): void {
    this.at(1_000_000_000);
  }

  forget(): void {
    rmSync(this.#order, { force: true });
  }

  /** Since the last order: `dedup-write /path`, `rename /path`. */
  moments(): readonly string[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(line.indexOf(' ') + 1));
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

export function canCompile(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
