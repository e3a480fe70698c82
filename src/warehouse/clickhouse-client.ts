import { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
  type ResponseJSON,
} from '@clickhouse/client';
import { LakegateError } from '../platform/errors.ts';
import { type HttpQuestions, openHttpQuestions } from './http-questions.ts';
import { StateHolder } from './state-holder.ts';
import {
  DATABASE,
  type InsertOptions,
  type QueryOptions,
  type QueryResult,
  type Warehouse,
  type WarehouseState,
} from './warehouse.ts';
import { type EndpointState, type UpState, untilUp, type WarehouseEndpoint } from './warehouse-endpoint.ts';

/**
 * The warehouse over ClickHouse's HTTP interface, wherever that is at the moment.
 *
 * While the endpoint is down, what is asked waits for a short time, so that a restart of the engine is a pause and not an error. A question
 * that was cut off in the middle is asked again, because it changes nothing. What changes something is never sent twice from here.
 */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  return new ClickHouseWarehouse(options.endpoint, options.patienceMs ?? PATIENCE_MS);
}

interface WarehouseOptions {
  /** Belongs to the warehouse from now on, and is closed with it. */
  readonly endpoint: WarehouseEndpoint;
  /** How long a statement waits for an endpoint that is down before WAREHOUSE_DOWN. Default 5 s. */
  readonly patienceMs?: number;
}

/** A restart takes under a second on two cores; five is one on a machine that has other things to do. */
const PATIENCE_MS = 5_000;

class ClickHouseWarehouse implements Warehouse {
  readonly #endpoint: WarehouseEndpoint;
  readonly #patienceMs: number;
  readonly #state: StateHolder<WarehouseState>;
  readonly #stopListening: () => void;
  #connected: Connected | null = null;

  constructor(endpoint: WarehouseEndpoint, patienceMs: number) {
    this.#endpoint = endpoint;
    this.#patienceMs = patienceMs;
    this.#state = new StateHolder(warehouseState(endpoint.state()));
    this.#stopListening = endpoint.onState((state) => this.#state.set(warehouseState(state)));
  }

  async query<Row>(sql: string, options: QueryOptions = {}): Promise<QueryResult<Row>> {
    const end = performance.now() + this.#patienceMs;
    let after = 0;
    for (;;) {
      const { questions, up } = await this.#connect(after, end - performance.now());
      // The client listens for an abort, but does not see one that has been.
      if (options.signal?.aborted === true) throw givenUp(options.signal.reason);
      try {
        return await ask<Row>(questions, sql, options);
      } catch (error) {
        const failure = classify(error, options.signal);
        if (failure.code !== 'WAREHOUSE_DOWN') throw failure;
        this.#endpoint.reportUnreachable(up.generation);
        if (performance.now() >= end) throw failure;
        after = up.generation;
      }
    }
  }

  async command(sql: string, options: QueryOptions = {}): Promise<void> {
    await this.#once(options.signal, ({ client, up }) =>
      client.command({ query: sql, ...requestOptions(up, options) }),
    );
  }

  async insert(table: string, bytes: Uint8Array, options: InsertOptions): Promise<void> {
    const target = table.includes('.') ? table : `${DATABASE}.${table}`;
    await this.#once(undefined, async ({ client, up }) => {
      const { stream } = await client.exec({
        query: `INSERT INTO ${target} FORMAT ${options.format}`,
        values: Readable.from([bytes], { objectMode: false }),
        ...requestOptions(up, { settings: options.settings, pool: 'load' }),
      });
      // Nothing is in it, but the connection is free for the next request only once it has been read.
      for await (const _ of stream);
    });
  }

  state(): WarehouseState {
    return this.#state.now;
  }

  onState(listener: (state: WarehouseState) => void): () => void {
    return this.#state.listen(listener);
  }

  async close(): Promise<void> {
    this.#disconnect();
    await this.#endpoint.close();
    this.#stopListening();
  }

  /** For what changes something: sent once, and what became of it is the caller's to find out. */
  async #once(signal: AbortSignal | undefined, send: (connected: Connected) => Promise<unknown>): Promise<void> {
    const connected = await this.#connect(0, this.#patienceMs);
    if (signal?.aborted === true) throw givenUp(signal.reason);
    try {
      await send(connected);
    } catch (error) {
      const failure = classify(error, signal);
      if (failure.code === 'WAREHOUSE_DOWN') this.#endpoint.reportUnreachable(connected.up.generation);
      throw failure;
    }
  }

  /** The client of the first generation after `after`. Each has its own, so that no connection outlives the process it led to. */
  async #connect(after: number, patienceMs: number): Promise<Connected> {
    const up = await untilUp(this.#endpoint, after, patienceMs);
    if (up === null) throw down(this.#state.now);
    if (this.#connected?.up !== up) {
      this.#disconnect();
      this.#connected = { up, client: openClient(up), questions: openQuestions(up) };
    }
    return this.#connected;
  }

  #disconnect(): void {
    this.#connected?.client.close();
    this.#connected?.questions.close();
  }
}

interface Connected {
  readonly client: ClickHouseClient;
  readonly questions: HttpQuestions;
  readonly up: UpState;
}

