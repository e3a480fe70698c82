import type { Writable } from 'node:stream';

/** Whether a stream takes more. Its buffer was full, and is until all of it was handed to the kernel, which mostly happens at once. */
export class WriteRoom {
  readonly #stream: Writable;
  #waiting: Promise<void> | null = null;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  get full(): boolean {
    return this.#stream.writableLength > 0 && this.#stream.writableNeedDrain;
  }

  /** Undefined: there is room. Else it resolves when there is, or when the stream has closed and everything written goes nowhere. */
  whenRoom(): Promise<void> | undefined {
    if (!this.full) return undefined;
    this.#waiting ??= new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done);
        this.#waiting = null;
        resolve();
      };
      this.#stream.on('drain', done).on('close', done);
    });
    return this.#waiting;
  }
}
