/**
 * Where a warehouse answers now. The embedded engine's address changes each time its process starts; a server's does not, but it comes and
 * goes. The client follows either.
 */
export interface WarehouseEndpoint {
  state(): EndpointState;
  /** Called at each change of state. Returns the end of listening. */
  onState(listener: (state: EndpointState) => void): () => void;
  /** A request to this generation was cut off or refused: whoever cannot know by itself looks now. */
  reportUnreachable(generation: number): void;
  close(): Promise<void>;
}

export type EndpointState =
  | { readonly state: 'starting' }
  | {
      readonly state: 'up';
      /** Grows by one each time it came up. */
      readonly generation: number;
      readonly url: string;
      readonly credentials: Readonly<Record<'ask' | 'load', Credentials>>;
    }
  | { readonly state: 'down'; readonly reason: string; readonly sinceMs: number }
  | { readonly state: 'closed' };

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Resolves with the first state from now on that is up and newer than `after`, or with null when it is closed or the time is over. */
export function untilUp(endpoint: WarehouseEndpoint, after: number, patienceMs: number): Promise<UpState | null> {
  const found = newerThan(endpoint.state(), after);
  if (found !== undefined) return Promise.resolve(found);
  return new Promise((resolve) => {
    const settle = (state: UpState | null) => {
      clearTimeout(timer);
      stopListening();
      resolve(state);
    };
    const timer = setTimeout(() => settle(null), patienceMs);
    const stopListening = endpoint.onState((state) => {
      const now = newerThan(state, after);
      if (now !== undefined) settle(now);
    });
  });
}

export type UpState = Extract<EndpointState, { state: 'up' }>;

/** Undefined: not yet. Null: never. */
function newerThan(state: EndpointState, after: number): UpState | null | undefined {
  if (state.state === 'closed') return null;
  return state.state === 'up' && state.generation > after ? state : undefined;
}
