import { once } from 'node:events';
import { parse, subscribe } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestLiveDoor, type TestLiveDoor } from '../../support/live-door.ts';
import { answerToBytes, framesOf, LiveTalk, openAndWrite } from '../../support/live-talk.ts';
import { until } from '../../support/until.ts';

let door: TestLiveDoor;

beforeEach(async () => {
  door = await openTestLiveDoor();
});

afterEach(async () => {
  await door.close();
});

describe('equal subscribers', () => {
  test('an update is executed once for all of them, whatever they named it and wherever each began', async () => {
    const queryOf = (i: number) => `subscription N${i} ($after: Cursor) { number(after: $after) { value tenant } }`;
    const sockets = await Promise.all(Array.from({ length: 20 }, () => LiveTalk.open(door)));
    for (const [i, socket] of sockets.entries()) {
      socket.subscribe(`my "${i}" \u00e9`, queryOf(i), { after: `c${i}` });
    }
    for (const socket of sockets) await socket.heard(2);
    expect(door.resolved()).toBe(1);
    door.number.set(7);
    for (const [i, socket] of sockets.entries()) {
      await socket.heard(3);
      const payload = { data: { number: { value: 7, tenant: 'default' } } };
      expect(socket.messages[2]).toEqual({ id: `my "${i}" \u00e9`, type: 'next', payload });
    }
    expect(door.resolved()).toBe(2);
  });

  test('who asks in other words, with other variables or for another tenant shares nothing', async () => {
    const tenants = ['a', 'b', 'a', 'a', 'a'];
    const others = await openTestLiveDoor({ tenantOf: () => tenants.shift() ?? 'a' });
    const socket = await LiveTalk.open(others);
    const ask = (query: string, variables = {}) => socket.subscribe(String(tenants.length), query, variables);
    const query = 'subscription ($from: Int) { number(from: $from) { value tenant } }';
    ask(query, { from: 1 });
    await socket.heard(2);
    ask(query, { from: 1 });
    await socket.heard(3);
    ask(query, { from: 2 });
    await socket.heard(4);
    ask('subscription { number { value  } }');
    await socket.heard(5);
    expect(socket.messages.slice(1).map(({ payload }) => payload?.data?.number?.tenant)).toEqual([
      'a',
      'b',
      'a',
      undefined,
    ]);
    expect(others.resolved()).toBe(4);
    await others.close();
  });

  test('what is sent is what graphql-js makes of the same subscription', async () => {
    const query = `subscription Named($from: Int, $with: Boolean!) {
      n: number(from: $from) { ...parts @include(if: $with) value }
      } fragment parts on Number { padding __typename }`;
    const variables = { with: true, from: 3 };
    const expected = await subscribe({ schema: door.schema, document: parse(query), variableValues: variables });
    if (!(Symbol.asyncIterator in expected)) throw new Error('expected a stream of results');
    const { value } = await expected.next();
    await expected.return(undefined);
    const socket = await LiveTalk.open(door);
    socket.say({ id: '1', type: 'subscribe', payload: { query, variables } });
    await socket.heard(2);
    expect(socket.texts[1]).toBe(`{"id":"1","type":"next","payload":${JSON.stringify(value)}}`);
  });
});

