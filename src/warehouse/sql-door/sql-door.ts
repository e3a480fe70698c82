import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { LakegateError } from '../../platform/errors.ts';
import { isMisled } from '../../platform/loopback.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { EngineError, httpStatus, refused } from '../engine/engine-error.ts';
import { untilUp, type WarehouseEndpoint } from '../warehouse-endpoint.ts';
import { askEngine, bytesOf, type EngineSaid } from './ask-engine.ts';
import { goHello, isGoHello } from './go-hello.ts';
import { type Question, readQuestion } from './read-question.ts';
import { sendAnswer } from './send-answer.ts';

/**
 * ClickHouse's HTTP interface for people and their tools, over the embedded engine: it answers what reads, of the views in `analytics`, and refuses
 * everything else before the engine runs it. Open on its own port from the moment this resolves; while the engine is away, questions wait.
 *
 *   request ─► words (read-statement) ─► engine's process: a session of its own, read-only ─► parse tree (judge-tree) ─► run ─► answer
 */
export async function openSqlDoor(options: SqlDoorOptions): Promise<SqlDoor> {
  const server = createServer(LIMITS, (request, response) => {
    serve(request, response, options).catch((error: unknown) => sendRefusal(response, error, options.logger));
  });
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, options);
  return { url: urlOf(server), close: (deadlineMs) => close(server, deadlineMs) };
}

interface SqlDoorOptions {
  /** The embedded engine. */
  readonly endpoint: WarehouseEndpoint;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly logger: Logger;
  /** Whose rows whoever asks may see; null: nobody's, the credentials are wrong. */
  readonly tenantOf: (credentials: SqlCredentials) => string | null;
}

interface SqlCredentials {
  /** Empty where none came. */
  readonly user: string;
  readonly password: string;
}

export interface SqlDoor {
  readonly url: string;
  /** Answers that run may finish within the time given; then they are cut off. */
  close(deadlineMs: number): Promise<void>;
}

/** A question may run for a minute, and wait for others before. Whoever is slow with the question itself is let go. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  // A statement in the URL, with every sign of it escaped.
  maxHeaderSize: 1024 * 1024,
};

/** A hundred people with a dozen connections each would be more than this machine answers. */
const CONNECTIONS_MAX = 1_000;

async function serve(request: IncomingMessage, response: ServerResponse, options: SqlDoorOptions): Promise<void> {
  refuseBrowsers(request, options.host);
  const url = new URL(request.url ?? '/', 'http://sql-door');
  if (!METHODS.has(request.method ?? '')) throw refused('BAD_ARGUMENTS', 'Expected GET, HEAD or POST');
  const sign = SIGNS_OF_LIFE.get(url.pathname);
  if (sign !== undefined && !(url.pathname === '/' && (request.method === 'POST' || url.search !== ''))) {
    response.writeHead(200, TEXT).end(sign);
    return;
  }
  if (url.pathname !== '/') throw refused('BAD_ARGUMENTS', `Expected the path /, got ${url.pathname.slice(0, 100)}`);
  const question = await readQuestion(request, url);
  const tenant = options.tenantOf(credentialsOf(request, question));
  if (tenant === null) {
    throw refused(
      'AUTHENTICATION_FAILED',
      'Authentication failed: password is incorrect, or there is no user with such name.',
    );
  }
  await answer(question, tenant, response, options);
}

async function answer(
  question: Question,
  tenant: string,
  response: ServerResponse,
  options: SqlDoorOptions,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const engine = await untilUp(options.endpoint, 0, ENGINE_PATIENCE_MS);
  if (engine === null) throw refused('NETWORK_ERROR', 'The engine is not there at the moment. Try again.');
  const hello = isGoHello(question.sql, question.clientRevision);
  const asked = hello ? { ...question, sql: 'SELECT version()', format: 'TSVRaw' } : question;
  const said = await askEngine(engine, { ...asked, tenant }, gone.signal);
  await sendAnswer(response, question, hello ? await asHello(said) : said);
}

async function asHello(said: EngineSaid): Promise<EngineSaid> {
  const bytes = goHello((await bytesOf(said.body)).toString('utf8').trim());
  return { ...said, body: Readable.from([bytes]), byteLength: bytes.length };
}

/** A restart of the engine takes a second or two. */
const ENGINE_PATIENCE_MS = 5_000;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

const SIGNS_OF_LIFE: ReadonlyMap<string, string> = new Map([
  ['/', 'Ok.\n'],
  ['/ping', 'Ok.\n'],
  ['/replicas_status', 'Ok.\n'],
]);

const TEXT = { 'Content-Type': 'text/plain; charset=UTF-8' };

/**
 * While nobody is asked for a password, a page from elsewhere that the same person has open must not ask in their name: neither as what it is,
 * nor under a name of its own that it has led to this machine.
 */
function refuseBrowsers({ headers }: IncomingMessage, host: string): void {
  const site = headers['sec-fetch-site'];
  const foreign = headers.origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin');
  if (foreign || isMisled(host, headers.host))
    throw refused('ACCESS_DENIED', 'Expected a client that is no page in a browser');
}

function credentialsOf(request: IncomingMessage, question: Question): SqlCredentials {
  const { authorization, 'x-clickhouse-user': user, 'x-clickhouse-key': key } = request.headers;
  if (authorization?.startsWith('Basic ') === true) {
    const text = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { user: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  if (typeof user === 'string') return { user, password: typeof key === 'string' ? key : '' };
  return { user: question.user ?? '', password: question.password ?? '' };
}

/** As a ClickHouse server says it. What is no error of the engine is a bug here, and says nothing of the inside. */
function sendRefusal(response: ServerResponse, error: unknown, logger: Logger): void {
  // In the middle of an answer: the client has left, or the engine has. Either way it is cut off, and nobody is at fault here.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (!(error instanceof EngineError)) logger.error({ err: error }, 'the SQL door failed');
  const known = error instanceof EngineError ? error : refused('LOGICAL_ERROR', 'The SQL door failed');
  const rest = response.req.complete ? {} : { Connection: 'close' };
  const retry = httpStatus(known.code) === 503 ? { 'Retry-After': '1' } : {};
  response.writeHead(httpStatus(known.code), {
    ...TEXT,
    ...rest,
    ...retry,
    'X-ClickHouse-Exception-Code': String(known.code),
  });
  response.end(`${known.message}\n`);
}

async function listen(server: Server, { host, port }: SqlDoorOptions): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    throw cannotListen(host, port, cause);
  }
}

function cannotListen(host: string, port: number, cause: unknown): LakegateError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const message =
    code === 'EADDRINUSE'
      ? `LAKEGATE_SQL_PORT: expected port ${port} on ${host} to be free, but another process listens there (often a ClickHouse server). ` +
        `Start with another: LAKEGATE_SQL_PORT=${port + 1}, with 0 for any that is free, or with off for no SQL door.`
      : `LAKEGATE_SQL_PORT: expected a port that this user may listen on, got ${port} on ${host} (${String(code ?? cause)})`;
  return new LakegateError({ code: 'BAD_CONFIG', message, cause });
}

function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function close(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearTimeout(timer);
}
