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
    for (const operation of text.split(/^(?=query )/m).slice(1)) {
      expect((await graphql(lakegate.url, operation)).errors, operation).toBeUndefined();
    }
  }
});
