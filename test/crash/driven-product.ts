import { type LakegateRun, runLakegate } from '../support/lakegate.ts';
import { killAll, processTree } from '../support/process-tree.ts';

export type Victim = 'tree' | 'gateway' | 'engine';

/**
 * The product as a tree of processes that is killed and started again on the same data. Whoever sends asks for the address anew before each
 * attempt, because it changes with every start.
 */
export class DrivenProduct {
  readonly #env: Record<string, string>;
  #run: LakegateRun;
  #ready: Promise<void>;
  #url = 'http://127.0.0.1:9';
  #killed = false;
  /** From spawning to ready, of every start that got that far. */
  readonly startMs: number[] = [];
  /** What ended without being killed: must stay empty. */
  readonly unexpectedEnds: string[] = [];

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = { PORT: '0', LAKEGATE_SQL_PORT: '0', ...env };
    this.#run = runLakegate(['start', '--json'], this.#env);
    this.#ready = this.#untilReady();
  }

  /** Where it answers, or where it did last. */
  get url(): string {
    return this.#url;
  }

  get pid(): number {
    return this.#run.process.pid ?? 0;
  }

  /** What the run of now has said for people. */
  stderr(): string {
    return this.#run.stderr();
  }

  /** Rejects if it ends by itself before it is ready. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Again on the same data, after the gateway was killed. */
  launch(): void {
    this.#killed = false;
    this.#run = runLakegate(['start', '--json'], this.#env);
    this.#ready = this.#untilReady();
    // Killed while it starts, nobody may be waiting.
    this.#ready.catch(() => {});
  }

  /** SIGKILL to the engine alone (the product brings it back), to the gateway alone (its engine is an orphan), or to all of them. */
  async kill(victim: Victim): Promise<void> {
    // Once it has ended, its number may belong to somebody else.
    if (this.#run.process.exitCode !== null || this.#run.process.signalCode !== null) return;
    const tree = processTree(this.pid);
    if (victim === 'engine') return killAll(enginesOf(tree));
    this.#killed = true;
    killAll(victim === 'tree' ? tree.map(({ pid }) => pid) : [this.pid]);
    await this.#run.exit;
  }

  async stop(): Promise<number | null> {
    this.#killed = true;
    this.#run.process.kill('SIGTERM');
    return this.#run.exit;
  }

  async #untilReady(): Promise<void> {
    const startedAt = performance.now();
    const run = this.#run;
    run.exit.then((code) => {
      if (run === this.#run && !this.#killed)
        this.unexpectedEnds.push(`exit code ${code}: ${run.stderr().slice(-2_000)}`);
    });
    const first = await Promise.race([run.firstLine, run.exit]);
    if (typeof first !== 'string') throw new Error(`ended with ${first} instead of starting: ${run.stderr()}`);
    this.#url = JSON.parse(first).url;
    this.startMs.push(performance.now() - startedAt);
  }
}

function enginesOf(tree: ReturnType<typeof processTree>): number[] {
  return tree.filter(({ command }) => command.includes('engine-process')).map(({ pid }) => pid);
}
