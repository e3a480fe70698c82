import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { addPageRoute } from '../../src/gateway/page/page-route.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { createLogger } from '../../src/platform/telemetry.ts';

let server: FastifyInstance;

beforeAll(() => {
  server = createHttpServer(createLogger('error'));
  addPageRoute(server, {
    model: loadDeclarations(SAMPLE_KINDS_DIR),
    queries: [],
    isDemo: false,
    exampleCommand: ({ singular }, url) => `curl ${url}/ingest/${singular} -d '{"note":"</script>"}'`,
  });
});

afterAll(() => server.close());

const BROWSER = { accept: 'text/html,application/xhtml+xml' };

test('who asks with curl is told the addresses, as text', async () => {
  const { headers, payload } = await server.inject({
    url: '/',
    headers: { host: 'lake.localhost:4000', accept: '*/*' },
  });
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(payload).toContain('http://lake.localhost:4000/graphql');
});

test('a browser gets a page that may run nothing but its own script and ask nobody but this server', async () => {
  const { headers, payload } = await server.inject({ url: '/', headers: BROWSER });
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(payload) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain(`style-src 'sha256-${hash}'`);
  expect(payload, 'no text of a declaration ends the script').not.toContain('"</script>');
  expect(payload, 'what curl is told is in the page, too').toContain('href="/graphql"');
});

test('the script has what is in it in its name, so a browser asks for it once', async () => {
  const url = await scriptUrl();
  const script = await server.inject({ url });
  expect(script.statusCode).toBe(200);
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect((await server.inject({ url: '/assets/page-other.js' })).statusCode).toBe(404);
});

test('however it is compressed it is the same, and who has it is told so', async () => {
  const url = await scriptUrl();
  const [plain, zipped, brotli] = await Promise.all(
    ['identity', 'gzip', 'gzip, deflate, br'].map((encoding) =>
      server.inject({ url, headers: { 'accept-encoding': encoding } }),
    ),
  );
  expect(zipped?.headers['content-encoding']).toBe('gzip');
  expect(brotli?.headers['content-encoding']).toBe('br');
  expect(gunzipSync(zipped?.rawPayload ?? '').equals(plain?.rawPayload ?? Buffer.of())).toBe(true);
  expect(brotliDecompressSync(brotli?.rawPayload ?? '').equals(plain?.rawPayload ?? Buffer.of())).toBe(true);
  const etag = String(plain?.headers.etag);
  expect((await server.inject({ url, headers: { 'if-none-match': etag } })).statusCode).toBe(304);
});

test('what the page begins with is small enough to come at once, and the rest comes when it is asked for', async () => {
  const { payload } = await server.inject({ url: '/', headers: BROWSER });
  const urls = [...payload.matchAll(/<link rel="modulepreload" href="([^"]+)"/g)].map(([, url = '']) => url);
  const zipped = async (url: string, headers = {}) =>
    (await server.inject({ url, headers: { ...headers, 'accept-encoding': 'gzip' } })).rawPayload.byteLength;
  const sizes = await Promise.all(urls.map((url) => zipped(url)));
  expect(urls[0]).toBe(await scriptUrl());
  expect(await zipped('/', BROWSER)).toBeLessThan(9_000);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(32_000);
  const scripts = await Promise.all(urls.map(async (url) => (await server.inject({ url })).payload));
  const later = new Set(scripts.flatMap((script) => script.match(/page-\w+\.js/g) ?? []));
  for (const url of urls) later.delete(url.replace('/assets/', ''));
  expect(later.size).toBeGreaterThanOrEqual(2);
  for (const name of later) expect((await server.inject({ url: `/assets/${name}` })).statusCode).toBe(200);
});

async function scriptUrl(): Promise<string> {
  const { payload } = await server.inject({ url: '/', headers: BROWSER });
  return /<script type="module" src="([^"]+)"/.exec(payload)?.[1] ?? '';
}
