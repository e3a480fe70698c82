import type { Rendered } from './rendered.ts';

/**
 * The newest results, of whatever they are: a reader who comes a little later is given the same bytes. Messages live for as long as somebody may
 * still come back to them, which is far longer than their bytes are asked for, so these are bounded by themselves.
 */
export class RecentResults {
  readonly #results = new Map<KeptResult, number>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = RESULT_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** What it returns has the result until newer ones need the room. The newest is kept, whatever its size. */
  keep(result: Rendered): KeptResult {
    const kept: KeptResult = { result };
    const bytes = result.closed.length + OVERHEAD_BYTES;
    this.#results.set(kept, bytes);
    this.#bytes += bytes;
    for (const [oldest, oldestBytes] of this.#results) {
      if (this.#bytes <= this.#bytesMax || oldest === kept) break;
      this.#results.delete(oldest);
      this.#bytes -= oldestBytes;
      oldest.result = null;
    }
    return kept;
  }

  get bytes(): number {
    return this.#bytes;
  }
}

export interface KeptResult {
  result: Rendered | null;
}

/** 64 MiB: a second of 40 messages for each of 100 selections, of 16 KiB. */
const RESULT_BYTES_MAX = 64 * 1024 * 1024;

/** Two buffers and their places in maps. */
const OVERHEAD_BYTES = 512;