describe('operations of every sort', () => {
  test('queries and mutations are answered as over HTTP, errors masked and refusals as error messages', async () => {
    const socket = await LiveTalk.open(door);
    const ask = async (query: string) => {
      socket.messages.length = 0;
      socket.say({ id: 'q', type: 'subscribe', payload: { query } });
      await until(() => socket.messages.some(({ type }) => type === 'complete' || type === 'error'));
      return socket.messages[0];
    };
    expect(await ask('{ one }')).toEqual({ id: 'q', type: 'next', payload: { data: { one: 1 } } });
    expect(await ask('mutation { add(value: 3) }')).toMatchObject({ payload: { data: { add: 3 } } });
    expect(JSON.stringify(await ask('{ bug }'))).toMatch(/"code":"INTERNAL".*"data":\{"bug":null\}/);
    expect(await ask('{ nope }')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    expect(await ask('{')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
    });
    expect(await ask('subscription { refused { value } }')).toMatchObject({
      type: 'error',
      payload: [{ message: 'start again without a cursor', path: ['refused'], extensions: { code: 'CURSOR_EXPIRED' } }],
    });
    expect(await ask('subscription ($n: Int!) { number(from: $n) { value } }')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    const bug = await ask('subscription { bug { value } }');
    expect(JSON.stringify(bug)).not.toContain('secret');
    expect(door.logged()).toContain('SELECT secret');
  });

  test('a source that fails midway ends its operation with the masked error and no other', async () => {
    const socket = await LiveTalk.open(door);
    socket.subscribe('ok', 'subscription { number { value } }');
    await socket.heard(2);
    socket.subscribe('f', 'subscription { failing { value } }');
    await socket.heard(4);
    expect(socket.messages[2]).toMatchObject({ id: 'f', type: 'next' });
    const extensions = { code: 'WAREHOUSE_DOWN', retryAfterMs: 500 };
    expect(socket.messages[3]).toEqual({
      id: 'f',
      type: 'error',
      payload: [{ message: 'no answer from the warehouse', extensions }],
    });
    door.number.set(2);
    await socket.heard(5);
    expect(socket.messages[4]).toMatchObject({ id: 'ok', type: 'next' });
  });

  test('over plain HTTP a subscription is told where it is answered', async () => {
    const answer = await fetch(`http://${door.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { number { value } }' }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('over WebSocket here, and at /graphql/stream');
    expect(door.number.readers).toBe(0);
  });
});

describe('a client that goes', () => {
  test('leaves every place, whether it says so or not', async () => {
    const socket = await LiveTalk.open(door);
    for (let i = 0; i < 5; i++) socket.subscribe(String(i), 'subscription { number { value } }');
    await until(() => door.number.readers === 5);
    socket.say({ id: '0', type: 'complete' });
    await until(() => door.number.readers === 4);
    socket.ws.terminate();
    await until(() => door.number.readers === 0 && door.traffic.operations === 0 && door.traffic.sockets === 0);
  });

  test('leaves them also where it gave an id anew before the first of that name had begun', async () => {
    const ask = '{"id":"a","type":"subscribe","payload":{"query":"subscription { number { value } }"}}';
    const complete = '{"id":"a","type":"complete"}';
    const socket = openAndWrite(door.url, ['{"type":"connection_init"}']);
    await once(socket, 'data');
    socket.write(framesOf([ask, complete, ask, complete, ask]));
    await until(() => door.number.readers === 1);
    socket.destroy();
    await until(() => door.number.readers === 0 && door.traffic.operations === 0 && door.traffic.sockets === 0);
  });
});

describe('an id that is given anew', () => {
  test('hears only of the operation that has it now', async () => {
    const released = hold(door);
    const socket = await LiveTalk.open(door);
    socket.subscribe('1', 'mutation { slow }');
    socket.say({ id: '1', type: 'complete' });
    socket.subscribe('1', 'subscription { number { value } }');
    await socket.heard(2);
    released();
    await until(() => door.traffic.operations === 1);
    door.number.set(1);
    await socket.heard(3);
    expect(socket.messages.slice(1).map(({ payload }) => payload)).toEqual([
      { data: { number: { value: 0 } } },
      { data: { number: { value: 1 } } },
    ]);
    socket.say({ id: '1', type: 'complete' });
    await until(() => door.number.readers === 0);
  });

  test('does not make room: what was ended and still runs counts as running', async () => {
    const released = hold(door);
    const socket = await LiveTalk.open(door);
    for (let i = 0; i < 200; i++) {
      socket.subscribe('1', 'mutation { slow }');
      socket.say({ id: '1', type: 'complete' });
    }
    socket.subscribe('1', '{ one }');
    await socket.heard(2);
    expect(socket.messages[1]).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'OVERLOADED' } }] });
    released();
    await until(() => door.traffic.operations === 0);
    socket.subscribe('1', '{ one }');
    await socket.heard(4);
    expect(socket.messages[2]).toEqual({ id: '1', type: 'next', payload: { data: { one: 1 } } });
  });
});

describe('what breaks the protocol or its bounds', () => {
  test('is closed with the code for it', async () => {
    const payload = { query: 'subscription { number { value } }' };
    const closedWith = async (talk: (ws: WebSocket) => void, protocols: string[] = ['graphql-transport-ws']) => {
      const ws = new WebSocket(`ws://${door.url}/graphql`, protocols);
      ws.on('open', () => talk(ws)).on('error', () => {});
      return (await once(ws, 'close'))[0];
    };
    const init = '{"type":"connection_init"}';
    const ask = JSON.stringify({ id: '1', type: 'subscribe', payload });
    const sends =
      (...messages: string[]) =>
      async (ws: WebSocket) => {
        for (const message of messages) {
          ws.send(message);
          if (message === init) await once(ws, 'message');
        }
      };
    expect(await closedWith(sends(init, init))).toBe(4429);
    expect(await closedWith(sends(ask))).toBe(4401);
    expect(await closedWith(sends(init, ask, ask))).toBe(4409);
    expect(await closedWith(sends('no json'))).toBe(4400);
    expect(await closedWith(sends(init, '{"id":"1","type":"next","payload":{}}'))).toBe(4400);
    expect(await closedWith(() => {}, [])).toBe(4406);
    expect(await closedWith(sends(init, 'x'.repeat(1024 * 1024 + 1)))).toBe(1009);
    const long = JSON.stringify({ type: 'connection_init', payload: { token: 'x'.repeat(5_000) } });
    expect(await closedWith((ws) => ws.send(long))).toBe(1009);
    await until(() => door.number.readers === 0 && door.traffic.sockets === 0);
  });

  test('a socket that does not begin is closed, and one that began may be idle', async () => {
    const hasty = await openTestLiveDoor({ initMs: 300 });
    const socket = await LiveTalk.open(hasty);
    const ws = new WebSocket(`ws://${hasty.url}/graphql`, ['graphql-transport-ws']);
    expect((await once(ws, 'close'))[0]).toBe(4408);
    socket.subscribe('1', '{ one }');
    await socket.heard(3);
    await hasty.close();
  });

  test('who asks for 400 things and takes no answer is closed', async () => {
    const large = await openTestLiveDoor({ padding: 'x'.repeat(8_000_000) });
    const released = hold(large);
    const socket = await LiveTalk.open(large);
    socket.subscribe('s', 'subscription { number { padding } }');
    socket.ws.pause();
    await until(() => large.traffic.results === 1);
    for (let i = 0; i < 401; i++) socket.subscribe(String(i), 'mutation { slow }');
    const closed = once(socket.ws, 'close');
    await until(() => large.logged().includes('"code":4429'));
    expect(large.traffic.operations).toBe(200);
    socket.ws.resume();
    expect((await closed)[0]).toBe(4429);
    released();
    await large.close();
  });

  test('what is asked for and not done is bounded over all connections, and its room is given back', async () => {
    const small = await openTestLiveDoor({ heldCharsMax: 2_000 });
    const released = hold(small);
    const long = `#${'x'.repeat(1_500)}`;
    const holder = await LiveTalk.open(small);
    holder.subscribe('1', `mutation { slow } ${long}`);
    holder.say({ id: '1', type: 'complete' });
    await until(() => small.traffic.operations === 1);
    const refused = await LiveTalk.open(small);
    refused.subscribe('1', `{ one } ${long}`);
    expect((await once(refused.ws, 'close'))[0]).toBe(1013);
    const stream = () => fetch(`http://${small.url}/graphql/stream?query=${encodeURIComponent(`{ one } ${long}`)}`);
    expect((await stream()).status).toBe(503);
    released();
    await until(() => small.traffic.operations === 0);
    holder.subscribe('1', `{ one } ${long}`);
    await holder.heard(3);
    expect(holder.messages[1]).toMatchObject({ payload: { data: { one: 1 } } });
    await small.close();
  });

  test('a running subscription holds its text and its variables for all connections, until it is completed, cut off or gone', async () => {
    const small = await openTestLiveDoor({ heldCharsMax: 2_000 });
    const query = 'subscription { number { value } }';
    const long = 'x'.repeat(1_500);
    const begin = async (text: string, variables = {}) => {
      const talk = await LiveTalk.open(small);
      talk.subscribe('1', text, variables);
      await talk.heard(2);
      return talk;
    };
    const expectNoRoom = async () => {
      const refused = await LiveTalk.open(small);
      refused.subscribe('1', `${query} #${long}`);
      expect((await once(refused.ws, 'close'))[0]).toBe(1013);
      expect(small.number.readers).toBe(1);
    };
    const completed = await begin(query, { long });
    await expectNoRoom();
    completed.say({ id: '1', type: 'complete' });
    await until(() => small.number.readers === 0);
    const cut = await begin(`${query} #${long}`);
    await expectNoRoom();
    cut.ws.terminate();
    await until(() => small.number.readers === 0);
    const gone = new AbortController();
    await fetch(`http://${small.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { long } }),
      signal: gone.signal,
    });
    await until(() => small.number.readers === 1);
    await expectNoRoom();
    gone.abort();
    await until(() => small.number.readers === 0);
    await begin(query, { long });
    await small.close();
  });

  test('nothing that a client says behind such a message is executed', async () => {
    const socket = openAndWrite(door.url, ['{"type":"connection_init"}']);
    await once(socket, 'data');
    await until(() => door.traffic.sockets === 1);
    const add = '{"id":"a","type":"subscribe","payload":{"query":"mutation { add(value: 1) }"}}';
    socket.write(framesOf(['no json', add]));
    const bystander = await LiveTalk.open(door);
    bystander.subscribe('1', '{ one }');
    await bystander.heard(3);
    expect(door.traffic.results).toBe(1);
    socket.destroy();
  });

  test('variables that cannot be written down again leave nothing open', async () => {
    const socket = await LiveTalk.open(door);
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const query = 'subscription ($at: Cursor) { number(at: $at) { value } }';
    socket.ws.send(`{"id":"1","type":"subscribe","payload":{"query":"${query}","variables":{"at":${deep}}}}`);
    await socket.heard(2);
    expect(socket.messages[1]).toMatchObject({ type: 'error' });
    expect([door.number.readers, door.traffic.operations]).toEqual([0, 0]);
  });

  test('more than 200 operations on one socket are refused one by one; the others go on', async () => {
    const socket = await LiveTalk.open(door);
    const payload = { query: 'subscription { number { value } }' };
    for (let i = 0; i < 210; i++) socket.say({ id: String(i), type: 'subscribe', payload });
    await socket.heard(211);
    const refused = socket.messages.filter(({ type }) => type === 'error');
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ payload: [{ extensions: { code: 'OVERLOADED' } }] });
    door.number.set(3);
    await socket.heard(411);
  });

  test('a flood of pings is read slowly, and others notice nothing', async () => {
    const flood = await LiveTalk.open(door);
    const bystander = await LiveTalk.open(door);
    bystander.subscribe('1', 'subscription { number { value } }');
    await bystander.heard(2);
    const startedMs = performance.now();
    let pongs = 0;
    flood.ws.on('pong', () => {
      pongs++;
    });
    for (let i = 0; i < 5_000; i++) flood.ws.ping('x'.repeat(100));
    for (let i = 1; i <= 5; i++) {
      door.number.set(i);
      await bystander.heard(2 + i);
    }
    await until(() => pongs >= 4_000);
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    flood.ws.terminate();
  });

  test('a page of another site, another path, and more sockets than there is room for are refused before they open', async () => {
    const small = await openTestLiveDoor({ connectionsMax: 1 });
    const refusedWith = (url: string, headers = {}) =>
      new Promise((resolve) => {
        const ws = new WebSocket(url, ['graphql-transport-ws'], { headers });
        ws.on('unexpected-response', (_request, response) => resolve(response.statusCode)).on('open', () =>
          resolve(101),
        );
        ws.on('error', () => {});
      });
    const url = `ws://${small.url}/graphql`;
    expect(await refusedWith(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await refusedWith(url, { origin: 'null' })).toBe(403);
    expect(await refusedWith(`ws://${small.url}/elsewhere`)).toBe(404);
    expect(await refusedWith(url, { origin: `http://${small.url}` })).toBe(101);
    expect(await refusedWith(url)).toBe(503);
    await small.close();
  });

  test('bytes that are no WebSocket harm nobody, and an offer of HTTP/2 is answered as HTTP/1.1', async () => {
    const body = '{"query":"{ one }"}';
    const h2c = [
      'POST /graphql HTTP/1.1',
      `Host: ${door.url}`,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
    expect(await answerToBytes(door.url, h2c)).toMatch(/^HTTP\/1.1 200 .*\{"one":1\}/s);
    const upgrade = `GET /graphql HTTP/1.1\r\nHost: ${door.url}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
    expect(await answerToBytes(door.url, `${upgrade}\r\n\u0000\u0001garbage`)).toMatch(/^HTTP\/1.1 400 /);
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    await answerToBytes(door.url, `${upgrade}${key}\r\n\xff\xff\xff\xffgarbage`);
    expect(
      await answerToBytes(
        door.url,
        `GET /graphql?query=%7Bone%7D HTTP/1.1\r\nHost: ${door.url}\r\napollo-require-preflight: 1\r\n\r\n`,
      ),
    ).toContain('{"one":1}');
  });
});

describe('a reader that stops reading', () => {
  test('holds what fits its buffers and no more, costs the others nothing, and has the newest when it reads again', async () => {
    const large = await openTestLiveDoor({ padding: 'x'.repeat(100_000) });
    const payload = { query: 'subscription { number { value padding } }' };
    const [slow, quick] = await Promise.all([LiveTalk.open(large), LiveTalk.open(large)]);
    for (const socket of [slow, quick]) socket.say({ id: '1', type: 'subscribe', payload });
    await Promise.all([slow.heard(2), quick.heard(2)]);
    slow.ws.pause();
    for (let value = 1; value <= 400; value++) {
      large.number.set(value);
      await quick.heard(2 + value);
      quick.texts.length = 0;
    }
    const sentToSlow = large.traffic.results - 402;
    expect(sentToSlow).toBeLessThan(200);
    slow.ws.resume();
    await until(() => slow.messages.at(-1)?.payload?.data?.number?.value === 400);
    expect(large.traffic.results - 402).toBeLessThanOrEqual(sentToSlow + 1);
    await large.close();
  });
});

describe('stopping', () => {
  test('answers what is being answered, then tells everybody to go elsewhere', async () => {
    const stopping = await openTestLiveDoor();
    const release = hold(stopping);
    const socket = await LiveTalk.open(stopping);
    socket.subscribe('s', 'subscription { number { value } }');
    socket.subscribe('m', 'mutation { slow }');
    await socket.heard(2);
    const closed = once(socket.ws, 'close');
    const stopped = stopping.close(20_000);
    release();
    const [code] = await closed;
    expect(code).toBe(1001);
    expect(socket.messages).toContainEqual({ id: 'm', type: 'next', payload: { data: { slow: 1 } } });
    await stopped;
    expect([stopping.number.readers, stopping.traffic.operations, stopping.traffic.sockets]).toEqual([0, 0, 0]);
  });

  test('answers also what is sent while others are being answered, and opens nothing meanwhile', async () => {
    const stopping = await openTestLiveDoor();
    const first = hold(stopping);
    const socket = await LiveTalk.open(stopping);
    socket.subscribe('1', 'mutation { slow }');
    await until(() => stopping.traffic.operations === 1);
    const stopped = stopping.close(20_000);
    const second = hold(stopping);
    socket.subscribe('2', 'mutation { slow }');
    await until(() => stopping.traffic.operations === 2);
    const refused = await fetch(`http://${stopping.url}/graphql/stream?query=%7Bone%7D`);
    expect(refused.status).toBe(503);
    first();
    await socket.heard(3);
    second();
    await stopped;
    expect(socket.messages).toContainEqual({ id: '2', type: 'next', payload: { data: { slow: 1 } } });
  });

  test('cuts off after its time who does not read that he shall go', async () => {
    const stopping = await openTestLiveDoor({ padding: 'x'.repeat(8_000_000) });
    const socket = await LiveTalk.open(stopping);
    socket.subscribe('s', 'subscription { number { padding } }');
    await socket.heard(1);
    socket.ws.pause();
    await until(() => stopping.number.readers === 1);
    stopping.number.set(1);
    await stopping.close(100);
    expect(stopping.traffic.sockets).toBe(0);
    socket.ws.terminate();
  });

  test('a client of the library comes back by itself and goes on', async () => {
    const first = await openTestLiveDoor();
    let url = first.url;
    const client = createClient({
      url: () => `ws://${url}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 50,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 10)),
    });
    const got: unknown[] = [];
    client.subscribe(
      { query: 'subscription { number { value } }' },
      { next: ({ data }) => got.push(data), error: () => {}, complete: () => {} },
    );
    await until(() => got.length === 1);
    url = door.url;
    await first.close();
    await until(() => got.length === 2);
    await client.dispose();
  });
});

/** Operations named slow are answered when what it returns was called. */
function hold(held: TestLiveDoor): () => void {
  let release = () => {};
  held.hold = new Promise((resolve) => {
    release = resolve;
  });
  return () => release();
}
