import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '../platform/clock.ts';
import { StateHolder } from './state-holder.ts';
import type { EndpointState, WarehouseEndpoint } from './warehouse-endpoint.ts';

/**
 * A ClickHouse server that is somebody else's: it is only looked at. When it was gone and is back it counts as a new generation, because
 * nobody here can know whether it was the network or the server, and what was in flight must be verified either way.
 */
export function openServerEndpoint(options: ServerEndpointOptions): WarehouseEndpoint {
  return new ServerEndpoint(options);
}

interface ServerEndpointOptions {
  /** http://user:password@host:8123 */
  readonly url: string;
  readonly clock?: Clock;
  /** How often it is asked for a sign of life. Default 2 s. */
  readonly pingEveryMs?: number;
}

class ServerEndpoint implements WarehouseEndpoint {
  readonly #url: string;
  readonly #credentials: { readonly username: string; readonly password: string };
  readonly #clock: Clock;
  readonly #pingEveryMs: number;
  readonly #state = new StateHolder<EndpointState>({ state: 'starting' });
  readonly #closed = new AbortController();
  readonly #watching: Promise<void>;
  #generation = 0;
  #lookNow = new AbortController();

  constructor({ url, clock = systemClock, pingEveryMs = 2_000 }: ServerEndpointOptions) {
    const parsed = new URL(url);
    this.#credentials = {
      username: decodeURIComponent(parsed.username) || 'default',
      password: decodeURIComponent(parsed.password),
    };
    parsed.username = '';
    parsed.password = '';
    this.#url = parsed.href;
    this.#clock = clock;
    this.#pingEveryMs = pingEveryMs;
    this.#watching = this.#watch();
  }

  state(): EndpointState {
    return this.#state.now;
  }

  onState(listener: (state: EndpointState) => void): () => void {
    return this.#state.listen(listener);
  }

  reportUnreachable(generation: number): void {
    const { now } = this.#state;
    if (now.state !== 'up' || now.generation !== generation) return;
    this.#down('a request did not get through');
    this.#lookNow.abort();
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    await this.#watching;
    this.#state.set({ state: 'closed' });
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      this.#lookNow = new AbortController();
      const reason = await reasonUnreachable(new URL('/ping', this.#url), signal);
      if (signal.aborted) return;
      const { state } = this.#state.now;
      if (reason === null && state !== 'up') this.#up();
      if (reason !== null && state !== 'down') this.#down(reason);
      // Aborted means: look at once, or leave.
      const waitMs = reason === null ? this.#pingEveryMs : Math.min(this.#pingEveryMs, PING_WHILE_DOWN_MS);
      await pause(waitMs, null, { signal: AbortSignal.any([signal, this.#lookNow.signal]) }).catch(() => {});
    }
  }

  #up(): void {
    this.#generation += 1;
    const credentials = { ask: this.#credentials, load: this.#credentials };
    this.#state.set({ state: 'up', generation: this.#generation, url: this.#url, credentials });
  }

  #down(reason: string): void {
    this.#state.set({ state: 'down', reason, sinceMs: this.#clock.nowMs() });
  }
}

/** Somebody waits for it: 250 ms is a pause hardly noticed. */
const PING_WHILE_DOWN_MS = 250;
const PING_DEADLINE_MS = 5_000;

/** Null: it answered. */
async function reasonUnreachable(ping: URL, closed: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(ping, { signal: AbortSignal.any([closed, AbortSignal.timeout(PING_DEADLINE_MS)]) });
    await response.arrayBuffer();
    return response.ok ? null : `the server answers its ping with ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `the server cannot be reached (${error.name})` : 'the server cannot be reached';
  }
}
