/**
 * How far the clock of a place is ahead of UTC, at any instant. Formatting a time to find that out takes some microseconds, and a range of years by
 * the day asks thousands of times: so of each week that is asked about it is found out once, and then known.
 */
export class ZoneOffsets {
  readonly #lookUp: (utcMs: number) => number;
  readonly #weeks: (Week | undefined)[] = [];
  /** Most weeks are one of few: those without a change, by their offset. */
  readonly #even = new Map<number, Week>();

  /** What `lookUp` says changes at whole milliseconds, and at most once a week. */
  constructor(lookUp: (utcMs: number) => number) {
    this.#lookUp = lookUp;
  }

  at(utcMs: number): number {
    const number = Math.floor(utcMs / WEEK_MS);
    if (number < 0 || number >= WEEKS_MAX) return this.#lookUp(utcMs);
    const week = this.#weeks[number] ?? this.#learn(number);
    return utcMs < week.changeMs ? week.before : week.after;
  }

  #learn(number: number): Week {
    const fromMs = number * WEEK_MS;
    // The end of one is the start of the next: mostly one of them is known.
    const before = this.#weeks[number - 1]?.after ?? this.#lookUp(fromMs);
    const after = this.#weeks[number + 1]?.before ?? this.#lookUp(fromMs + WEEK_MS);
    const week =
      before === after ? this.#evenWeek(before) : { before, after, changeMs: this.#changeIn(fromMs, before) };
    this.#weeks[number] = week;
    return week;
  }

  #evenWeek(offsetMs: number): Week {
    const known = this.#even.get(offsetMs);
    if (known !== undefined) return known;
    const week = { before: offsetMs, after: offsetMs, changeMs: Number.POSITIVE_INFINITY };
    this.#even.set(offsetMs, week);
    return week;
  }

  /** The first millisecond at which it is another one, by halving. */
  #changeIn(fromMs: number, before: number): number {
    let [low, high] = [fromMs, fromMs + WEEK_MS];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#lookUp(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }
}

interface Week {
  readonly before: number;
  readonly after: number;
  /** From then on it is `after`; at its end, that is in the next week. */
  readonly changeMs: number;
}

const WEEK_MS = 7 * 86_400_000;

/** 1970 to 2106, what a range may be about: 7,102 weeks. Before and behind there is only what stands beside a range. */
const WEEKS_MAX = Math.ceil(49_710 / 7);
