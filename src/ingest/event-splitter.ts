import type { Rejection } from '../model/validate/rejection.ts';
import type { IncomingEvent } from './admit-events.ts';

/** Cuts a body, chunk by chunk, into events, in order. Nothing of the body is lost: what is no event comes out as one that is refused. */
export interface EventSplitter {
  push(chunk: Buffer, take: (piece: Piece) => void): void;
  /** The body is over. */
  end(take: (piece: Piece) => void): void;
}

export type Piece = { readonly bytes: Buffer } | Extract<IncomingEvent, { readonly rejection: Rejection }>;

/** 1 MiB: far above any honest event, and what a body may hold in memory for one that never ends. */
export const EVENT_BYTES_MAX = 1024 * 1024;

/** An event that may come in several chunks. Holds at most EVENT_BYTES_MAX of it and counts the rest. */
export class PartialEvent {
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(part: Buffer): void {
    this.#bytes += part.length;
    const kept = part.subarray(0, EVENT_BYTES_MAX - this.#keptBytes);
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#keptBytes += kept.length;
  }

  /** All of it, and empty again. */
  take(): Piece {
    const [only] = this.#parts;
    const kept = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    const bytes = this.#bytes;
    this.#parts = [];
    this.#keptBytes = 0;
    this.#bytes = 0;
    return bytes > EVENT_BYTES_MAX ? tooLarge(kept, bytes) : { bytes: kept };
  }
}

/** An event of so many bytes, of which these are kept. */
export function tooLarge(kept: Buffer, bytes: number): Piece {
  const payload = wholeCharacters(kept);
  return {
    payload,
    rejection: {
      code: 'TOO_LARGE',
      pointer: '',
      expected: `at most ${EVENT_BYTES_MAX} bytes; of a larger event the first ${EVENT_BYTES_MAX} are kept`,
      got: `${bytes} bytes, of which ${payload.length} are kept`,
    },
  };
}

/** Without the beginning of a UTF-8 character that the cut went through: at most three bytes. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.subarray(0, -back) : bytes;
    }
  }
  return bytes;
}
