import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { refused } from '../engine/engine-error.ts';
import { SETTING_NAME } from '../engine/prepared-session.ts';
import { checkedSetting } from './allowed-settings.ts';
import { readBody } from './read-body.ts';
import { checkedFormat, readStatement } from './read-statement.ts';
import { databaseFor } from './readable-databases.ts';

/** A request as ClickHouse reads it: the statement is `?query=` and the body, or the part `query` of a form; what is beside it may be anywhere. */
export async function readQuestion(request: IncomingMessage, url: URL): Promise<Question> {
  const body = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  const form = await readForm(request, body);
  const given: readonly (readonly [string, string])[] = [...url.searchParams, ...form.fields];
  const field = (name: string) => given.find(([each]) => each === name)?.[1] ?? null;
  const texts = [...given.filter(([name]) => name === 'query').map(([, text]) => text), form.text];
  const statement = readStatement(texts.filter((text) => text !== '').join('\n'));
  refuseNativeBlocks(field('decompress'));
  return {
    sql: statement.sql,
    format:
      statement.format ??
      checkedFormat(header(request, 'x-clickhouse-format') ?? field('default_format') ?? 'TabSeparated'),
    database: databaseFor(field('database') ?? header(request, 'x-clickhouse-database') ?? ''),
    settings: Object.fromEntries([...settingsOf(given), ...statement.settings]),
    parameters: Object.fromEntries(parametersOf(given, statement.sql)),
    queryId: field('query_id') ?? randomUUID(),
    user: field('user'),
    password: field('password'),
    gzip: wantsGzip(request, field),
    clientRevision: Number(field('client_protocol_version') ?? 0),
  };
}

export interface Question {
  readonly sql: string;
  /** In which the answer comes, spelled as it was asked for. */
  readonly format: string;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly queryId: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly gzip: boolean;
  /** Above 0 a client of the native protocol speaks, over HTTP. */
  readonly clientRevision: number;
}

interface Form {
  readonly text: string;
  readonly fields: readonly (readonly [string, string])[];
}

async function readForm(request: IncomingMessage, body: Buffer): Promise<Form> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) return { text: utf8(body), fields: [] };
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData().catch(() => {
    throw refused('BAD_ARGUMENTS', 'Expected a form in parts, got a body that is none');
  });
  const fields = [...form].map(([name, value]): readonly [string, string] => {
    if (typeof value !== 'string')
      throw refused('READONLY', `Expected parts of text, got a file in ${name.slice(0, 50)}`);
    // Any other part would be a table that comes with the question, or its structure.
    if (name !== 'query' && !name.startsWith('param_')) {
      throw refused('READONLY', `Expected the parts query and param_…, got ${name.slice(0, 50)}`);
    }
    return [name, value];
  });
  return { text: '', fields };
}

/** Bytes that are not UTF-8 would be read one way here and another way by the engine. */
function utf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw refused('BAD_ARGUMENTS', 'Expected a statement in UTF-8');
  }
}

function refuseNativeBlocks(decompress: string | null): void {
  if (decompress === null || decompress === '0') return;
  throw refused(
    'UNKNOWN_COMPRESSION_METHOD',
    "Expected Content-Encoding instead of decompress=1, which means ClickHouse's own blocks",
  );
}

function settingsOf(given: Form['fields']): readonly (readonly [string, string])[] {
  return given.flatMap(([name, value]) => {
    if (TRANSPORT_ONLY.has(name) || name.startsWith('param_')) return [];
    if (!SETTING_NAME.test(name)) throw refused('UNKNOWN_SETTING', 'Expected the name of a setting');
    const checked = checkedSetting(name, value);
    return checked === null ? [] : [[name, checked] as const];
  });
}

/** A parameter may be the name of a table or a column. Then it must look like one: the tree shows names as they are, line breaks included. */
function parametersOf(given: Form['fields'], sql: string): readonly (readonly [string, string])[] {
  const plain = /\bidentifier\b/i.test(sql);
  return given.flatMap(([name, value]) => {
    if (!name.startsWith('param_')) return [];
    const parameter = name.slice('param_'.length);
    if (!SETTING_NAME.test(parameter)) throw refused('BAD_ARGUMENTS', 'Expected the name of a parameter');
    if (plain && !/^[\w .:+-]*$/.test(value))
      throw refused('BAD_ARGUMENTS', `Expected a plain value of ${name}, got signs`);
    return [[parameter, value] as const];
  });
}

/** About the request and its way, and no setting of the engine. */
const TRANSPORT_ONLY: ReadonlySet<string> = new Set(
  `query query_id database user password quota_key role session_id session_timeout session_check default_format compress decompress
  enable_http_compression http_zlib_compression_level wait_end_of_query buffer_size http_response_buffer_size
  send_progress_in_http_headers http_headers_progress_interval_ms client_protocol_version stacktrace
  cancel_http_readonly_queries_on_client_close add_http_cors_header`.split(/\s+/),
);

/** compress=1 asks for ClickHouse's own blocks; a client that says so looks at Content-Encoding first, and gzip does as well. */
function wantsGzip(request: IncomingMessage, field: (name: string) => string | null): boolean {
  if (field('compress') === '1') return true;
  return field('enable_http_compression') === '1' && /\bgzip\b/i.test(header(request, 'accept-encoding') ?? '');
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
