import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientGone } from '../../src/gateway/client-gone.ts';
import { createHttpServer } from '../../src/gateway/http-server.ts';
import { publicError } from '../../src/gateway/public-error.ts';
import { until } from '../support/until.ts';

const server = createHttpServer(pino({ level: 'silent' }));
const asked: (AbortSignal | undefined)[] = [];
let url = '';

beforeAll(async () => {
  server.get('/never', (request) => {
    asked.push(clientGone(request));
    return new Promise<never>(() => {});
  });
  server.get('/at-once', async (request) => {
    asked.push(clientGone(request));
    return 'here';
  });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(() => server.close());

test('a client that goes away before its answer is noticed, one that has its answer is not', async () => {
  expect(await (await fetch(`${url}/at-once`)).text()).toBe('here');
  const leaving = new AbortController();
  const left = fetch(`${url}/never`, { signal: leaving.signal });
  await until(() => asked.length === 2);
  expect(asked.map((signal) => signal?.aborted)).toEqual([false, false]);
  leaving.abort();
  await expect(left).rejects.toThrow();
  await until(() => asked[1]?.aborted === true);
  expect(asked[0]?.aborted).toBe(false);
  const lines: string[] = [];
  publicError(asked[1]?.reason, pino({ level: 'info' }, { write: (line: string) => lines.push(line) }));
  expect(lines, "it is nobody's fault, and the operator is told of none").toEqual([]);
});