/** What every statement of the product is asked with. Each is a promise we rely on, whatever the server's own default is. */
const SETTINGS = {
  /** As JSON numbers, 64-bit integers and decimals lose digits beyond 2^53: money would be wrong. */
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  /** Times as RFC 3339 in UTC. */
  date_time_output_format: 'iso',
  /** And read in UTC, whatever zone the server lives in. */
  session_timezone: 'UTC',
  /** The answer begins when it is complete, so that an error is an error and never half a result; the counts are then final too. */
  wait_end_of_query: 1,
  /** Where parameters count as text of the statement, ClickHouse's own 256 KiB would be few: PARAMETER_BYTES_MAX bounds them. */
  max_query_size: '16777216',
  /** Progress as headers overflows Node's limit in long statements. */
  send_progress_in_http_headers: 0,
} as const;

function openClient(up: UpState): ClickHouseClient {
  return createClient({
    url: up.url,
    ...up.credentials.ask,
    clickhouse_settings: SETTINGS,
    max_open_connections: CONNECTIONS_MAX,
    /** Long statements are bounded by their own limits, and an engine that hangs is replaced; this is for a network that swallows. */
    request_timeout: REQUEST_TIMEOUT_MS,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
    compression: { request: false, response: false },
    /** Errors are classified here and logged by whoever handles them, once. */
    log: { level: ClickHouseLogLevel.OFF },
  });
}

function openQuestions(up: UpState): HttpQuestions {
  return openHttpQuestions(up, {
    settings: SETTINGS,
    connectionsMax: CONNECTIONS_MAX,
    idleSocketMs: IDLE_SOCKET_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    checkBytes: checkParameters,
  });
}

/** More than the engine has sessions: what waits should wait there, where the pools are apart. */
const CONNECTIONS_MAX = 64;
const REQUEST_TIMEOUT_MS = 10 * 60_000;
/** Below the engine's 120 s and a ClickHouse server's usual 10 s (keep_alive_timeout), so that no request meets a connection being closed. */
const IDLE_SOCKET_MS = 2_500;

async function ask<Row>(questions: HttpQuestions, sql: string, options: QueryOptions): Promise<QueryResult<Row>> {
  const { data, statistics } = JSON.parse(await questions.ask(sql, options)) as ResponseJSON<Row>;
  return { rows: data, rowsRead: statistics?.rows_read ?? 0, bytesRead: statistics?.bytes_read ?? 0 };
}

function requestOptions(up: UpState, options: QueryOptions) {
  return {
    auth: up.credentials[options.pool ?? 'ask'],
    ...(options.settings === undefined ? {} : { clickhouse_settings: options.settings }),
    ...(options.params === undefined ? {} : { query_params: options.params }),
    ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
  };
}

/** Parameters travel in the URL, which ClickHouse takes up to 1 MiB; 64 KiB are left for settings, names and other headers. */
const PARAMETER_BYTES_MAX = (1024 - 64) * 1024;

function checkParameters(bytes: number): void {
  if (bytes <= PARAMETER_BYTES_MAX) return;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `expected a question whose values (lists in \`where\`, windows of a calendar) are at most ${PARAMETER_BYTES_MAX} bytes as a URL, got ${bytes}. Ask in parts: shorter lists, longer windows or a shorter range`,
  });
}

function warehouseState(endpoint: EndpointState): WarehouseState {
  return endpoint.state === 'up' ? { state: 'up', generation: endpoint.generation } : endpoint;
}

const NARROWER = 'Ask for a shorter range, a narrower `where`, fewer dimensions in `by`, or without `exact`.';

/** Everything that can come out of the client, as one of ours. Its own texts hold SQL, paths and addresses: those stay in the cause. */
function classify(error: unknown, signal: AbortSignal | undefined): LakegateError {
  if (error instanceof LakegateError) return error;
  if (error instanceof ClickHouseError) {
    const limit = LIMITS.get(Number(error.code));
    const facts = { clickhouseCode: Number(error.code), clickhouseType: error.type ?? null };
    if (limit !== undefined) return new LakegateError({ ...limit, facts, cause: error });
    return new LakegateError({
      code: 'INTERNAL',
      message: 'The warehouse refused what it was asked.',
      facts,
      cause: error,
    });
  }
  if (signal?.aborted === true) return givenUp(error);
  if (isUnreachable(error)) {
    return new LakegateError({
      code: 'WAREHOUSE_DOWN',
      message: 'The warehouse cannot be reached at the moment.',
      facts: { reason: error.code },
      retryAfterMs: RETRY_AFTER_MS,
      cause: error,
    });
  }
  return new LakegateError({ code: 'INTERNAL', message: 'The warehouse could not be asked.', cause: error });
}

/** Codes of ClickHouse by which it says that a statement reached a limit: known outcomes, and nobody's bug. */
const LIMITS: ReadonlyMap<number, Pick<LakegateError, 'code' | 'message'>> = new Map([
  [159, { code: 'TOO_EXPENSIVE', message: `It took longer than one question may take. ${NARROWER}` }],
  [241, { code: 'TOO_EXPENSIVE', message: `It needed more memory than one question may take. ${NARROWER}` }],
]);

function givenUp(cause: unknown): LakegateError {
  return new LakegateError({
    code: 'INTERNAL',
    message: 'The question was given up.',
    facts: { aborted: true },
    cause,
  });
}

function down(state: WarehouseState): LakegateError {
  return new LakegateError({
    code: 'WAREHOUSE_DOWN',
    message: 'The warehouse cannot be reached at the moment.',
    facts: state.state === 'down' ? { reason: state.reason, sinceMs: state.sinceMs } : { reason: state.state },
    retryAfterMs: RETRY_AFTER_MS,
  });
}

const RETRY_AFTER_MS = 1_000;

/** Node's codes for a connection that was not there, or is there no more. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

function isUnreachable(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && UNREACHABLE.has(error.code);
}
