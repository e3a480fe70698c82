import { Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';
import { parseError } from '@clickhouse/client';
import { parameterText } from './parameter-text.ts';
import type { QueryOptions } from './warehouse.ts';
import type { UpState } from './warehouse-endpoint.ts';

/**
 * Statements that only read, by ClickHouse's HTTP interface: one request, one answer in one piece. `@clickhouse/client` waits for a timer before
 * each request and takes answers apart as streams, which is 2 of the 10 ms that a question to a rollup takes; what changes something goes by it.
 */
export interface HttpQuestions {
  /** The answer as JSON. Rejects with a ClickHouseError, or with what Node says of the connection. */
  ask(sql: string, options: QueryOptions): Promise<string>;
  close(): void;
}

interface HttpQuestionsOptions {
  /** What every statement is asked with; those of a statement go before. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly connectionsMax: number;
  readonly idleSocketMs: number;
  readonly requestTimeoutMs: number;
  /** Called with what all parameters and settings take in the URL. */
  readonly checkBytes: (bytes: number) => void;
}

export function openHttpQuestions({ url, credentials }: UpState, options: HttpQuestionsOptions): HttpQuestions {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isTls = protocol === 'https:';
  const pooled = { keepAlive: true, maxSockets: options.connectionsMax, timeout: options.idleSocketMs };
  const agent = isTls ? new HttpsAgent(pooled) : new HttpAgent(pooled);
  const state: State = {
    request: isTls ? requestByHttps : requestByHttp,
    target: {
      method: 'POST',
      agent,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      timeout: options.requestTimeoutMs,
    },
    pathname,
    authorization: { ask: basic(credentials.ask), load: basic(credentials.load) },
    settings: new URLSearchParams(entries(options.settings)).toString(),
    checkBytes: options.checkBytes,
  };
  return {
    ask: (sql, question) => ask(state, sql, question),
    close: () => agent.destroy(),
  };
}

interface State {
  readonly request: typeof requestByHttp;
  readonly target: Parameters<typeof requestByHttp>[1];
  readonly pathname: string;
  readonly authorization: Readonly<Record<'ask' | 'load', string>>;
  readonly settings: string;
  readonly checkBytes: (bytes: number) => void;
}

function basic({ username, password }: UpState['credentials']['ask']): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function ask(state: State, sql: string, options: QueryOptions): Promise<string> {
  const search = searchText(state, options);
  try {
    return await send(state, search, sql, options);
  } catch (error) {
    // The other side may close a connection in the moment in which it is used again. That question was never read, or changed nothing.
    if (!(error instanceof ClosedMeanwhile)) throw error;
    return send(state, search, sql, options).catch(asItCame);
  }
}

function searchText({ settings, checkBytes }: State, { params = {}, settings: own = {} }: QueryOptions): string {
  const named = Object.entries(params).map(([name, value]): [string, string] => [
    `param_${name}`,
    parameterText(value),
  ]);
  const asked = new URLSearchParams([...named, ...entries(own)]).toString();
  checkBytes(asked.length);
  // Of two with one name the last counts.
  return asked === '' ? `default_format=JSON&${settings}` : `default_format=JSON&${settings}&${asked}`;
}

function entries(values: Readonly<Record<string, string | number>>): [string, string][] {
  return Object.entries(values).map(([name, value]) => [name, String(value)]);
}

/** A connection that was used before was gone before anything came back. */
class ClosedMeanwhile extends Error {}

/** The second time too: whoever asks has to be told what happened, so that it is known for an engine that is away. */
function asItCame(error: unknown): never {
  throw error instanceof ClosedMeanwhile ? error.cause : error;
}

function send(state: State, search: string, sql: string, options: QueryOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = state.request({
      ...state.target,
      path: `${state.pathname}?${search}`,
      headers: {
        authorization: state.authorization[options.pool ?? 'ask'],
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(sql),
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let isAnswered = false;
    sent.once('response', (answer) => {
      isAnswered = true;
      readWhole(answer).then((text) => {
        if (answer.statusCode === 200) resolve(text);
        else reject(parseError(text));
      }, reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    // An answer that is cut off has an error of its own; this one is then too late to count.
    sent.on('error', (error) =>
      reject(
        !isAnswered && sent.reusedSocket && isCutOff(error)
          ? new ClosedMeanwhile('closed meanwhile', { cause: error })
          : error,
      ),
    );
    sent.end(sql);
  });
}

function isCutOff(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function readWhole(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    answer.once('error', reject);
  });
}
