import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EngineAnswer, EngineError, type InsertTarget, type WrittenCounts } from './engine-session.ts';
import { SETTING_NAME, type Statement } from './prepared-session.ts';
import type { SessionPool } from './session-pools.ts';

/**
 * ClickHouse's HTTP interface, as far as the product itself speaks it: /ping, statements in `?query=` or the body, rows of an INSERT in the
 * body, settings and `param_*` in the URL, errors by ClickHouse's codes. This is the inner door: it lets everything through that carries the
 * key, and nothing else.
 */
export function createHttpInterface(
  options: HttpInterfaceOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const keyDigest = digest(options.key);
  return (request, response) => {
    const gone = abortWhenGone(response);
    answer(request, options, keyDigest, gone)
      .catch((error: unknown) => refusal(error))
      .then((reply) => send(response, reply));
  };
}

export interface HttpInterfaceOptions {
  readonly key: string;
  /** By user name. A user that is not named here is refused. */
  readonly pools: ReadonlyMap<string, SessionPool>;
  readonly bodyBytesMax: number;
  readonly timeZone: string;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

async function answer(
  request: IncomingMessage,
  options: HttpInterfaceOptions,
  keyDigest: Buffer,
  gone: AbortSignal,
): Promise<Reply> {
  const url = new URL(request.url ?? '/', 'http://engine');
  if (url.pathname === '/ping') return { status: 200, headers: TEXT, body: 'Ok.\n' };
  const pool = poolOf(request, options, keyDigest);
  if (url.pathname !== '/')
    throw new EngineError(UNKNOWN_FORMAT_OF_REQUEST, exception(UNKNOWN_FORMAT_OF_REQUEST, 'There is only / and /ping'));
  const body = await readBody(request, options.bodyBytesMax);
  const work = readRequest(url.searchParams, body);
  const counted = await pool.run(async (session) => {
    if (work.type === 'insert') return writtenReply(await session.insert(work.target, work.bytes));
    return answerReply(await session.query(work.statement), work.formatName);
  }, gone);
  return { ...counted, headers: { ...counted.headers, ...commonHeaders(work.queryId, options.timeZone) } };
}

type Work =
  | { readonly type: 'insert'; readonly queryId: string; readonly target: InsertTarget; readonly bytes: Uint8Array }
  | {
      readonly type: 'statement';
      readonly queryId: string;
      readonly statement: Statement;
      readonly formatName: string;
    };

/** As ClickHouse reads it: the statement is `?query=` followed by the body, and rows may follow the statement of an INSERT. */
export function readRequest(search: URLSearchParams, body: Buffer): Work {
  const { settings, parameters } = readSettings(search);
  const queryId = search.get('query_id') ?? randomUUID();
  const query = search.get('query') ?? '';
  const target = body.length === 0 ? null : insertTarget(query, settings);
  if (target !== null) return { type: 'insert', queryId, target, bytes: body };
  const sql = query === '' ? body.toString('utf8') : `${query}\n${body.toString('utf8')}`;
  if (sql.trim() === '') throw new EngineError(SYNTAX_ERROR, exception(SYNTAX_ERROR, 'Empty query (SYNTAX_ERROR)'));
  const format = search.get('default_format') ?? 'TabSeparated';
  return {
    type: 'statement',
    queryId,
    statement: { sql, format, settings, parameters },
    formatName: formatOf(sql) ?? format,
  };
}

function readSettings(search: URLSearchParams) {
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of search) {
    if (TRANSPORT_ONLY.has(name)) continue;
    if (!SETTING_NAME.test(name))
      throw new EngineError(UNKNOWN_SETTING, exception(UNKNOWN_SETTING, 'Not a setting (UNKNOWN_SETTING)'));
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else settings.set(name, value);
  }
  return { settings, parameters };
}

/** `INSERT INTO table (columns) FORMAT x` with the rows in the body: the bytes then never become text. */
function insertTarget(query: string, settings: ReadonlyMap<string, string>): InsertTarget | null {
  const found = INSERT_WITH_ROWS.exec(query);
  if (found === null) return null;
  const [, table, columns, format] = found;
  if (table === undefined || format === undefined) return null;
  return {
    table: table.replaceAll('`', ''),
    columns: columns === undefined ? null : columns.split(',').map((column) => column.trim().replaceAll('`', '')),
    format,
    settings,
  };
}

