import { Writable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { buildSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { addGraphqlDoor } from '../../src/gateway/graphql-door.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { limitQuestions, QUESTIONS_MAX } from '../../src/gateway/limit-questions.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

const SCHEMA = `
  type Query { fine: Int  full: Int  bug: Int  inner: Int  echo(n: Int!): Int  loop: Loop  filtered(by: Filter): Int }
  input Filter { not: Filter  text: String }
  type Loop { loop: Loop  fine: Int }
  type Mutation { act: Int }
`;

const PAGE = '<!doctype html><title>Lakegate</title>';

let server: FastifyInstance;
let logLines: string[];

beforeEach(async () => {
  logLines = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logLines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger('warn', sink);
  server = createHttpServer(logger);
  const schema = buildSchema(SCHEMA);
  const fields = schema.getQueryType()?.getFields() ?? {};
  resolve(fields, 'fine', () => 1);
  resolve(fields, 'loop', () => ({}));
  resolve(fields, 'bug', () => {
    throw new Error('SELECT secret FROM /var/lib/passwords');
  });
  resolve(fields, 'inner', () => {
    const [facts, cause] = [{ clickhouseCode: 60 }, new Error('the hidden cause')];
    throw new LakegateError({ code: 'INTERNAL', message: 'refused', facts, cause });
  });
  resolve(fields, 'full', () => {
    throw new LakegateError({
      code: 'READ_ONLY',
      message: 'the disk is full',
      retryAfterMs: 1500,
      facts: { path: '/x' },
    });
  });
  await addGraphqlDoor(server, {
    schema,
    logger,
    page: PAGE,
    plugins: [limitQuestions],
    contextOf: (bytes) => ({
      tenant: 'default',
      bytes,
      reads: new OperationReads(),
      loaders: { events: { load: async () => null } },
    }),
  });
});

afterEach(async () => {
  await server.close();
});

test('an operation asks at most so many questions, and one that asks more is refused before any is looked up', async () => {
  const asking = (count: number) => `{ ${Array.from({ length: count }, (_, n) => `q${n}: bug`).join(' ')} }`;
  expect((await post(asking(QUESTIONS_MAX))).json().data).toMatchObject({ q0: null });
  logLines = [];
  const refused = await post(asking(QUESTIONS_MAX + 1));
  expect([refused.statusCode, logLines]).toEqual([400, []]);
  expect(refused.json()).toEqual({
    errors: [
      {
        message: expect.stringMatching(/^expected at most 50 questions .* got 51: /),
        extensions: { code: 'TOO_EXPENSIVE' },
      },
    ],
  });
});

describe('errors on their way out', () => {
  test('an error written for clients keeps message, code and when to retry; its facts stay inside', async () => {
    const answer = await post('{ fine full }');
    expect(answer.json()).toEqual({
      data: { fine: 1, full: null },
      errors: [
        {
          message: 'the disk is full',
          locations: expect.anything(),
          path: ['full'],
          extensions: { code: 'READ_ONLY', retryAfterMs: 1500 },
        },
      ],
    });
    expect(answer.headers['retry-after']).toBe('2');
  });

  test('a bug shows its id and nothing else, and the log has the rest under that id', async () => {
    const [error] = (await post('{ bug }')).json().errors;
    expect(error.extensions).toEqual({ code: 'INTERNAL', errorId: expect.any(String) });
    expect(error.message).not.toContain('secret');
    const logged = logLines.find((line) => line.includes(error.extensions.errorId));
    expect(logged).toContain('SELECT secret');
  });

  test('an INTERNAL of our own is a bug too: its id is in the message, its cause and facts in the log', async () => {
    const [error] = (await post('{ inner }')).json().errors;
    expect(error.extensions).toEqual({ code: 'INTERNAL', errorId: expect.any(String) });
    expect(error.message).toContain(error.extensions.errorId);
    const logged = logLines.find((line) => line.includes(error.extensions.errorId));
    expect(logged).toContain('the hidden cause');
    expect(logged).toContain('"clickhouseCode":60');
  });

  test('what GraphQL refuses keeps its code and has no stack', async () => {
    const invalid = (await post('{ unknown }')).json();
    expect(invalid.errors[0].extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
    const broken = (await post('{')).json();
    expect(broken.errors[0].extensions).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
    const variable = (await post('query ($n: Int!) { echo(n: $n) }', { n: 'x' })).json();
    expect(variable.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  test('a body that is not JSON is told so', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload: '{"query": ',
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('BAD_REQUEST');
  });
});

describe('limits', () => {
  test('a document of a million tokens, or nested twenty thousand deep, is refused before it runs', async () => {
    const long = await post(`{ ${'fine '.repeat(1_000_000)} }`);
    expect(long.statusCode).toBe(400);
    expect(long.json().errors[0].message).toMatch(/more that 100000 tokens/i);
    const deep = await post(`{ ${'loop {'.repeat(20_000)} fine ${'}'.repeat(20_000)} }`);
    expect(deep.statusCode).toBe(400);
  });

  test.each([3000, 150])('what is nested %i levels deep is refused in words, document or variables', async (levels) => {
    const filter = `${'{not:'.repeat(levels)}{}${'}'.repeat(levels)}`;
    const variable = JSON.parse(filter.replaceAll('not', '"not"'));
    const refused = [
      await post(`{ ${'loop {'.repeat(levels)} fine ${'}'.repeat(levels)} }`),
      await post(`{ filtered(by: ${filter}) }`),
      await post('query ($by: Filter) { filtered(by: $by) }', { by: variable }),
      await post('query Named($by: Filter) { filtered(by: $by) }', { by: variable }, 'Named'),
    ];
    for (const answer of refused) {
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors).toEqual([
        {
          message: expect.stringMatching(
            /^expected (a query|variables) with brackets in at most 100 levels, got more$/,
          ),
          extensions: { code: 'BAD_REQUEST' },
        },
      ]);
    }
    expect(logLines).toEqual([]);
  });

  test('so are variables of a hundred thousand levels, which no part of this process could write down again', async () => {
    const lists = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const payload = `{"query": "{ fine }", "variables": {"a": ${lists}}}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method: 'POST', url: '/graphql', headers, payload });
    expect(answer.json().errors[0].extensions).toEqual({ code: 'BAD_REQUEST' });
  });

  test('brackets that close again, and those in texts, are no levels', async () => {
    const flat = await post(`{ ${'... { __typename } '.repeat(200)} }`);
    expect(flat.json().errors).toBeUndefined();
    const text = await post(`{ filtered(by: {text: "${'{'.repeat(1000)}"}) } # ${'{'.repeat(1000)}`);
    expect(text.json()).toEqual({ data: { filtered: null } });
    const nested = await post(`{ filtered(by: ${'{not:'.repeat(90)}{}${'}'.repeat(90)}) }`);
    expect(nested.json()).toEqual({ data: { filtered: null } });
  });

  test('fragments that multiply are refused', async () => {
    const fragments = Array.from(
      { length: 30 },
      (_, i) => `fragment f${i} on Loop { loop { ...f${i + 1} } a: loop { ...f${i + 1} } }`,
    );
    const answer = await post(`{ loop { ...f0 } } ${fragments.join(' ')} fragment f30 on Loop { fine }`);
    expect(answer.statusCode).toBe(400);
  });

  test('a form, a plain text and a query of another site are refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await server.inject({
        method: 'POST',
        url: '/graphql',
        headers: { 'content-type': type },
        payload: '{"query":"{ fine }"}',
      });
      expect(answer.statusCode, type).toBe(415);
    }
    expect((await server.inject({ method: 'GET', url: '/graphql?query={fine}' })).statusCode).toBe(400);
    const mutation = {
      method: 'GET',
      url: '/graphql?query=mutation{act}',
      headers: { 'apollo-require-preflight': '1' },
    } as const;
    expect((await server.inject(mutation)).statusCode).toBe(405);
  });

  test('an array of operations is refused', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload: '[{"query":"{ fine }"},{"query":"{ fine }"}]',
    });
    expect(answer.statusCode).toBe(400);
  });
});

