import type { ExpectedVerdict } from './item.ts';

/** What the bulk door answers, as far as a producer needs it. */
export interface BulkAnswer {
  readonly admitted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly version: string;
  readonly verdicts: readonly BulkVerdict[];
}

interface BulkVerdict {
  readonly index: number;
  readonly id: string | null;
  readonly verdict: 'ADMITTED' | 'DUPLICATE' | 'REJECTED' | 'PENDING';
  readonly rejection: { readonly code: ExpectedVerdict } | null;
}

interface BulkClientOptions {
  /** Asked before every attempt: a server that comes back may come back elsewhere. */
  readonly url: () => string;
  /** The kind's name in the route: transaction. */
  readonly singular: string;
  /** How long to go on trying while the server says "later" or is not there. Then the last reason is thrown. */
  readonly patienceMs: number;
  /** Told of every pause, so that people see why nothing happens. */
  readonly onPause?: (pause: Pause) => void;
}

export interface Pause {
  readonly ms: number;
  readonly reason: string;
}

/**
 * A polite producer: where the server is full or away it waits as long as it was asked to and sends the same bytes again, which is safe
 * because ids are counted once.
 */
export class BulkClient {
  readonly #options: BulkClientOptions;
  /** Requests sent again. What the first attempt admitted before it broke off is answered DUPLICATE the second time. */
  repeated = 0;

  constructor(options: BulkClientOptions) {
    this.#options = options;
  }

  /** The signal ends waiting between attempts, never an attempt: what is on its way is sent to its end. */
  async send(lines: string, signal?: AbortSignal): Promise<BulkAnswer> {
    const givenUpAt = performance.now() + this.#options.patienceMs;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(lines);
      if ('answer' in outcome) return outcome.answer;
      const ms = outcome.retryAfterMs ?? Math.min(100 * 2 ** attempt, 2_000);
      signal?.throwIfAborted();
      if (!outcome.retryable || performance.now() + ms > givenUpAt) throw new Error(outcome.reason);
      this.repeated++;
      this.#options.onPause?.({ ms, reason: outcome.reason });
      await pause(ms, signal);
    }
  }

  async #try(lines: string): Promise<{ readonly answer: BulkAnswer } | Refusal> {
    const { url, singular } = this.#options;
    try {
      const response = await fetch(`${url()}/ingest/${singular}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines,
      });
      const text = await response.text();
      return response.ok ? { answer: JSON.parse(text) as BulkAnswer } : refusal(response, text);
    } catch (error) {
      return { reason: `no answer: ${causeOf(error)}`, retryable: true, retryAfterMs: null };
    }
  }
}

interface Refusal {
  readonly reason: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
}

function refusal(response: Response, text: string): Refusal {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    reason: `${response.status} ${text.slice(0, 500)}`,
    retryable: response.status === 429 || response.status === 503,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
  };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}

/** Ends early, without an error, when the signal aborts: the caller looks at it next. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
    if (signal?.aborted === true) done();
  });
}
