/**
 * Bytes that carried a step and came back, for the steps after it: to take new ones for each costs about as much as to fill them, and what is
 * left of them makes the collector of the thread that has the log come before its time.
 */
export class SpareBytes {
  readonly #spare: ArrayBuffer[] = [];

  /** At least so many, whatever is in them. */
  take(bytesMin: number): ArrayBuffer {
    const spare = this.#spare.pop();
    if (spare !== undefined && spare.byteLength >= bytesMin) return spare;
    // One that is too small is let go: what is taken instead is of use for small steps and large ones. Steps after this one are about as large.
    return new ArrayBuffer(bytesMin + Math.ceil(bytesMin * ROOM_SHARE));
  }

  giveBack(bytes: ArrayBuffer): void {
    if (bytes.byteLength <= SPARE_BYTES_MAX && this.#spare.length < SPARE_MAX) this.#spare.push(bytes);
  }
}

/** Some are a little larger. Not much more: whatever a thread holds counts for its collector. */
const ROOM_SHARE = 1 / 8;

/** 16 MiB at most: steps of 8,192 records and their outputs take some 3 MiB, and seldom more than two of a thread are on their way at one time. */
const SPARE_BYTES_MAX = 8 * 1024 * 1024;
const SPARE_MAX = 2;
