/** Wall-clock time as an argument: whoever needs "now" is given one of these, so that tests move time and code does not. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
