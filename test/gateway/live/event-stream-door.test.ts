import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestLiveDoor, type TestLiveDoor } from '../../support/live-door.ts';
import { answerToBytes } from '../../support/live-talk.ts';
import { until } from '../../support/until.ts';

let door: TestLiveDoor;

beforeEach(async () => {
  door = await openTestLiveDoor();
});

afterEach(async () => {
  await door.close();
});

describe('Server-Sent Events', () => {
  test('carry every result as an event, and say when there are no more', async () => {
    const answer = await post('subscription { failing { value } }');
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const error = {
      message: 'no answer from the warehouse',
      extensions: { code: 'WAREHOUSE_DOWN', retryAfterMs: 500 },
    };
    expect(await answer.text()).toBe(
      ':\n\nevent: next\ndata: {"data":{"failing":{"value":1}}}\n\n' +
        `event: next\ndata: ${JSON.stringify({ errors: [error] })}\n\nevent: complete\ndata:\n\n`,
    );
    expect(await (await post('mutation { add(value: 3) }')).text()).toContain('data: {"data":{"add":3}}\n');
    expect(await (await post('{')).text()).toContain('GRAPHQL_PARSE_FAILED');
  });

  test('are understood by the client that people use, and share their bytes with each other and with WebSockets', async () => {
    const client = createClient({ url: `http://${door.url}/graphql/stream` });
    const read = () => client.iterate({ query: 'subscription { number { value cursor } }' });
    const readers = [read(), read(), read()];
    for (const value of [0, 5]) {
      door.number.set(value);
      const results = await Promise.all(readers.map((reader) => reader.next()));
      for (const result of results)
        expect(result.value).toEqual({ data: { number: { value, cursor: `at-${value}` } } });
    }
    expect(door.resolved()).toBeLessThanOrEqual(3);
    for (const reader of readers) await reader.return?.();
    await until(() => door.number.readers === 0 && door.traffic.streams === 0);
  });

  test('have the cursor of an update as their id, and who comes back with it goes on from there, whatever the operation says', async () => {
    const query = 'subscription ($after: Cursor) { mine: number(after: $after) { value at: cursor } }';
    const first = await getStream(query, { after: 'at-9' });
    await until(() =>
      first.text().endsWith('event: next\nid: at-0\ndata: {"data":{"mine":{"value":0,"at":"at-0"}}}\n\n'),
    );
    const second = await getStream(query, { after: 'at-9' }, { 'last-event-id': 'at-0' });
    await until(() => door.number.afters.length === 2);
    door.number.set(7);
    await until(() => second.text().includes('"value":7'));
    expect(second.text().match(/^id: .*$/gm)).toEqual(['id: at-7']);
    expect(door.number.afters).toEqual(['at-9', 'at-0']);
    for (const stream of [first, second]) stream.stop();
    await until(() => door.number.readers === 0);
  });

  test('have no id where no cursor is asked for, or what is asked takes none', async () => {
    const header = { 'last-event-id': 'at-0' };
    const other = await getStream('subscription { number { value cursor: padding } }', {}, header);
    const none = await getStream('subscription { failing { value cursor: padding } }', {}, header);
    await until(() => door.number.readers === 1 && none.text().includes('"value":1'));
    door.number.set(1);
    await until(() => other.text().includes('"value":1'));
    for (const stream of [other, none]) {
      expect(stream.text()).not.toContain('\nid:');
      stream.stop();
    }
  });

  test('GET is for subscriptions alone: a link must not change anything', async () => {
    const get = (query: string) => fetch(`http://${door.url}/graphql/stream?query=${encodeURIComponent(query)}`);
    expect(await (await get('mutation { add(value: 3) }')).text()).toContain(
      'GET /graphql/stream: expected a subscription',
    );
    expect(await (await get('subscription { failing { value } }')).text()).toContain(
      '{"data":{"failing":{"value":1}}}',
    );
  });

  test('a page of another site, or a request that is none, is refused before the stream begins', async () => {
    const foreign = await post('{ one }', { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const noQuery = await fetch(`http://${door.url}/graphql/stream`);
    expect([noQuery.status, await noQuery.json()]).toEqual([
      400,
      { error: { code: 'BAD_REQUEST', message: 'expected "query": a text' } },
    ]);
    const form = await fetch(`http://${door.url}/graphql/stream`, { method: 'POST', body: 'query={one}' });
    expect(form.status).toBe(415);
    expect((await post(`{ one } #${'x'.repeat(1024 * 1024)}`)).status).toBe(413);
  });

  test('ask for nothing more while their reader takes nothing, and then have the newest', async () => {
    const large = await openTestLiveDoor({ padding: 'x'.repeat(20_000) });
    const { socket, text } = await openStream(large, 'subscription { number { value padding } }');
    await until(() => text().includes('"value":0'));
    socket.pause();
    for (let value = 1; value <= 1_000; value++) {
      const { results } = large.traffic;
      large.number.set(value);
      for (let turn = 0; turn < 20 && large.traffic.results === results; turn++) await nextTurn();
    }
    expect(large.traffic.results).toBeLessThan(500);
    socket.resume();
    await until(() => text().includes('"value":1000'));
    socket.destroy();
    await large.close();
  });

  test('a stopping server ends them without saying complete, so that clients come back', async () => {
    const stopping = await openTestLiveDoor();
    const body = await answerWhile(stopping, () => stopping.close());
    expect(body).toContain('{"data":{"number":{"value":0}}}');
    expect(body).not.toContain('complete');
    expect(stopping.number.readers).toBe(0);
  });
});

test('numbers in variables are judged as they were written, over WebSocket too', async () => {
  const { payloadText } = await import('../../../src/gateway/live/payload-text.ts');
  const payload = ' {"query": "q \\" } ,", "variables": {"payload": [1.00000000000000000001]}} ';
  expect(payloadText(`{"type":"subscribe","payl\\u006fad":${payload},"id":"payload"}`)).toBe(payload);
  expect(payloadText(`{"payload":1,"id":"x","payload":${payload}}`)).toBe(payload);
  expect(payloadText('{"id":"payload"}')).toBeNull();
});

/** As a browser's EventSource asks. */
async function getStream(query: string, variables: object, headers: Record<string, string> = {}) {
  const said = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const gone = new AbortController();
  const { body } = await fetch(`http://${door.url}/graphql/stream?${said}`, { headers, signal: gone.signal });
  let text = '';
  const read = async () => {
    for await (const bytes of body ?? []) text += Buffer.from(bytes).toString();
  };
  read().catch(() => {});
  return { text: () => text, stop: () => gone.abort() };
}

/** What came is kept without its padding. */
async function openStream({ url }: TestLiveDoor, query: string): Promise<{ socket: Socket; text: () => string }> {
  const [host = '', port = ''] = url.split(':');
  const socket = connect({ host, port: Number(port) });
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1').replaceAll('x', '');
  });
  socket.write(`GET /graphql/stream?query=${encodeURIComponent(query)} HTTP/1.1\r\nHost: ${url}\r\n\r\n`);
  await once(socket, 'connect');
  return { socket, text: () => text };
}

async function answerWhile({ url, number }: TestLiveDoor, stop: () => Promise<void>): Promise<string> {
  const path = `/graphql/stream?query=${encodeURIComponent('subscription { number { value } }')}`;
  const answer = answerToBytes(url, `GET ${path} HTTP/1.1\r\nHost: ${url}\r\n\r\n`);
  await until(() => number.readers === 1);
  await stop();
  return await answer;
}

function post(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://${door.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}
