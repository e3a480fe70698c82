import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BulkClient, type Pause } from '../../src/cli/generate/bulk-client.ts';
import { ClientJournal, readJournal } from '../../src/cli/generate/client-journal.ts';
import { mergedVersion } from '../../src/cli/generate/merged-version.ts';
import { decodeVersion, encodeVersion } from '../../src/model/version.ts';
import { removeDir, temporaryDir } from '../support/lakegate.ts';

const ANSWER = {
  admitted: 1,
  duplicates: 0,
  rejected: 0,
  version: encodeVersion({ offsets: new Map(), watermarksMs: new Map() }),
  verdicts: [],
};

let server: Server | undefined;
afterEach(() => server?.close());

test('a server that says later is given the time it asked for, then the same bytes again', async () => {
  const bodies: string[] = [];
  const url = await serve((body, attempt) => {
    bodies.push(body);
    return attempt < 3 ? { status: attempt === 1 ? 503 : 429, retryAfter: '0' } : { status: 202 };
  });
  const pauses: Pause[] = [];
  const client = new BulkClient({
    url: () => url,
    singular: 'sale',
    patienceMs: 10_000,
    onPause: (pause) => pauses.push(pause),
  });
  expect(await client.send('{"id":"1"}\n')).toMatchObject({ admitted: 1 });
  expect(bodies).toEqual(['{"id":"1"}\n', '{"id":"1"}\n', '{"id":"1"}\n']);
  expect(pauses.map(({ ms, reason }) => [ms, reason.slice(0, 3)])).toEqual([
    [0, '503'],
    [0, '429'],
  ]);
  expect(client.repeated).toBe(2);
});

test('a server that is not there yet is tried until it is, at the address it then has', async () => {
  let url = 'http://127.0.0.1:9';
  const client = new BulkClient({
    url: () => url,
    singular: 'sale',
    patienceMs: 10_000,
    onPause: async () => {
      url = await serve(() => ({ status: 202 }));
    },
  });
  expect(await client.send('{}\n')).toMatchObject({ admitted: 1 });
});

test('what the server refuses for good is not sent again, and its reason is told', async () => {
  let attempts = 0;
  const url = await serve((_body, attempt) => {
    attempts = attempt;
    return { status: 404 };
  });
  const client = new BulkClient({ url: () => url, singular: 'sale', patienceMs: 10_000 });
  await expect(client.send('{}\n')).rejects.toThrow(/404/);
  expect(attempts).toBe(1);
});

test('whoever interrupts is not kept waiting by a server that is away', async () => {
  const stop = new AbortController();
  const client = new BulkClient({
    url: () => 'http://127.0.0.1:9',
    singular: 'sale',
    patienceMs: 600_000,
    onPause: () => stop.abort(),
  });
  await expect(client.send('{}\n', stop.signal)).rejects.toThrow(/abort/i);
});

test('a journal tells what was sent and what was acknowledged, and takes no harm from a line that was cut off', async () => {
  const dir = temporaryDir();
  const path = join(dir, 'journal');
  const journal = await ClientJournal.open(path);
  await journal.sending('sale', ['a b', 'c/"d"', 'e']);
  await journal.answered('sale', [
    { id: 'a b', verdict: 'ADMITTED' },
    { id: 'c/"d"', verdict: 'DUPLICATE' },
    { id: 'e', verdict: 'REJECTED' },
  ]);
  await journal.sending('rating', ['x']);
  await journal.close();
  await appendFile(path, 'S sale "cut o');
  expect(await readJournal(path, 'sale')).toEqual({
    sent: new Set(['a b', 'c/"d"', 'e']),
    acknowledged: new Set(['a b', 'c/"d"']),
  });
  removeDir(dir);
});

test('several answers together are covered by a version with the later offset of each partition', () => {
  const version = (partitions: [number, bigint][]) =>
    encodeVersion({ offsets: new Map([['sales', new Map(partitions)]]), watermarksMs: new Map() });
  const merged = [
    version([
      [0, 5n],
      [1, 7n],
    ]),
    version([
      [1, 6n],
      [3, 1n],
    ]),
  ].reduce<string | null>(mergedVersion, null);
  expect(decodeVersion(merged ?? '').offsets.get('sales')).toEqual(
    new Map([
      [0, 5n],
      [1, 7n],
      [3, 1n],
    ]),
  );
});

async function serve(
  answer: (body: string, attempt: number) => { readonly status: number; readonly retryAfter?: string },
): Promise<string> {
  let attempt = 0;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { status, retryAfter } = answer(body, ++attempt);
    response.writeHead(status, {
      connection: 'close',
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    });
    response.end(JSON.stringify(status < 300 ? ANSWER : { error: { code: 'OVERLOADED' } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
