/** How much clients sent that is not done, in characters, over all connections that live for long. */
export class HeldText {
  readonly #charsMax: number;
  #chars = 0;

  constructor(charsMax = CHARS_MAX) {
    this.#charsMax = charsMax;
  }

  hasRoomFor(chars: number): boolean {
    return this.#chars + chars <= this.#charsMax;
  }

  /** Give back what was held. */
  hold(chars: number): void {
    this.#chars += chars;
  }

  giveBack(chars: number): void {
    this.#chars -= chars;
  }
}

/** 128 Mi: 1.3 KiB for each of the 100,000 operations there may be. */
const CHARS_MAX = 128 * 1024 * 1024;
