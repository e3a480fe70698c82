import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { buildASTSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOperations } from '../../src/gateway/graphiql/example-operations.ts';
import { graphiqlPage } from '../../src/gateway/graphiql/graphiql-page.ts';
import { addGraphiqlRoutes } from '../../src/gateway/graphiql/graphiql-routes.ts';
import { OPENED_AT, startHere } from '../../src/gateway/graphiql/start-here.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import { jsonSchema } from '../../src/model/validate/json-schema.ts';
import { compileValidator } from '../../src/model/validate/validator.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

const SENSOR_DIR = resolve(import.meta.dirname, '../../examples/sensor');
const model = loadDeclarations(SAMPLE_KINDS_DIR);

let server: FastifyInstance;

beforeAll(() => {
  server = createHttpServer(createLogger('silent'));
  addGraphiqlRoutes(server);
});

afterAll(() => server.close());

describe('the example operations', () => {
  for (const dir of [SAMPLE_KINDS_DIR, SENSOR_DIR]) {
    const { kinds } = loadDeclarations(dir);
    test(`of ${kinds.map(({ typeName }) => typeName).join(', ')} are valid against the schema that is served`, () => {
      const schema = buildASTSchema(servedTypeDefs(loadDeclarations(dir), readApiSdl()));
      for (const kind of kinds) {
        expect(validate(schema, parse(exampleOperations(kind))), kind.typeName).toEqual([]);
      }
    });

    test.each(kinds)('to start with are valid for $typeName, and what they send is taken', (kind) => {
      const only = { ...loadDeclarations(dir), kinds: [kind] };
      const schema = buildASTSchema(servedTypeDefs(only, readApiSdl()));
      const { query, variables = '' } = startHere(only) ?? { query: '' };
      expect(validate(schema, parse(query))).toEqual([]);
      const takes = new Ajv2020({ strict: false, validateFormats: false }).compile(jsonSchema(kind, only.enums));
      const sent = JSON.parse(variables.replaceAll(OPENED_AT, '2026-11-21T10:00:00.000000Z'));
      expect(sent.events.map(takes), JSON.stringify(takes.errors)).toEqual([true]);
      expect(compileValidator(kind, only.enums).idOf(sent.events[0])).toBe(sent.id);
    });
  }

  test('group money by its currency', () => {
    const [transaction] = model.kinds.filter(({ typeName }) => typeName === 'Transaction');
    expect(transaction && exampleOperations(transaction)).toContain('by: [CURRENCY, STATUS]');
  });
});

describe('the page', () => {
  test('has a tab to start in and one for each kind, and no text of a declaration ends its data', () => {
    const [kind] = model.kinds;
    if (kind === undefined) throw new Error('expected a kind');
    const page = graphiqlPage({ ...model, kinds: [{ ...kind, description: '</script><script>alert(1)' }] });
    const data = /id="options">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    const { defaultTabs } = JSON.parse(data);
    expect(defaultTabs).toHaveLength(2);
    expect(defaultTabs[0].query).toContain('mutation StartHere(');
    expect(defaultTabs[1].query).toContain('</script><script>alert(1)');
  });

  test('loads only files that this server has, and runs no code that stands in it', async () => {
    const page = graphiqlPage(model);
    const sources = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources).toEqual(['data:,', 'graphiql/style.css', 'graphiql/app.js', 'graphiql/start.js']);
    for (const source of sources.slice(1)) expect((await get(`/${source}`)).statusCode, source).toBe(200);
    for (const label of ['editorWorkerService', 'json', 'graphql']) {
      expect((await get(`/graphiql/worker-${label}.js`)).statusCode, label).toBe(200);
    }
    expect(page).not.toMatch(/<script>/);
  });

  test('sends a file packed to who takes it so, and not at all to who has it', async () => {
    const plain = await get('/graphiql/app.js');
    const packed = await get('/graphiql/app.js', { 'accept-encoding': 'gzip, br' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true);
    const again = await get('/graphiql/app.js', { 'if-none-match': String(plain.headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await get('/graphiql/package.json')).statusCode).toBe(404);
  });
});

function get(url: string, headers: Record<string, string> = {}) {
  return server.inject({ method: 'GET', url, headers });
}
