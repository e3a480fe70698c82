import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { FastifyInstance } from 'fastify';
import { GraphQLScalarType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperationReads } from '../../../src/analytics/standing/operation-reads.ts';
import { addGraphqlDoor } from '../../../src/gateway/graphql-door.ts';
import { createHttpServer } from '../../../src/gateway/http-server.ts';
import { namedQueries, readQueryFiles } from '../../../src/gateway/queries/named-queries.ts';
import { addQueryRoutes } from '../../../src/gateway/queries/query-routes.ts';
import { refuseRoundedDecimals } from '../../../src/gateway/refuse-rounded-decimals.ts';
import { LakegateError } from '../../../src/platform/errors.ts';
import { createLogger } from '../../../src/platform/telemetry.ts';
import { readParquet } from '../../support/read-parquet.ts';

const SCHEMA = `
  scalar Decimal
  input Filter { least: Decimal  names: [String!] }
  type Sums { amount: Decimal  count: Int! }
  type Row { name: String  amount: Decimal  count: Int!  fine: Boolean!  previous: Sums  tags: [String!]! }
  type Rate { rate: Decimal }
  type Metrics { rows: [Row!]!  rates: [Rate!]!  total: Sums! }
  type Edge { cursor: String!  node: Row! }
  type Connection { edges: [Edge!]!  nodes: [Row!]! }
  type Two { these: [Row!]!  those: [Row!]! }
  type Query {
    metrics(times: Int = 1, where: Filter): Metrics
    rows(filter: [String!]): [Row]
    connection: Connection
    two: Two
    echo(n: Int, yes: Boolean, names: [String!], where: Filter): Echoed
    full: [Row!]
    bug: [Row!]
  }
  type Echoed { n: Int  yes: Boolean  names: [String!]  least: Decimal }
  type Mutation { act: Metrics }
`;

const MIXED = {
  name: 'Ada, "the first"\nof them',
  amount: '12345678901234567890.10',
  count: 3,
  fine: true,
  previous: { amount: '0.10', count: 1 },
  tags: ['a', 'b'],
};
const BARE = { name: '', amount: null, count: 0, fine: false, previous: null, tags: [] };

const resolvers = {
  Decimal: new GraphQLScalarType({ name: 'Decimal' }),
  Query: {
    metrics: (_: unknown, { times }: { times: number }) => ({
      rows: Array.from({ length: times }, () => [MIXED, BARE]).flat(),
      rates: [],
      total: { amount: '7', count: 2 },
    }),
    rows: () => [BARE, null],
    connection: () => ({ edges: [{ cursor: 'c1', node: MIXED }], nodes: [MIXED] }),
    two: () => ({ these: [], those: [] }),
    echo: (_: unknown, given: { where?: { least?: unknown } }) => ({ ...given, least: given.where?.least }),
    full: () => {
      throw new LakegateError({ code: 'WAREHOUSE_DOWN', message: 'the warehouse is away', retryAfterMs: 1500 });
    },
    bug: () => {
      throw new Error('SELECT secret');
    },
  },
  Mutation: {
    act: () => {
      mutations++;
      return null;
    },
  },
};

const FILES = {
  'revenue.graphql': `# What came in,\n# by name.\nquery ($times: Int! = 1) { metrics(times: $times) { rows { name total: amount count previous { amount } } } }`,
  'echo.graphql': `query ($n: Int!, $yes: Boolean, $names: [String!], $where: Filter) { echo(n: $n, yes: $yes, names: $names, where: $where) { n yes names least } }`,
  'full.graphql': '{ full { name } }',
};

let server: FastifyInstance;
let dir: string;
let mutations = 0;
const schema = makeExecutableSchema({ typeDefs: SCHEMA, resolvers });

beforeAll(async () => {
  dir = folderOf(FILES);
  const logger = createLogger('silent');
  server = createHttpServer(logger);
  const contextOf = (bytes: Uint8Array | null) => ({
    tenant: 'default',
    bytes,
    reads: new OperationReads(),
    loaders: { events: { load: async () => null } },
  });
  const reportHit = {
    requestDidStart: async () => ({
      willSendResponse: async ({ response }: { response: { http: { headers: Map<string, string> } } }) => {
        response.http.headers.set('lakegate-cache', 'hit');
      },
    }),
  };
  const apollo = await addGraphqlDoor(server, {
    schema,
    logger,
    page: '',
    plugins: [refuseRoundedDecimals, reportHit],
    contextOf,
  });
  const queries = namedQueries(readQueryFiles({ dir, mustExist: true }), schema);
  await addQueryRoutes(server, apollo, { schema, queries, contextOf });
});

afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

