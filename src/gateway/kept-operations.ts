import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OperationReads } from '../analytics/standing/operation-reads.ts';
import {
  intervalMeant,
  type OperationStamp,
  type StampSources,
  stillStands,
} from '../analytics/standing/operation-stamp.ts';
import { intervalText } from '../analytics/time/interval-text.ts';
import { nameOf } from '../cache/kept-answers.ts';
import type { EntryFacts } from '../cache/kept-entries.ts';
import type { OperationCache, WireAnswer } from '../cache/operation-cache.ts';
import type { Clock } from '../platform/clock.ts';
import { isMisled } from '../platform/loopback.ts';
import type { Logger } from '../platform/telemetry.ts';
import { answerBeforeRouting } from './before-routing.ts';
import { clientGone } from './client-gone.ts';
import type { GatewayContext } from './context.ts';
import { hasUrl } from './http-server.ts';
import { bytesOf } from './json-bodies.ts';

/**
 * Answers a repeated operation with the bytes of its last answer, before it is parsed: if everything that answer stands on is still the same.
 * Everything else is answered as ever, and kept if it was a query that was answered without an error, and all that it read is written down.
 */
export interface KeptOperations {
  /** What can be answered so is answered before it is routed, where `host` is listened on; the routes answer so what could not be looked at there. */
  standBefore(server: FastifyInstance, host: string): void;
  /** The routes of this scope are answered so. */
  install(door: FastifyInstance): void;
  /** The context of a request: through what it says after the request, its answer is kept. */
  contextOf(request: FastifyRequest, bytes: Uint8Array | null): GatewayContext;
}

interface KeptOperationsOptions extends StampSources {
  readonly cache: OperationCache<OperationStamp>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenantOf: (request: { readonly headers: IncomingHttpHeaders }) => string;
  readonly contextOf: (bytes: Uint8Array | null, gone: AbortSignal | undefined, tenant: string) => GatewayContext;
}

export function keepOperations(options: KeptOperationsOptions): KeptOperations {
  // Nobody else knows it, so nobody else can ask past the cache.
  const state: State = { ...options, refreshToken: randomUUID(), paths: new Set(), asked: new WeakMap() };
  return {
    standBefore(server, host) {
      answerBeforeRouting(server, {
        // What no route would answer is not answered here either.
        concerns: ({ method, url = '', headers }) =>
          (method === 'GET' || method === 'POST') && isKeptPath(state, url) && !isMisled(host, headers.host),
        answer: (...request) => answerEarly(state, ...request),
        bytesMax: ASKED_BYTES_MAX,
      });
    },
    install(door) {
      door.addHook('onRoute', ({ url }) => {
        state.paths.add(url.replace(/:.*/, ''));
      });
      door.addHook('preHandler', (request, reply) => answerKept(state, request, reply));
      door.addHook('onSend', (request, reply, payload) => afterAnswer(state, door, request, reply, payload));
    },
    contextOf(request, bytes) {
      const asked = state.asked.get(request.raw);
      // The tenant that its name was made of, so that no answer is ever kept under that of another.
      const tenant = asked?.tenant ?? options.tenantOf(request);
      const context = options.contextOf(bytes, clientGone(request), tenant);
      if (asked !== undefined) asked.context = context;
      return context;
    },
  };
}

interface State extends KeptOperationsOptions {
  readonly refreshToken: string;
  /** What the paths of all routes begin with whose answers are kept. */
  readonly paths: Set<string>;
  readonly asked: WeakMap<IncomingMessage, Asked>;
}

/** A request that was not answered from the cache. */
interface Asked {
  readonly name: string;
  readonly tenant: string;
  context: GatewayContext | null;
}

function isKeptPath({ paths }: State, url: string): boolean {
  for (const path of paths) if (url.startsWith(path)) return true;
  return false;
}

async function answerEarly(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
): Promise<boolean> {
  const { method = '', url = '', headers } = request;
  // The routes read no body of a GET, and refuse what has no URL.
  if ((method === 'GET' && bytes.length > 0) || !hasUrl(url, headers.host)) return false;
  return await sendKept(state, request, { method, url, headers, bytes }, response);
}

async function answerKept(
  state: State,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const { method, url, headers } = request;
  const bytes = bytesOf(request) ?? NO_BYTES;
  if (state.asked.has(request.raw) || bytes.length > ASKED_BYTES_MAX) return undefined;
  if (await sendKept(state, request.raw, { method, url, headers, bytes }, reply.raw)) return reply.hijack();
  return undefined;
}

const NO_BYTES = new Uint8Array();

/** Straight to the connection: the headers are those that every hook had added when the answer was given first. */
async function sendKept(
  state: State,
  request: IncomingMessage,
  sent: SentRequest,
  response: ServerResponse,
): Promise<boolean> {
  const tenant = state.tenantOf(sent);
  const name = nameOf(tenant, textOf(sent));
  const isRefresh = sent.headers[REFRESH_HEADER] === state.refreshToken;
  const kept = isRefresh ? null : await state.cache.find(name, (stamp) => holds(state, tenant, stamp));
  if (kept === null) {
    state.asked.set(request, { name, tenant, context: null });
    return false;
  }
  response.writeHead(200, kept.headers).end(kept.body);
  return true;
}

interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

/** Where that cannot be found out, the request is answered as ever, and told what is wrong. */
function holds(state: State, tenant: string, stamp: OperationStamp): Promise<boolean> {
  return stillStands(stamp, { tenant, nowMs: state.clock.nowMs() }, state).catch(() => false);
}

/** Some hundreds of lines of GraphQL. What is longer is mostly a mutation, and would only be read once more. */
const ASKED_BYTES_MAX = 64 * 1024;

/** Everything by which two requests of a tenant may get different answers. A header has no line break in it. */
function textOf({ method, url, headers, bytes }: SentRequest): string {
  let text = `${method}\n${url}`;
  for (const name of ASKED_HEADERS) text += `\n${headers[name] ?? ''}`;
  return `${text}\n\n${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}`;
}

/** How the answer is written, and whether Apollo takes the request for one that a foreign page could not have sent. */
const ASKED_HEADERS = [
  'accept',
  'content-type',
  'content-encoding',
  'x-apollo-operation-name',
  'apollo-require-preflight',
] as const;

const REFRESH_HEADER = 'lakegate-refresh';
const OUTCOME_HEADER = 'lakegate-cache';

/** Says that a whole answer was not in the cache where it could have been, and keeps it. */
async function afterAnswer(
  state: State,
  door: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const asked = state.asked.get(request.raw);
  const reads = reply.statusCode === 200 ? (asked?.context?.reads ?? null) : null;
  if (asked === undefined || reads === null || !reads.canBeKept || typeof payload !== 'string') return payload;
  if (!reply.hasHeader(OUTCOME_HEADER)) reply.header(OUTCOME_HEADER, 'miss');
  const keeping = { ...asked, reads, answer: answerOf(reply, payload) };
  const keepIt = () =>
    keep(state, door, request, keeping).catch((error: unknown) =>
      state.logger.warn({ err: error }, 'an answer could not be kept'),
    );
  if (request.headers[REFRESH_HEADER] === state.refreshToken) await keepIt();
  // By then the answer is on its way, and nobody waits for this.
  else process.nextTick(keepIt);
  return payload;
}

interface Keeping extends Asked {
  readonly reads: OperationReads;
  readonly answer: WireAnswer;
}

/** What has moved on already would only take room: a range that is of this millisecond, data that was written to meanwhile. */
async function keep(
  state: State,
  door: FastifyInstance,
  request: FastifyRequest,
  { name, tenant, reads, answer }: Keeping,
): Promise<void> {
  const question = questionOf(request);
  const stamp = question === null ? null : reads.stamp();
  if (question === null || stamp === null || !(await holds(state, tenant, stamp))) return;
  await state.cache.keep(name, answer, stamp, {
    tenant,
    topics: [...new Set(stamp.reads.flatMap(({ topics }) => topics))],
    question,
    range: stamp.ranges.map(({ meant }) => intervalText(intervalMeant(meant))).join(', '),
    version: reads.version,
    from: reads.entries,
    ...askedAgain(state, door, request, question),
  });
}

/** As it is sent when it is found again, but for what is said anew each time. */
function answerOf(reply: FastifyReply, body: string): WireAnswer {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (name !== 'date' && value !== undefined) headers[name] = String(value);
  }
  return { headers: { ...headers, [OUTCOME_HEADER]: 'hit', 'content-length': String(Buffer.byteLength(body)) }, body };
}

/** From it the request can be made once more. Null: bytes that are no text would not be the same ones then. */
function questionOf(request: FastifyRequest): string | null {
  const bytes = bytesOf(request);
  if (bytes === null) return `${request.method} ${request.url}`;
  // What was compressed is no longer here as it came.
  if (request.headers['content-encoding'] !== undefined) return null;
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : null;
}

/** The same request once more, past the cache. Its body is held once, as the question: some hundreds of large ones would be felt. */
function askedAgain(
  { refreshToken }: State,
  door: FastifyInstance,
  request: FastifyRequest,
  question: string,
): Pick<EntryFacts, 'recompute' | 'heldBytes'> {
  const { url } = request;
  const method = request.method === 'GET' ? 'GET' : 'POST';
  const headers: Record<string, string> = { [REFRESH_HEADER]: refreshToken };
  for (const name of ASKED_HEADERS) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const body = bytesOf(request) === null ? {} : { payload: question };
  return {
    heldBytes: 2 * (url.length + Object.values(headers).join('').length),
    async recompute() {
      const { statusCode } = await door.inject({ method, url, headers, ...body });
      if (statusCode !== 200) throw new Error(`expected the answer once more, got HTTP status ${statusCode}`);
    },
  };
}
