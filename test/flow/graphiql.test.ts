import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleOperations } from '../../src/gateway/graphiql/example-operations.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';

let lakegate: LakegateHere;

beforeAll(async () => {
  lakegate = await startLakegateHere();
});

afterAll(async () => {
  await lakegate.stop();
  removeDir(lakegate.dataDir);
});

test('every example operation that GraphiQL opens with answers without an error', async () => {
  const page = await fetch(`${lakegate.url}/graphql`, { headers: { accept: 'text/html' } });
  const html = await page.text();
  for (const kind of lakegate.model.kinds) {
    const text = exampleOperations(kind);
    expect(html).toContain(JSON.stringify(text).replaceAll('<', '\\u003c'));
    const queries = text.split(/^(?=query |subscription )/m).filter((operation) => operation.startsWith('query '));
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) expect((await graphql(lakegate.url, query)).errors, query).toBeUndefined();
  }
});

test('of several operations of which none is named, the client is told to name one', async () => {
  const { errors } = await graphql(lakegate.url, 'query A { __typename } query B { __typename }');
  expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining('operation name')]);
});
