import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { refused } from './engine-error.ts';
import type { InsertTarget } from './engine-session.ts';
import { SETTING_NAME, type Statement } from './prepared-session.ts';

/** What a request asks for, as ClickHouse reads it: the statement is `?query=` and the body; rows may follow an INSERT. */
export async function readRequest(request: IncomingMessage, search: URLSearchParams, bytesMax: number): Promise<Work> {
  return workOf(search, await readBody(request, bytesMax));
}

export type Work =
  | { readonly type: 'insert'; readonly queryId: string; readonly target: InsertTarget; readonly bytes: Uint8Array }
  | { readonly type: 'statement'; readonly queryId: string; readonly statement: Statement };

function workOf(search: URLSearchParams, body: Buffer): Work {
  const { settings, parameters } = readSettings(search);
  const queryId = search.get('query_id') ?? randomUUID();
  const query = search.get('query') ?? '';
  const target = body.length === 0 ? null : insertTarget(query, settings);
  if (target !== null) return { type: 'insert', queryId, target, bytes: body };
  const sql = query === '' ? body.toString('utf8') : `${query}\n${body.toString('utf8')}`;
  if (sql.trim() === '') throw refused('SYNTAX_ERROR', 'Expected a statement, got an empty query');
  const format = search.get('default_format') ?? 'TabSeparated';
  return { type: 'statement', queryId, statement: { sql, format, settings, parameters } };
}

/** The format of the answer: what the statement itself says at its end goes before what was asked beside it. */
export function answerFormat(statement: Statement): string {
  return /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(statement.sql)?.[1] ?? statement.format;
}

function readSettings(search: URLSearchParams) {
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of search) {
    if (TRANSPORT_ONLY.has(name)) continue;
    // Settings and parameters are named by identifiers; anything else would be somebody's own SQL in front of the statement.
    if (!SETTING_NAME.test(name)) throw refused('UNKNOWN_SETTING', 'Expected the name of a setting');
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else settings.set(name, value);
  }
  return { settings, parameters };
}

/** `INSERT INTO table (columns) FORMAT x` with the rows in the body: the bytes then never become text. */
function insertTarget(query: string, settings: ReadonlyMap<string, string>): InsertTarget | null {
  const [, table, columns, format] = INSERT_WITH_ROWS.exec(query) ?? [];
  if (table === undefined || format === undefined) return null;
  return {
    table: table.replaceAll('`', ''),
    columns: columns === undefined ? null : columns.split(',').map((column) => column.trim().replaceAll('`', '')),
    format,
    settings,
  };
}

const INSERT_WITH_ROWS = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w`.]+)\s*(?:\(([^()]*)\))?\s*FORMAT\s+(\w+)\s*;?\s*$/i;

/** About the request and its way, and no setting of the engine. */
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

/** An encoded body that was taken for what it is not would be an INSERT of nothing, answered by 200: it is refused. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw refused('UNKNOWN_COMPRESSION_METHOD', `Expected a body as it is, got Content-Encoding: ${encoding}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw refused('TOO_LARGE_STRING_SIZE', `Expected a body of at most ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}
