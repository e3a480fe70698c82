import { useEffect, useReducer, useState } from 'preact/hooks';
import { keyOf, type Live, LiveReadings, type Reading } from './live-readings.ts';
import { useView } from './use-view.ts';

export type { Live, Reading } from './live-readings.ts';

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
  const [draw] = useState(() => atMostEvery(REDRAW_MS, () => redraw(undefined)));
  const [live] = useState(() => new LiveReadings<Data, State>(draw.soon));
  useEffect(() => live.read(readings, paused), [readings.map(keyOf).join('\n'), paused]);
  useEffect(
    () => () => {
      live.stop();
      draw.cancel();
    },
    [],
  );
  return readings.map((reading) => live.of(reading));
}

/** Messages may come by the hundred; an eye takes four pictures a second for motion. */
const REDRAW_MS = 250;

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
