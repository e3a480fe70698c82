import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser, launchBrowser } from '../support/browser.ts';
import { openTestLiveDoor, type TestLiveDoor } from '../support/live-door.ts';
import { until } from '../support/until.ts';

const SUBSCRIPTION = 'subscription { number { value cursor } }';

describeWithBrowser('a browser’s EventSource', () => {
  let door: TestLiveDoor;
  let line: CutLine;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [door, browser] = await Promise.all([openTestLiveDoor(), launchBrowser()]);
    line = await openCutLine(door.url);
    page = await browser.newPage();
    await page.goto(`${line.url}/graphql/stream`);
  });

  afterAll(async () => {
    await browser?.close();
    await line?.close();
    await door?.close();
  });

  test('that lost its connection comes back by itself, and goes on behind the last update it had', async () => {
    await page.evaluate((query) => {
      const values: number[] = [];
      Object.assign(globalThis, { values });
      const source = new EventSource(`/graphql/stream?query=${encodeURIComponent(query)}`);
      source.addEventListener('next', (event) => {
        values.push(JSON.parse(String(Reflect.get(event, 'data'))).data.number.value);
      });
    }, SUBSCRIPTION);
    const values = () => page.evaluate<number[]>('globalThis.values');
    await until(async () => (await values()).length === 1);
    door.number.set(5);
    await until(async () => (await values()).length === 2);
    line.cut();
    await until(() => door.number.readers === 0);
    await until(() => door.number.readers === 1, 30_000);
    door.number.set(6);
    await until(async () => (await values()).length >= 3);
    // Without its place the update of value 5 would have come once more.
    expect(await values()).toEqual([0, 5, 6]);
    expect(door.number.afters).toEqual([null, 'at-5']);
  });
});

interface CutLine {
  readonly url: string;
  cut(): void;
  close(): Promise<void>;
}

/** Carries bytes to the server, and loses its connections when it is told to. */
async function openCutLine(target: string): Promise<CutLine> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect({ host, port: Number(port) });
    for (const socket of [near, far]) {
      sockets.add(socket.on('error', () => {}));
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
