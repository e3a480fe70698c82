import { setTimeout as pause } from 'node:timers/promises';
import type { StateAtVersion } from './answer-of-log.ts';
import { LiveSocket } from './live-socket.ts';

export interface ResumingReaderOptions {
  /** Where it may connect: to any of them. */
  readonly urls: () => readonly string[];
  readonly random: (below: number) => number;
  /** It loses its connection after one message in so many, whatever it is about to be sent. */
  readonly lossOneIn: number;
}

/** Where a message came from: what the reader had seen before on this connection, and whether another server gave the cursor it went on from. */
export interface Arrival {
  readonly isFirst: boolean;
  readonly isResumed: boolean;
  readonly isElsewhere: boolean;
}

/** Reads one subscription over connections that it loses at random message boundaries, each time on from its last cursor, until it is stopped. */
export abstract class ResumingReader<Data> {
  readonly #options: ResumingReaderOptions;
  #socket: LiveSocket<Data> | null = null;
  #reading: Promise<void> = Promise.resolve();
  #isStopped = false;
  #cursor: string | null = null;
  #cursorUrl: string | null = null;
  #losses = 0;
  /** What servers said instead of data, and not that it comes again later: on a busy machine a moment without loading may not be met in time. */
  readonly refusals: unknown[] = [];

  constructor(options: ResumingReaderOptions) {
    this.#options = options;
  }

  protected abstract readonly query: string;

  /** The cursor behind what it has taken. */
  protected abstract take(data: Data, arrival: Arrival): string;

  get cursor(): string | null {
    return this.#cursor;
  }

  /** Connections that it lost by itself. */
  get losses(): number {
    return this.#losses;
  }

  start(): void {
    this.#reading = this.#readOn();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#socket?.lose();
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    while (!this.#isStopped) {
      const urls = this.#options.urls();
      const url = urls[this.#options.random(urls.length)];
      if (url !== undefined) await this.#connect(url).catch(() => {});
      await pause(AGAIN_MS);
    }
  }

  /** Until the connection is gone. Rejects where none could be made. */
  async #connect(url: string): Promise<void> {
    const resumed = { isResumed: this.#cursor !== null, isElsewhere: this.#cursor !== null && this.#cursorUrl !== url };
    let isFirst = true;
    const socket = await LiveSocket.open<Data>(
      url,
      { query: this.query, variables: { after: this.#cursor } },
      (data) => {
        this.#cursor = this.take(data, { ...resumed, isFirst });
        this.#cursorUrl = url;
        isFirst = false;
        if (this.#options.random(this.#options.lossOneIn) > 0) return;
        this.#losses++;
        socket.lose();
      },
    );
    this.#socket = socket;
    if (this.#isStopped) socket.lose();
    const refused = setInterval(() => {
      if (socket.refusal === null) return;
      if (!isForLater(socket.refusal)) this.refusals.push(socket.refusal);
      socket.lose();
    }, AGAIN_MS);
    await socket.closed;
    clearInterval(refused);
  }
}

function isForLater(refusal: unknown): boolean {
  const [error] = Array.isArray(refusal) ? refusal : [];
  return typeof error?.extensions?.retryAfterMs === 'number';
}

/** Between a loss and the next connection. */
const AGAIN_MS = 20;

/** A payment as a stream tells it, and where it is in the log. */
export interface LoggedPayment {
  readonly id: string;
  readonly occurredAt: string;
  readonly amount: string;
  readonly currency: string;
  readonly category: string;
  readonly partition: number;
  readonly offset: bigint;
}

interface Added {
  readonly transactionAdded: {
    readonly nodes: readonly (Omit<LoggedPayment, 'partition' | 'offset'> & {
      readonly meta: { readonly position: { readonly partition: number; readonly offset: string } };
    })[];
    readonly cursor: string;
    readonly skipped: object | null;
  };
}

/** All payments in the order in which they came. */
export class AddedReader extends ResumingReader<Added> {
  readonly payments: LoggedPayment[] = [];
  readonly skipped: object[] = [];
  /** Messages with events, on connections that went on at another server. */
  elsewhere = 0;
  protected readonly query = `subscription ($after: Cursor) { transactionAdded(after: $after) {
    nodes { id occurredAt amount currency category meta { position { partition offset } } } cursor skipped { count readFrom } } }`;

  protected take({ transactionAdded: { nodes, cursor, skipped } }: Added, { isElsewhere }: Arrival): string {
    for (const { meta, ...payment } of nodes) {
      const { partition, offset } = meta.position;
      this.payments.push({ ...payment, partition, offset: BigInt(offset) });
    }
    if (skipped !== null) this.skipped.push(skipped);
    if (isElsewhere && nodes.length > 0) this.elsewhere++;
    return cursor;
  }

  get ids(): readonly string[] {
    return this.payments.map(({ id }) => id);
  }
}

export interface PaymentRow {
  readonly id: string;
  readonly start: string;
  readonly currency: string;
  readonly category: string;
  readonly count: number;
  readonly amountSum: string;
}

interface Updated {
  readonly transactionMetrics: {
    readonly type: 'SNAPSHOT' | 'PATCH';
    readonly cursor: string;
    readonly rows: readonly PaymentRow[];
    readonly removed: readonly string[];
    readonly asOf: { readonly version: string };
  };
}

const QUESTION =
  'range: {from: "2026-01-01T00:00:00Z", to: "2036-01-01T00:00:00Z"}, every: "1h", by: [CURRENCY, CATEGORY]';

const ROW = 'id start currency category count amountSum';

/** The same question, asked once. */
export const PAYMENTS_QUERY = `query ($atLeast: Version) {
  transactionMetrics(${QUESTION}, atLeast: $atLeast) { rows { ${ROW} } } }`;

/** What payments add up to by hour, as the updates say it. */
export class PaymentsReader extends ResumingReader<Updated> {
  readonly #rows = new Map<string, PaymentRow>();
  /** What it had after each message, and of which version that was said to be. */
  readonly states: StateAtVersion[] = [];
  /** What the first message of a connection was that went on from a cursor, by who had given that. */
  readonly resumedHere = { SNAPSHOT: 0, PATCH: 0 };
  readonly resumedElsewhere = { SNAPSHOT: 0, PATCH: 0 };
  protected readonly query = `subscription ($after: Cursor) {
    transactionMetrics(${QUESTION}, after: $after, throttle: "50ms") { type cursor removed rows { ${ROW} } asOf { version } } }`;

  protected take({ transactionMetrics: { type, cursor, rows, removed, asOf } }: Updated, arrival: Arrival): string {
    if (type === 'SNAPSHOT') this.#rows.clear();
    for (const id of removed) this.#rows.delete(id);
    for (const row of rows) this.#rows.set(row.id, row);
    this.states.push({ version: asOf.version, rows: [...this.#rows.values()] });
    if (arrival.isFirst && arrival.isResumed) this[arrival.isElsewhere ? 'resumedElsewhere' : 'resumedHere'][type]++;
    return cursor;
  }

  get rows(): ReadonlyMap<string, PaymentRow> {
    return this.#rows;
  }

  /** How many payments are in the rows. */
  get count(): number {
    return [...this.#rows.values()].reduce((sum, { count }) => sum + count, 0);
  }
}
