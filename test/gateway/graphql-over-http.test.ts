import { makeExecutableSchema } from '@graphql-tools/schema';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { addGraphqlDoor } from '../../src/gateway/graphql-door.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

/** Where the door differs from what servers SHOULD or MAY do, on purpose; docs/graphql.md says why. */
const DIFFERENCES = [
  // A request that cannot be understood is 400, whatever the client accepts.
  'warn 572B SHOULD use 200 status code on document parsing failure when accepting application/json',
  'warn FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
  'warn 7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
  // A GET without a header that only a program sends may come from somebody else's page.
  'notice 5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
  'notice D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'notice 6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

const server = createHttpServer(createLogger('silent'));
let url: string;

beforeAll(async () => {
  await addGraphqlDoor(server, {
    schema: makeExecutableSchema({ typeDefs: 'type Query { fine: Int }' }),
    logger: createLogger('silent'),
    page: '',
    plugins: [],
    contextOf: (bytes) => ({
      tenant: 'default',
      bytes,
      reads: new OperationReads(),
      loaders: { events: { load: async () => null } },
    }),
  });
  url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
});

afterAll(() => server.close());

test('the audits of GraphQL over HTTP find nothing but the differences that are meant', async () => {
  expect(await found(fetch)).toEqual(DIFFERENCES);
});

test('and with the header that Apollo asks of GET only what is meant about statuses', async () => {
  const asProgram: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': '1' } });
  expect(await found(asProgram)).toEqual(DIFFERENCES.filter((each) => each.startsWith('warn')));
});

/** One at a time, so that the order is that of the suite. */
async function found(fetchFn: typeof fetch): Promise<readonly string[]> {
  const differences: string[] = [];
  const audits = serverAudits({ url, fetchFn });
  expect(audits.length).toBeGreaterThan(50);
  for (const audit of audits) {
    const { status, id, name } = await audit.fn();
    if (status !== 'ok') differences.push(`${status} ${id} ${name}`);
  }
  return [...differences].sort((a, b) => DIFFERENCES.indexOf(a) - DIFFERENCES.indexOf(b));
}
