import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { AskError } from '../api/ask-error.ts';
import { readLive } from '../api/live.ts';
import type { Operation } from '../api/operation.ts';
import { useView } from './use-view.ts';

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

/** One subscription as state. Null reads nothing. */
export function useLive<Data, State>(reading: Reading<Data, State> | null): Live<State> {
  return useLiveOf(reading === null ? [] : [reading])[0] ?? { state: null, error: null };
}

/**
 * Several, each by itself. Paused they stand still; afterwards they go on where they were, so that nothing in between is missed. One that
 * asks something else than before begins anew.
 */
export function useLiveOf<Data, State>(readings: readonly Reading<Data, State>[]): readonly Live<State>[] {
  const { paused } = useView();
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const places = useRef(new Map<string, Place<State>>());
  const keys = readings.map(({ operation, variables }) => operation.text + JSON.stringify(variables));
  useEffect(() => {
    places.current = new Map(keys.map((key) => [key, places.current.get(key) ?? { live: NOTHING, cursor: undefined }]));
    if (paused) return;
    const draw = atMostEvery(REDRAW_MS, () => redraw(undefined));
    const stops = readings.map((reading, index) => readAt(places.current.get(keys[index] ?? ''), reading, draw.soon));
    return () => {
      draw.cancel();
      for (const stop of stops) stop();
    };
  }, [keys.join('\n'), paused]);
  return keys.map((key) => places.current.get(key)?.live ?? NOTHING);
}

const NOTHING = { state: null, error: null };

/** Messages may come by the hundred; an eye takes four pictures a second for motion. */
const REDRAW_MS = 250;

interface Place<State> {
  live: Live<State>;
  cursor: string | undefined;
}

function readAt<Data, State>(
  place: Place<State> | undefined,
  { operation, variables, reduce, cursorOf }: Reading<Data, State>,
  changed: () => void,
): () => void {
  if (place === undefined) return () => {};
  return readLive(operation, variables, place.cursor, {
    next: (data) => {
      place.live = { state: reduce(place.live.state, data), error: null };
      changed();
    },
    failed: (error) => {
      place.live = { ...place.live, error };
      changed();
    },
    cursorOf: (data) => {
      place.cursor = cursorOf(data);
      return place.cursor;
    },
  });
}

/** The first at once, and what comes soon after it together. */
function atMostEvery(ms: number, work: () => void): { readonly soon: () => void; readonly cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;
  const run = (): void => {
    timer = undefined;
    if (!asked) return;
    asked = false;
    timer = setTimeout(run, ms);
    work();
  };
  return {
    soon: () => {
      asked = true;
      if (timer === undefined) run();
    },
    cancel: () => clearTimeout(timer),
  };
}