const INSERT_WITH_ROWS = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w`.]+)\s*(?:\(([^()]*)\))?\s*FORMAT\s+(\w+)\s*;?\s*$/i;

function formatOf(sql: string): string | null {
  return /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1] ?? null;
}

/** What is about the request and its way, and not a setting of the engine. */
const TRANSPORT_ONLY: ReadonlySet<string> = new Set([
  'query',
  'query_id',
  'database',
  'user',
  'password',
  'quota_key',
  'role',
  'session_id',
  'session_timeout',
  'session_check',
  'default_format',
  'compress',
  'decompress',
  'enable_http_compression',
  'http_zlib_compression_level',
  'wait_end_of_query',
  'buffer_size',
  'http_response_buffer_size',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'client_protocol_version',
  'stacktrace',
  'cancel_http_readonly_queries_on_client_close',
]);

/** The body in one piece. Its length is usually known: then it is copied once, from the socket to where the engine reads it. */
async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new EngineError(
      UNKNOWN_COMPRESSION_METHOD,
      exception(
        UNKNOWN_COMPRESSION_METHOD,
        `Expected a body as it is, got Content-Encoding ${encoding} (UNKNOWN_COMPRESSION_METHOD)`,
      ),
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new EngineError(
        TOO_LARGE,
        exception(TOO_LARGE, `Expected a body of at most ${bytesMax} bytes (REQUEST_TOO_LARGE)`),
      );
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}

function poolOf(request: IncomingMessage, options: HttpInterfaceOptions, keyDigest: Buffer): SessionPool {
  const { user, key } = credentials(request);
  const pool = options.pools.get(user);
  // Digests have one length, whatever was sent, so that the comparison takes one time.
  if (!timingSafeEqual(digest(key), keyDigest) || pool === undefined) {
    throw new EngineError(
      AUTHENTICATION_FAILED,
      exception(AUTHENTICATION_FAILED, 'Authentication failed (AUTHENTICATION_FAILED)'),
    );
  }
  return pool;
}

function credentials(request: IncomingMessage): { user: string; key: string } {
  const { authorization } = request.headers;
  if (authorization?.startsWith('Basic ') === true) {
    const text = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { user: text.slice(0, colon), key: text.slice(colon + 1) };
  }
  const user = request.headers['x-clickhouse-user'];
  const key = request.headers['x-clickhouse-key'];
  return { user: typeof user === 'string' ? user : '', key: typeof key === 'string' ? key : '' };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function answerReply(answer: EngineAnswer, format: string): Reply {
  const summary = {
    read_rows: String(answer.rowsRead),
    read_bytes: String(answer.bytesRead),
    elapsed_ns: nanoseconds(answer.elapsedMs),
  };
  return {
    status: 200,
    headers: {
      'Content-Type': format.startsWith('JSON') ? 'application/json; charset=UTF-8' : 'text/plain; charset=UTF-8',
      'X-ClickHouse-Format': format,
      'X-ClickHouse-Summary': JSON.stringify(summary),
    },
    body: answer.bytes,
  };
}

function writtenReply(written: WrittenCounts): Reply {
  const summary = {
    written_rows: String(written.rowsWritten),
    written_bytes: String(written.bytesWritten),
    elapsed_ns: nanoseconds(written.elapsedMs),
  };
  return { status: 200, headers: { ...TEXT, 'X-ClickHouse-Summary': JSON.stringify(summary) }, body: '' };
}

function nanoseconds(elapsedMs: number): string {
  return String(Math.round(elapsedMs * 1e6));
}

function commonHeaders(queryId: string, timeZone: string): Record<string, string> {
  return {
    'X-ClickHouse-Query-Id': queryId,
    'X-ClickHouse-Timezone': timeZone,
    'X-ClickHouse-Server-Display-Name': 'lakegate',
  };
}

/** Every error leaves as ClickHouse would say it; one that is not the engine's own is a bug here, and says nothing of the inside. */
function refusal(error: unknown): Reply {
  const known =
    error instanceof EngineError
      ? error
      : new EngineError(LOGICAL_ERROR, exception(LOGICAL_ERROR, 'The engine process failed (LOGICAL_ERROR)'));
  return {
    status: STATUS_OF_CODE.get(known.code) ?? 500,
    headers: { ...TEXT, 'X-ClickHouse-Exception-Code': String(known.code) },
    body: `${known.message}\n`,
  };
}

function exception(code: number, text: string): string {
  return `Code: ${code}. DB::Exception: ${text}`;
}

const SYNTAX_ERROR = 62;
const UNKNOWN_COMPRESSION_METHOD = 89;
const UNKNOWN_SETTING = 115;
const UNKNOWN_FORMAT_OF_REQUEST = 36;
const LOGICAL_ERROR = 49;
const AUTHENTICATION_FAILED = 516;
/** ClickHouse has no code of its own for a body over the limit; this is its TOO_LARGE_STRING_SIZE. */
const TOO_LARGE = 131;

const STATUS_OF_CODE: ReadonlyMap<number, number> = new Map([
  [SYNTAX_ERROR, 400],
  [UNKNOWN_SETTING, 404],
  [UNKNOWN_FORMAT_OF_REQUEST, 404],
  [UNKNOWN_COMPRESSION_METHOD, 415],
  [60, 404],
  [81, 404],
  [TOO_LARGE, 413],
  [AUTHENTICATION_FAILED, 403],
]);

const TEXT = { 'Content-Type': 'text/plain; charset=UTF-8' };

/** Who has gone away is not waited for: a statement that has not begun never does. */
function abortWhenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded)
      gone.abort(new EngineError(QUERY_WAS_CANCELLED, exception(QUERY_WAS_CANCELLED, 'The client has gone')));
  });
  return gone.signal;
}

const QUERY_WAS_CANCELLED = 394;

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, 'Content-Length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
}