test('a browser that opens /graphql gets a page that may ask nobody but this server', async () => {
  const answer = await server.inject({ method: 'GET', url: '/graphql', headers: { accept: 'text/html,*/*' } });
  expect(answer.headers['content-type']).toContain('text/html');
  expect(answer.body).toBe(PAGE);
  const link = await server.inject({ method: 'GET', url: '/graphql?query={fine}', headers: { accept: 'text/html' } });
  expect(link.body).toBe(PAGE);
  expect(answer.headers['content-security-policy']).toMatch(/^default-src 'self';/);
});

test('an unknown route says what there is', async () => {
  const answer = await server.inject({ method: 'GET', url: '/nothing' });
  expect(answer.statusCode).toBe(404);
  expect(answer.json().error.message).toContain('GET /nothing');
});

test('nobody between the caller and this server is told to keep an answer, right or wrong', async () => {
  for (const query of ['{ fine }', '{ bug }', '{ nothing }']) {
    const { headers } = await server.inject({ method: 'POST', url: '/graphql', payload: { query } });
    expect(headers['cache-control']).toBe('no-store');
  }
});

describe('a body that is compressed', () => {
  const send = (payload: Uint8Array, encoding: string) =>
    server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      payload: Buffer.from(payload),
    });
  const body = Buffer.from(JSON.stringify({ query: '{ fine }' }));

  test('is read as its Content-Encoding says', async () => {
    const sent = [
      await send(gzipSync(body), 'gzip'),
      await send(deflateSync(body), 'deflate'),
      await send(brotliCompressSync(body), 'br'),
      await send(body, 'identity'),
    ];
    for (const answer of sent) expect(answer.json()).toEqual({ data: { fine: 1 } });
  });

  test('in a way that is not read, damaged, or into more than a body may be, is refused with its code', async () => {
    const [unknown, damaged] = [await send(body, 'zstd'), await send(body, 'gzip')];
    expect([unknown.statusCode, unknown.json().error.code]).toEqual([415, 'UNSUPPORTED_ENCODING']);
    expect([damaged.statusCode, damaged.json().error.code]).toEqual([400, 'BAD_REQUEST']);
    const bomb = await send(gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20)), 'gzip');
    expect([bomb.statusCode, bomb.json().error.code]).toEqual([413, 'TOO_LARGE']);
  });
});

test('another method than those of a path is told which there are, and its body is not looked at', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method, url: '/graphql?x=1', headers, payload: method === 'PUT' ? '{' : '' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect(answer.json().error).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining(method) });
  }
});

function post(query: string, variables: Record<string, unknown> = {}, operationName?: string) {
  return server.inject({ method: 'POST', url: '/graphql', payload: { query, variables, operationName } });
}

function resolve(fields: Record<string, { resolve?: unknown }>, name: string, resolver: () => unknown): void {
  const field = fields[name];
  if (field === undefined) throw new Error(`no field ${name}`);
  field.resolve = resolver;
}