describe('a named query', () => {
  test('as CSV it has a line of names, quotes where they are needed, every digit, and nothing where there is null', async () => {
    const answer = await get('/q/revenue.csv');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers['lakegate-cache']).toBe('hit');
    expect(answer.body).toBe(
      'name,total,count,previous_amount\r\n' +
        '"Ada, ""the first""\nof them",12345678901234567890.10,3,0.10\r\n' +
        '"",,0,\r\n',
    );
  });

  test('as JSON it is flat rows at the root, decimals as text, and as numbers with every digit when asked', async () => {
    expect((await get('/q/revenue.json')).json()).toEqual([
      { name: MIXED.name, total: MIXED.amount, count: 3, previous_amount: '0.10' },
      { name: '', total: null, count: 0, previous_amount: null },
    ]);
    const [line] = (await get('/q/revenue.ndjson?numbers=true')).body.split('\n');
    expect(line).toBe(
      '{"name":"Ada, \\"the first\\"\\nof them","total":12345678901234567890.10,"count":3,"previous_amount":0.10}',
    );
  });

  test('as Parquet it is what the JSON is, in columns of their types', async () => {
    const answer = await get('/q/revenue.parquet');
    expect(answer.headers['content-type']).toBe('application/vnd.apache.parquet');
    const { columns, rows } = await readParquet(answer.rawPayload);
    expect(columns).toEqual(['name STRING', 'total DECIMAL(38,10)', 'count INT64', 'previous_amount DECIMAL(38,10)']);
    expect(rows).toEqual([
      { name: MIXED.name, total: '12345678901234567890.1', count: 3, previous_amount: '0.1' },
      { name: '', total: null, count: 0, previous_amount: null },
    ]);
  });

  test('without rows it has the same columns', async () => {
    expect((await get('/q/revenue.csv?times=0')).body).toBe('name,total,count,previous_amount\r\n');
    expect((await get('/q/revenue.json?times=0')).json()).toEqual([]);
    expect((await get('/q/revenue.ndjson?times=0')).body).toBe('');
    const empty = await readParquet((await get('/q/revenue.parquet?times=0')).rawPayload);
    expect([empty.columns.length, empty.rows]).toEqual([4, []]);
  });

  test('its arguments are parameters: numbers, booleans, lists given several times, objects as JSON', async () => {
    const where = encodeURIComponent('{"least": "1.10"}');
    const [row] = (await get(`/q/echo.json?n=7&yes=true&names=a&names=b,c&where=${where}`)).json();
    expect(row).toEqual({ n: 7, yes: true, names: ['a', 'b,c'], least: '1.10' });
    expect((await get('/q/echo.json?n=7&names=["x"]')).json()[0].names).toEqual(['x']);
  });

  test('arguments that do not fit are told which, and what was expected', async () => {
    const wrong = [
      ['/q/echo.csv', 'expected the parameter n, got none'],
      ['/q/echo.csv?n=1&nmaes=a', 'did you mean names?'],
      ['/q/echo.csv?n=1&n=2', 'n: expected it once'],
      ['/q/echo.csv?n=many', 'Int cannot represent non-integer value: "many"'],
      ['/q/echo.csv?n=1&yes=perhaps', 'Boolean cannot represent a non boolean value'],
      ['/q/echo.csv?n=1&where=x', 'where: expected JSON'],
      ['/q/echo.csv?n=1&where={"least":1.00000000000000000001}', 'at most 15 significant digits'],
      ['/q/echo.csv?n=1&where=%20%0A{"least":1.00000000000000000001}', 'at most 15 significant digits'],
      ['/q/revenue.csv?numbers=yes', 'numbers: expected one of false, true'],
      ['/q/revenue.xls', 'one of .csv, .json, .ndjson, .parquet'],
    ] as const;
    for (const [url, message] of wrong) {
      const answer = await get(url);
      expect(answer.statusCode, url).toBe(400);
      expect(answer.json().error.code, url).toBe('BAD_REQUEST');
      expect(answer.json().error.message).toContain(message);
    }
    const unknown = await get('/q/revenu.csv');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().error.message).toContain('did you mean revenue?');
  });

  test('an error of the query is an HTTP error with its code, and nothing of a file', async () => {
    const answer = await get('/q/full.csv');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toEqual({
      error: { code: 'WAREHOUSE_DOWN', message: 'full: the warehouse is away', retryAfterMs: 1500 },
    });
  });

  test('the list has each one with what it is for, its parameters and its columns', async () => {
    const { queries } = (await get('/q')).json();
    expect(queries.map(({ name }: { name: string }) => name)).toEqual(['echo', 'full', 'revenue']);
    expect(queries[2]).toEqual({
      name: 'revenue',
      about: 'What came in, by name.',
      urls: ['/q/revenue.csv', '/q/revenue.json', '/q/revenue.ndjson', '/q/revenue.parquet'],
      parameters: [{ name: 'times', type: 'Int!', required: false, default: '1' }],
      columns: [
        { name: 'name', type: 'String' },
        { name: 'total', type: 'Decimal' },
        { name: 'count', type: 'Int!' },
        { name: 'previous_amount', type: 'Decimal' },
      ],
    });
  });
});

