import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { encodeOutput } from '../../src/model/streams/encode-output.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';

/** Answers by what is in the body, and remembers whose results it took. */
export async function openReceiver(answer: (body: string) => number) {
  const taken: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const status = answer(body);
    if (status < 300) taken.push(JSON.parse(body).key);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, taken };
}

/** A window that ends in an hour, as a job of the tests would have written it. */
export function resultOf(job: string, key: string) {
  const endUs = (systemClock.nowMs() + 3_600_000) * 1000;
  const record = { startUs: endUs - 1_000, endUs, revision: 0, values: { count: 1 } };
  const facts = { tenant: 'default', job, jobVersion: 1, shadow: false, key, watermarkMs: 0, receivedAtMs: 0 };
  return encodeOutput({ stream: 'results', record }, facts);
}

/** An hour of it is a second. */
export function hurried(): Clock {
  const since = systemClock.nowMs();
  return { nowMs: () => since + (systemClock.nowMs() - since) * 3_600 };
}
