import type { RejectionCode } from '../../platform/errors.ts';

/** One thing to send, and what a correct system says to it. `EventGenerator.make` fills the same one again and again: copy what you keep. */
export interface Item {
  index: number;
  fate: Fate;
  verdict: ExpectedVerdict;
  /** The id that the line carries, several id fields joined as the product joins them. Null where the line has none that counts. */
  id: string | null;
  timeUs: number;
  /** One line of JSON without the line feed; of a broken item whatever it is instead. Never holds a line feed. */
  line: string;
  /** One a field of the kind, in their order. */
  readonly picks: number[];
}

export type Fate = 'fresh' | 'late' | 'duplicate' | 'conflict' | 'future' | 'too-old' | 'broken';

export type ExpectedVerdict = 'ADMITTED' | 'DUPLICATE' | RejectionCode;

/** Of all items, how many have each fate: 0 to 1, together at most 1. The rest is fresh. */
export interface Shares {
  /** Sent before: same id, same content, within the last 5,000 items. */
  readonly duplicates: number;
  /** An id sent before, with other content. */
  readonly conflicts: number;
  /** Admitted, and older than the newest by a minute to ten. */
  readonly late: number;
  /** Two days ahead. */
  readonly future: number;
  /** A hundred days ago. */
  readonly tooOld: number;
  /** Not an event of the kind, in one of its many ways. */
  readonly broken: number;
}

export const NO_SHARES: Shares = { duplicates: 0, conflicts: 0, late: 0, future: 0, tooOld: 0, broken: 0 };