describe('a folder of queries', () => {
  test('with mistakes stops the start, and tells each with file, line and column', () => {
    const broken = folderOf({
      'field.graphql': '{\n  metrics { rows { nmae } }\n}',
      'syntax.graphql': 'query {\n',
      'two.graphql': 'query A { rows { name } }\nquery B { rows { name } }',
      'act.graphql': 'mutation { act { total { count } } }',
      'roots.graphql': '{ a: rows { name } b: rows { name } }',
      'lists.graphql': '{ two { these { name } those { name } } }',
      'twice.graphql': '{ rows { previous { amount } previous_amount: name } }',
      'taken.graphql': 'query ($numbers: Int) { metrics(times: $numbers) { rows { name } } }',
      'bad name.graphql': '{ rows { name } }',
    });
    try {
      expect(() => namedQueries(readQueryFiles({ dir: broken, mustExist: true }), schema)).toThrow(LakegateError);
      const message = messageOf(() => namedQueries(readQueryFiles({ dir: broken, mustExist: true }), schema));
      const lines = message.replaceAll(`${broken}/`, '').split('\n');
      expect(lines).toEqual([
        '9 mistakes in the named queries:',
        'act.graphql:1:1 expected a query, got a mutation',
        'bad name.graphql:1:1 expected a file name of up to 64 letters, digits, - and _, got "bad name"',
        expect.stringContaining('field.graphql:2:20 Cannot query field "nmae" on type "Row".'),
        'lists.graphql:1:1 expected one list in two to be the rows of the table, got these, those',
        'roots.graphql:1:1 expected one field at the root, because its rows are the table, got 2',
        expect.stringContaining('syntax.graphql:2:1 Syntax Error'),
        'taken.graphql:1:8 expected another name than $numbers, because ?numbers says how rows are written',
        'twice.graphql:1:1 expected columns of different names, got previous_amount twice; give one an alias',
        'two.graphql:2:1 expected one operation, got 2',
      ]);
    } finally {
      rmSync(broken, { recursive: true });
    }
  });

  test('that is not there is none at the default place, and a mistake where somebody named it', () => {
    const missing = join(dir, 'missing');
    expect(namedQueries(readQueryFiles({ dir: missing, mustExist: false }), schema)).toEqual([]);
    expect(messageOf(() => namedQueries(readQueryFiles({ dir: missing, mustExist: true }), schema))).toContain(
      'LAKEGATE_QUERIES_DIR: expected a folder',
    );
  });
});

describe('an export', () => {
  test('takes any query; rows are those of the list, of the edges, or the field itself', async () => {
    const tables = [
      ['{ rows { count fine tags } }', 'count,fine,tags\r\n0,false,"[]"\r\n'],
      ['{ connection { edges { cursor node { count } } } }', 'cursor,count\r\nc1,3\r\n'],
      ['{ metrics { total { amount } } }', 'total_amount\r\n7\r\n'],
      ['{ metrics { total { amount } total { count } } }', 'total_amount,total_count\r\n7,2\r\n'],
      [
        '{ metrics { rates { rate } rows { ...R } } } fragment R on Row { n: count ... { fine } }',
        'n,fine\r\n3,true\r\n0,false\r\n',
      ],
    ] as const;
    for (const [query, csv] of tables) {
      const answer = await post('?format=csv', { query });
      expect(answer.statusCode, answer.body).toBe(200);
      expect(answer.body).toBe(csv);
    }
    const query = 'query A { rows { count } } query B($n: Int) { echo(n: $n) { n } }';
    const answer = await post('', { query, operationName: 'B', variables: { n: 5 } });
    expect(answer.json()).toEqual([{ n: 5 }]);
  });

  test('of a mutation is refused before it runs', async () => {
    const answer = await post('', { query: 'mutation { act { total { count } } }' });
    expect(answer.statusCode).toBe(400);
    expect(mutations).toBe(0);
  });

  test('has the limits of the GraphQL door, and its masking', async () => {
    const long = await post('', { query: `{ rows { ${'count '.repeat(200_000)} } }` });
    expect([long.statusCode, long.json().error.code]).toEqual([400, 'BAD_REQUEST']);
    const bug = await post('', { query: '{ bug { name } }' });
    expect([bug.statusCode, bug.json().error.code]).toEqual([500, 'INTERNAL']);
    expect(bug.body).not.toContain('SELECT');
    const form = await server.inject({
      method: 'POST',
      url: '/export',
      headers: { 'content-type': 'text/plain' },
      payload: '{"query": "{ rows { count } }"}',
    });
    expect(form.statusCode).toBe(415);
  });

  test('that makes no table is told why', async () => {
    const wrong = [
      [{ query: '{ two { these { name } those { name } } }' }, 'expected one list in two'],
      [{ query: '{ rows { nmae } }' }, 'Cannot query field'],
      [{ query: '{' }, 'Syntax Error'],
      [{ queri: '' }, 'got no query'],
      [{ query: '{ rows { name } }', variables: [] }, 'variables: expected a JSON object'],
    ] as const;
    for (const [body, message] of wrong) {
      const answer = await post('?format=csv', body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().error.message).toContain(message);
    }
    expect((await post('?format=xml', { query: '{ rows { name } }' })).statusCode).toBe(400);
  });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), 'lakegate-queries-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was thrown';
}

function get(url: string) {
  return server.inject({ method: 'GET', url });
}

function post(search: string, body: object) {
  return server.inject({ method: 'POST', url: `/export${search}`, payload: body });
}
