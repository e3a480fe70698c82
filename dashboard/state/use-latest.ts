import { useEffect, useState } from 'preact/hooks';
import { AskError } from '../api/ask-error.ts';
import { type Live, type Reading, useLive } from './use-live.ts';

export interface Latest<Item> {
  /** Newest first. Null until they are known. */
  readonly items: readonly Item[] | null;
  readonly error: AskError | null;
}

interface LatestOptions<Item, Data> extends Pick<Reading<Data, never>, 'operation' | 'cursorOf'> {
  /** Those that were there before; asked once, and merged with what came meanwhile. */
  readonly before: () => Promise<readonly Item[]>;
  readonly itemOf: (data: Data) => Item;
  readonly idOf: (item: Item) => string;
  readonly max: number;
}

/** The newest of a stream: those that were there, and each as it comes. One that comes again stands as it is now. */
export function useLatest<Item, Data>(options: LatestOptions<Item, Data>): Latest<Item> {
  const { operation, cursorOf, itemOf, idOf, max, before } = options;
  const [earlier, setEarlier] = useState<Live<readonly Item[]>>({ state: null, error: null });
  const live = useLive<Data, readonly Item[]>({
    operation,
    variables: {},
    cursorOf,
    reduce: (items, data) => merged([itemOf(data)], items ?? [], idOf).slice(0, max),
  });
  useEffect(() => {
    before().then(
      (items) => setEarlier({ state: items, error: null }),
      (error: unknown) => setEarlier({ state: null, error: error instanceof AskError ? error : null }),
    );
  }, [operation.text]);
  const nothing = earlier.state === null && live.state === null;
  return {
    items: nothing ? null : merged(live.state ?? [], earlier.state ?? [], idOf).slice(0, max),
    error: live.error ?? earlier.error,
  };
}

function merged<Item>(newer: readonly Item[], older: readonly Item[], idOf: (item: Item) => string): readonly Item[] {
  const ids = new Set(newer.map(idOf));
  return [...newer, ...older.filter((item) => !ids.has(idOf(item)))];
}
