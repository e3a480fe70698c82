import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PeopleQuestion, PeopleSession } from '../sql-door/people-session.ts';
import { EngineError, httpStatus, refused } from './engine-error.ts';
import type { EngineAnswer, WrittenCounts } from './engine-session.ts';
import type { PreparedSession } from './prepared-session.ts';
import { answerFormat, readBody, readRequest, type Work } from './read-request.ts';
import type { SessionPool } from './session-pools.ts';

/**
 * ClickHouse's HTTP interface, as far as the product itself speaks it: /ping, statements in `?query=` or the body, rows of an INSERT in the
 * body, settings and `param_*` in the URL, errors by ClickHouse's codes. This is the inner door: whoever carries the key may do
 * everything, nobody else anything.
 */
export function createHttpInterface(
  options: HttpInterfaceOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const keyDigest = digest(options.key);
  return (request, response) => {
    answer(request, { ...options, keyDigest, gone: abortWhenGone(response) })
      .catch((error: unknown) => refusal(error))
      .then((reply) => send(response, reply));
  };
}

interface HttpInterfaceOptions {
  readonly key: string;
  /** By user name. A user that is not named here is refused. */
  readonly pools: ReadonlyMap<string, SessionPool<PreparedSession>>;
  /** For POST /people: a question of people, as the SQL door sends it. */
  readonly people: SessionPool<PeopleSession>;
  readonly bodyBytesMax: number;
  /** Ends the statement that runs on the session with this mark, as far as the engine can. Called when its client has gone away. */
  readonly cancel: (mark: string) => Promise<void>;
}

interface Serving extends HttpInterfaceOptions {
  readonly keyDigest: Buffer;
  readonly gone: AbortSignal;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

async function answer(request: IncomingMessage, serving: Serving): Promise<Reply> {
  const url = new URL(request.url ?? '/', 'http://engine');
  if (url.pathname === '/ping') return { status: 200, headers: TEXT, body: 'Ok.\n' };
  if (url.pathname === '/people') return answerPeople(request, serving);
  const pool = poolOf(request, serving);
  if (url.pathname !== '/') throw refused('BAD_ARGUMENTS', 'Expected the path / or /ping');
  const work = await readRequest(request, url.searchParams, serving.bodyBytesMax);
  const reply = await pool.run((session) => perform(work, session, serving), serving.gone);
  return { ...reply, headers: { ...reply.headers, ...HEADERS, 'X-ClickHouse-Query-Id': work.queryId } };
}

/** By user name, so that any ClickHouse client can choose. */
function poolOf(request: IncomingMessage, serving: Serving): SessionPool<PreparedSession> {
  const { user, key } = credentials(request);
  const pool = serving.pools.get(user);
  if (!isKey(key, serving) || pool === undefined) throw unknownUser();
  return pool;
}

/** Digests have one length whatever was sent, so that the comparison always takes the same time. */
function isKey(key: string, { keyDigest }: Serving): boolean {
  return timingSafeEqual(digest(key), keyDigest);
}

function unknownUser(): EngineError {
  return refused('AUTHENTICATION_FAILED', 'Expected a user and a key that are known');
}

async function answerPeople(request: IncomingMessage, serving: Serving): Promise<Reply> {
  if (!isKey(credentials(request).key, serving)) throw unknownUser();
  const question: PeopleQuestion = JSON.parse((await readBody(request, serving.bodyBytesMax)).toString('utf8'));
  return serving.people.run(
    (session) =>
      cancellable((begins) => session.ask(question, begins, serving.gone), serving).then((answer) =>
        answerReply(answer, question.format),
      ),
    serving.gone,
  );
}

function credentials(request: IncomingMessage): { readonly user: string; readonly key: string } {
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

async function perform(work: Work, session: PreparedSession, serving: Serving): Promise<Reply> {
  // An insert whose client has gone ends as it would have: cut off it would be no better, and the client verifies either way.
  if (work.type === 'insert') return writtenReply(await session.insert(work.target, work.bytes));
  const answered = cancellable((begins) => {
    begins(session.mark);
    return session.query(work.statement);
  }, serving);
  return answerReply(await answered, answerFormat(work.statement));
}

/** Ends the statement, by the mark that it begins with, when its client goes away. */
async function cancellable<Answer>(
  ask: (begins: (mark: string) => void) => Promise<Answer>,
  serving: Serving,
): Promise<Answer> {
  let mark: string | undefined;
  let cancelled: Promise<void> | undefined;
  const cancel = () => {
    if (mark !== undefined) cancelled = serving.cancel(mark);
  };
  serving.gone.addEventListener('abort', cancel, { once: true });
  try {
    return await ask((each) => {
      mark = each;
    });
  } finally {
    serving.gone.removeEventListener('abort', cancel);
    // The session is given to nobody before that is over, or it would hit the next statement.
    await cancelled;
  }
}

function answerReply(answer: EngineAnswer, format: string): Reply {
  const summary = {
    read_rows: String(answer.rowsRead),
    read_bytes: String(answer.bytesRead),
    elapsed_ns: nanoseconds(answer.elapsedMs),
  };
  const json = format.startsWith('JSON');
  const headers = {
    'Content-Type': json ? 'application/json; charset=UTF-8' : 'text/plain; charset=UTF-8',
    'X-ClickHouse-Format': format,
    'X-ClickHouse-Summary': JSON.stringify(summary),
  };
  return { status: 200, headers, body: answer.bytes };
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

/** Every error leaves as ClickHouse would say it; what is not an error of the engine is a bug here, and says nothing of the inside. */
function refusal(error: unknown): Reply {
  const known = error instanceof EngineError ? error : refused('LOGICAL_ERROR', 'The engine process failed');
  return {
    status: httpStatus(known.code),
    headers: { ...TEXT, 'X-ClickHouse-Exception-Code': String(known.code) },
    body: `${known.message}\n`,
  };
}

const TEXT = { 'Content-Type': 'text/plain; charset=UTF-8' };
const HEADERS = { 'X-ClickHouse-Timezone': 'UTC', 'X-ClickHouse-Server-Display-Name': 'lakegate' };

function abortWhenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort(refused('QUERY_WAS_CANCELLED', 'The client has gone away'));
  });
  return gone.signal;
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  // A body that was refused half-way is still being sent: the connection cannot be used for another request.
  const connection = response.req.complete ? {} : { Connection: 'close' };
  response.writeHead(reply.status, {
    ...reply.headers,
    ...connection,
    'Content-Length': Buffer.byteLength(reply.body),
  });
  response.end(reply.body);
}
