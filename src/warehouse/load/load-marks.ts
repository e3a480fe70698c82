import type { TimeSpan } from '../progress.ts';

/**
 * Which load touched which hour of event time last. Loads are numbered from 1; 0 is what was there before. Two levels, so that years are looked
 * through by their days.
 */
export class LoadMarks {
  readonly #byHour = new Map<number, number>();
  readonly #byDay = new Map<number, number>();
  /** The last load of which nobody knew what it would touch. */
  #everything = 0;

  touch(hours: TouchedHours, load: number): void {
    if (hours === null) this.#everything = load;
    for (const hour of hours ?? []) {
      this.#byHour.set(hour, load);
      this.#byDay.set(Math.floor(hour / HOURS_PER_DAY), load);
    }
  }

  /** The last load that touched one of the spans. */
  last(spans: readonly TimeSpan[]): number {
    return spans.reduce((last, span) => Math.max(last, this.#lastOf(span)), this.#everything);
  }

  #lastOf({ fromUs, toUs }: TimeSpan): number {
    const [from, to] = [Math.floor(fromUs / HOUR_US), Math.ceil(toUs / HOUR_US)];
    const [firstDay, endDay] = [Math.ceil(from / HOURS_PER_DAY), Math.floor(to / HOURS_PER_DAY)];
    if (firstDay >= endDay) return lastIn(this.#byHour, from, to);
    return Math.max(
      lastIn(this.#byHour, from, firstDay * HOURS_PER_DAY),
      lastIn(this.#byDay, firstDay, endDay),
      lastIn(this.#byHour, endDay * HOURS_PER_DAY, to),
    );
  }
}

/** Hours of event time since 1970 in UTC; null is any of them. */
export type TouchedHours = ReadonlySet<number> | null;

export function touches(hours: TouchedHours, spans: readonly TimeSpan[]): boolean {
  if (hours === null) return true;
  return [...hours].some((hour) =>
    spans.some(({ fromUs, toUs }) => hour * HOUR_US < toUs && (hour + 1) * HOUR_US > fromUs),
  );
}

/** The same from minutes. */
export function hoursOf(minutes: readonly number[]): ReadonlySet<number> {
  return new Set(minutes.map((minute) => Math.floor(minute / 60)));
}

const HOUR_US = 3600e6;
const HOURS_PER_DAY = 24;

/** Of `from` up to and without `to`. Whatever is shorter is looked through: the numbers of the span, or those that are marked. */
function lastIn(marks: ReadonlyMap<number, number>, from: number, to: number): number {
  let last = 0;
  if (to - from <= marks.size) {
    for (let number = from; number < to; number++) last = Math.max(last, marks.get(number) ?? 0);
  } else {
    for (const [number, load] of marks) if (number >= from && number < to) last = Math.max(last, load);
  }
  return last;
}
