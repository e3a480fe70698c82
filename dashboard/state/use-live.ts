import { useEffect, useRef, useState } from 'preact/hooks';
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

export interface Reading<Data, State> {
  readonly operation: Operation<Data, never>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly reduce: (before: State | null, data: Data) => State;
  readonly cursorOf: (data: Data) => string | undefined;
}

/**
 * A subscription as state. Paused it stands still; afterwards it goes on where it was, so that nothing in between is missed. Another
 * question begins anew; null reads nothing.
 */
export function useLive<Data, State>(reading: Reading<Data, State> | null): Live<State> {
  const { paused } = useView();
  const key = reading === null ? '' : reading.operation.text + JSON.stringify(reading.variables);
  const place = useRef<{ readonly key: string; state: State | null; cursor: string | undefined }>({
    key: '',
    state: null,
    cursor: undefined,
  });
  const [live, setLive] = useState<Live<State> & { readonly key: string }>({ key: '', state: null, error: null });
  if (place.current.key !== key) place.current = { key, state: null, cursor: undefined };
  useEffect(() => {
    if (reading === null || paused) return;
    const here = place.current;
    return readLive(reading.operation, reading.variables, here.cursor, {
      next: (data) => {
        here.state = reading.reduce(here.state, data);
        setLive({ key, state: here.state, error: null });
      },
      failed: (error) => setLive({ key, state: here.state, error }),
      cursorOf: (data) => {
        here.cursor = reading.cursorOf(data);
        return here.cursor;
      },
    });
  }, [key, paused]);
  return live.key === key ? live : { state: null, error: null };
}
