import { LakegateError } from './errors.ts';

/**
 * Parts that were started, in order, so that they can be stopped in reverse: whatever a part needs is still there while it stops.
 * `start` and `stop` of one part stand side by side at the place where it is wired.
 */
export class Lifecycle {
  readonly #parts: StartedPart[] = [];
  readonly #onStep: (step: string) => void;

  constructor(onStep: (step: string) => void = () => {}) {
    this.#onStep = onStep;
  }

  /** What `start` gives. If it throws, the caller stops what was started before. */
  async start<Part>(name: string, start: () => Part | Promise<Part>, stop: (part: Part) => unknown): Promise<Part> {
    this.#onStep(`starting ${name}`);
    const part = await start();
    this.#parts.push({ name, stop: async () => void (await stop(part)) });
    return part;
  }

  /**
   * Stops everything in reverse order, one after the other. Never rejects: a part that fails to stop, or is not done at the deadline, is
   * named in the report, and the parts below it are still told to stop, because an orderly end of the log matters more than order.
   */
  async stop(deadlineMs: number): Promise<StopReport> {
    const left: { name: string; reason: string }[] = [];
    const end = performance.now() + deadlineMs;
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      this.#onStep(`stopping ${part.name}`);
      const reason = await reasonNotStopped(part, Math.max(0, end - performance.now()));
      if (reason !== null) left.push({ name: part.name, reason });
    }
    return { left };
  }
}

export interface StopReport {
  /** What did not stop in order, and why. Empty is a clean stop. */
  readonly left: readonly { readonly name: string; readonly reason: string }[];
}

interface StartedPart {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

async function reasonNotStopped(part: StartedPart, patienceMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('not done at the deadline'), patienceMs);
  });
  const stopped = part.stop().then(
    () => null,
    (error: unknown) => (error instanceof LakegateError ? `${error.code}: ${error.message}` : String(error)),
  );
  const reason = await Promise.race([stopped, tooLate]);
  clearTimeout(timer);
  return reason;
}
