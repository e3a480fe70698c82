import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { EngineError, refused } from '../engine/engine-error.ts';
import type { UpState } from '../warehouse-endpoint.ts';
import type { PeopleQuestion } from './people-session.ts';

export interface EngineSaid {
  /** Complete in the engine's process before its first byte comes: only its end can cut it off. */
  readonly body: Readable;
  readonly byteLength: number;
  /** The engine's own counts, as JSON: rows and bytes read. */
  readonly summary: string;
}

/** Asks the engine's process. Given up, it ends the question there too. */
export async function askEngine(engine: UpState, question: PeopleQuestion, signal: AbortSignal): Promise<EngineSaid> {
  const { sql, format, database, tenant, settings, parameters } = question;
  const asked: PeopleQuestion = { sql, format, database, tenant, settings, parameters };
  const response = await post(
    engine,
    JSON.stringify(asked),
    AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  );
  if (response.statusCode !== 200) throw engineError(response, await bytesOf(response));
  return {
    body: response,
    byteLength: Number(response.headers['content-length'] ?? 0),
    summary: String(response.headers['x-clickhouse-summary'] ?? '{}'),
  };
}

/** A minute is what a question may take, and as long it may have waited for others. Some work the engine cannot count as time of the question. */
const DEADLINE_MS = 125_000;

const AGENT = new Agent({ keepAlive: true, maxSockets: 128 });

function post(engine: UpState, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      new URL('/people', engine.url),
      {
        method: 'POST',
        agent: AGENT,
        signal,
        headers: {
          'X-ClickHouse-User': 'people',
          'X-ClickHouse-Key': engine.credentials.ask.password,
          'Content-Length': Buffer.byteLength(body),
        },
      },
      resolve,
    );
    sent.once('error', (error) => reject(givenUp(signal) ?? gone(error)));
    sent.end(body);
  });
}

export async function bytesOf(response: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch (error) {
    throw gone(error);
  }
  return Buffer.concat(chunks);
}

function engineError({ headers }: IncomingMessage, bytes: Buffer): EngineError {
  return new EngineError(Number(headers['x-clickhouse-exception-code'] ?? 49), bytes.toString('utf8').trimEnd());
}

function givenUp(signal: AbortSignal): EngineError | null {
  return signal.aborted ? refused('TIMEOUT_EXCEEDED', 'The question was given up') : null;
}

function gone(error: unknown): EngineError {
  return refused(
    'NETWORK_ERROR',
    `The engine went away while it answered (${error instanceof Error ? error.name : 'unknown'}). Try again.`,
  );
}
