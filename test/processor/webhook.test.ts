import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredHeadedRecord, Transaction } from '../../src/log/partition-work.ts';
import { encodeOutput, type OutputFacts } from '../../src/model/streams/encode-output.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { deliveriesOf } from '../../src/processor/sinks/delivery-of.ts';
import { sendWebhook } from '../../src/processor/sinks/send-webhook.ts';
import { webhookTask } from '../../src/processor/sinks/webhook-task.ts';

const SECRET = 'between us';
const FACTS: OutputFacts = {
  tenant: 'default',
  job: 'two-large',
  jobVersion: 1,
  shadow: false,
  key: 'ada',
  watermarkMs: 2_000,
  receivedAtMs: 2_000,
};
const MINE = { tenant: 'default', job: 'two-large', fromMs: 1_000 };

describe('a webhook', () => {
  let server: Server;
  let url: string;
  const came: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  let answers: number[];

  beforeEach(async () => {
    came.length = 0;
    answers = [];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      came.push({ headers: request.headers, body });
      const status = answers.shift() ?? 204;
      response.writeHead(status, status === 302 ? { location: `${url}elsewhere` } : {}).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test('is signed so that its receiver knows who sent it, when, and that nothing was changed', async () => {
    await sendWebhook({ url, secret: SECRET }, { id: 'alerts/3/1', body: '{"a":1}' }, 5_000);
    expect(came[0]).toMatchObject({ body: '{"a":1}', headers: { 'lakegate-delivery': 'alerts/3/1' } });
    const mac = createHmac('sha256', SECRET).update('5.{"a":1}').digest('hex');
    expect(came[0]?.headers['lakegate-signature']).toBe(`t=5,v1=${mac}`);
  });

  test('that is refused or sent elsewhere counts as not delivered, and is never followed', async () => {
    answers = [500, 302];
    const send = () => sendWebhook({ url, secret: SECRET }, { id: 'x', body: '{}' }, 0);
    await expect(send()).rejects.toMatchObject({ retryable: true, message: expect.stringContaining('500') });
    await expect(send()).rejects.toMatchObject({ retryable: true, message: expect.stringContaining('302') });
    expect(came).toHaveLength(2);
  });

  test('tells of alerts of its job that are no trial and no history', () => {
    const of = (facts: Partial<OutputFacts>, matchedAtUs = 1_500_000) =>
      deliveriesOf('alerts', 3, MINE)(alert(0n, facts, matchedAtUs));
    expect(of({})).toMatchObject({ id: 'alerts/3/0', body: expect.stringContaining('"reason":"two payments"') });
    expect(of({ shadow: true })).toBeNull();
    expect(of({ job: 'another' })).toBeNull();
    expect(of({ tenant: 'other' })).toBeNull();
    expect(of({}, 999_999)).toBeNull();
  });

  test('reads no more of a record of another job than whose it is', () => {
    const of = (facts: Partial<OutputFacts>) => {
      const { value } = alert(0n, facts);
      const cut = value.subarray(0, value.byteLength - 10);
      return deliveriesOf('alerts', 3, MINE)({ offset: 0n, value: cut });
    };
    expect(of({ job: 'two-large-2' })).toBeNull();
    expect(of({ tenant: 'default-2' })).toBeNull();
    expect(of({ tenant: '"job":"two-large","jobVersion":' })).toBeNull();
    expect(() => of({})).toThrow();
  });

  test('fails its step until it is taken, and then goes on without sending twice what was taken', async () => {
    answers = [204, 503];
    const kept = new Map<string, Uint8Array>();
    const task = webhookTask({
      state: { get: (key) => kept.get(key) ?? null, range: () => [] },
      clock: systemClock,
      webhook: { url, secret: SECRET },
      deliveryOf: deliveriesOf('alerts', 0, MINE),
    });
    const records = [alert(0n), alert(1n), alert(2n, { job: 'another' }), alert(3n)];
    const step = () => task.step(records, transactionInto(kept));
    await expect(step()).rejects.toMatchObject({ retryable: true });
    task.rolledBack();
    expect(kept.size).toBe(0);
    await step();
    await task.committed();
    expect(came.map(({ headers }) => headers['lakegate-delivery'])).toEqual([
      'alerts/0/0',
      'alerts/0/1',
      'alerts/0/1',
      'alerts/0/3',
    ]);
    expect(task.inputFrom()).toBe(4n);
    expect(Buffer.from(kept.get('next') ?? []).toString()).toBe('4');
  });
});

function alert(offset: bigint, facts: Partial<OutputFacts> = {}, matchedAtUs = 1_500_000): StoredHeadedRecord {
  const record = { id: `a${offset}`, reason: 'two payments', matchedAtUs, events: [] };
  return {
    ...encodeOutput({ stream: 'alerts', record }, { ...FACTS, ...facts }),
    offset,
    appendedAtMs: 0,
    headers: {},
  };
}

function transactionInto(kept: Map<string, Uint8Array>): Transaction {
  return {
    append: async () => 0n,
    write: () => {},
    put: (key, value) => (value === null ? kept.delete(key) : kept.set(key, value)),
  };
}
