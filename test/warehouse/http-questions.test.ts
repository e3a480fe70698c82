import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClickHouseError } from '@clickhouse/client';
import { afterEach, expect, test } from 'vitest';
import { type HttpQuestions, openHttpQuestions } from '../../src/warehouse/http-questions.ts';

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const ANSWERED = '{"data":[]}';
const answers = (response: ServerResponse) => response.end(ANSWERED);
const hangsUp = (response: ServerResponse) => response.destroy();
const cutsOff = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': ANSWERED.length }).write('{"da');
  setImmediate(() => response.destroy());
};
const refuses = (response: ServerResponse) =>
  response.writeHead(500).end('Code: 241. DB::Exception: too much. (MEMORY_LIMIT_EXCEEDED)');

test('a connection that was closed between two questions costs another connection, and no error', async () => {
  const { questions, asked } = await serving(answers, hangsUp, answers);
  expect(await questions.ask('SELECT 1', {})).toBe(ANSWERED);
  expect(await questions.ask('SELECT 2', {})).toBe(ANSWERED);
  expect(asked).toEqual(['SELECT 1', 'SELECT 2', 'SELECT 2']);
});

test('where all connections were closed, as when the engine was killed, the error is the one that others know to judge', async () => {
  const { questions, asked } = await serving(answers, answers, hangsUp, hangsUp);
  await Promise.all([questions.ask('SELECT 1', {}), questions.ask('SELECT 1', {})]);
  await expect(questions.ask('SELECT 2', {})).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(asked).toEqual(['SELECT 1', 'SELECT 1', 'SELECT 2', 'SELECT 2']);
});

test('a new connection that is closed is an error, which others know to judge', async () => {
  const { questions, asked } = await serving(hangsUp, answers);
  await expect(questions.ask('SELECT 1', {})).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(asked).toHaveLength(1);
});

test('an answer that was cut off is an error, and never half an answer', async () => {
  const { questions, asked } = await serving(answers, cutsOff, answers);
  await questions.ask('SELECT 1', {});
  await expect(questions.ask('SELECT 2', {})).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(asked).toHaveLength(2);
});

test('what the server refuses is its own error, and the connection serves the next question', async () => {
  const { questions } = await serving(refuses, answers);
  await expect(questions.ask('SELECT 1', {})).rejects.toBeInstanceOf(ClickHouseError);
  expect(await questions.ask('SELECT 2', {})).toBe(ANSWERED);
});

test('a question that is given up ends at once', async () => {
  const { questions } = await serving(() => {});
  const givenUp = new AbortController();
  const asking = questions.ask('SELECT sleep(1)', { signal: givenUp.signal });
  setImmediate(() => givenUp.abort());
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
});

/** A server that does each of these in turn. */
async function serving(...doings: ((response: ServerResponse) => unknown)[]) {
  const asked: string[] = [];
  const server: Server = createServer(async (request, response) => {
    let sql = '';
    for await (const chunk of request) sql += chunk;
    asked.push(sql);
    doings.shift()?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const user = { username: 'ask', password: 'key' };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const up = { state: 'up', generation: 1, url, credentials: { ask: user, load: user } } as const;
  const questions: HttpQuestions = openHttpQuestions(up, {
    settings: {},
    connectionsMax: 2,
    idleSocketMs: 60_000,
    requestTimeoutMs: 60_000,
    checkBytes: () => {},
  });
  open.push(
    () => questions.close(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return { questions, asked };
}
