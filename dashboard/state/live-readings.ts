import type { AskError } from '../api/ask-error.ts';
import { readLive } from '../api/live.ts';
import type { Operation } from '../api/operation.ts';

export interface Live<State> {
  /** Null until the first message. */
  readonly state: State | null;
  /** What stands in the way, while it does. */
  readonly error: AskError | null;
}

/** A subscription, and what its messages add up to. */
export interface Reading<Data, State> {
  readonly operation: Operation<Data, never>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly reduce: (before: State | null, data: Data) => State;
  /** Where to go on after a message; undefined where a subscription has no places. */
  readonly cursorOf: (data: Data) => string | undefined;
}

interface Place<State> {
  live: Live<State>;
  cursor: string | undefined;
  /** Null while it stands still. */
  stop: (() => void) | null;
}

/**
 * The subscriptions of one place on the page, each with where it is. What is asked on is read on, what is asked no more is forgotten, and
 * what stood still goes on from its cursor.
 */
export class LiveReadings<Data, State> {
  readonly #changed: () => void;
  #places = new Map<string, Place<State>>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  read(readings: readonly Reading<Data, State>[], paused: boolean): void {
    const before = this.#places;
    this.#places = new Map(
      readings.map((reading) => {
        const key = keyOf(reading);
        return [key, before.get(key) ?? { live: NOTHING, cursor: undefined, stop: null }];
      }),
    );
    for (const [key, place] of before) if (paused || !this.#places.has(key)) standStill(place);
    if (paused) return;
    for (const reading of readings) this.#start(reading);
  }

  of(reading: Reading<Data, State>): Live<State> {
    return this.#places.get(keyOf(reading))?.live ?? NOTHING;
  }

  stop(): void {
    for (const place of this.#places.values()) standStill(place);
  }

  #start(reading: Reading<Data, State>): void {
    const place = this.#places.get(keyOf(reading));
    if (place === undefined || place.stop !== null) return;
    place.stop = readLive(reading.operation, reading.variables, place.cursor, {
      next: (data) => {
        place.live = { state: reading.reduce(place.live.state, data), error: null };
        this.#changed();
      },
      failed: (error) => {
        place.live = { ...place.live, error };
        this.#changed();
      },
      cursorOf: (data) => {
        place.cursor = reading.cursorOf(data);
        return place.cursor;
      },
    });
  }
}

const NOTHING = { state: null, error: null };

/** What is asked: the same text and variables are the same. */
export function keyOf<Data, State>({ operation, variables }: Reading<Data, State>): string {
  return operation.text + JSON.stringify(variables);
}

function standStill<State>(place: Place<State>): void {
  place.stop?.();
  place.stop = null;
}
