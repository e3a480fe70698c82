import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PartitionTask, StoredHeadedRecord, Transaction } from '../../src/log/partition-work.ts';
import type { WebhookFigures } from '../../src/model/jobs/webhook-figures.ts';
import { encodeOutput, type OutputFacts } from '../../src/model/streams/encode-output.ts';
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
/** Two hours. */
const RETRY_FOR_MS = 7_200_000;
/** Longer than any pause that the receiver did not ask for. */
const WAIT_MS = 60_000;
const T0 = 1_000_000;
const MINE = { tenant: 'default', job: 'two-large', fromMs: 1_000 };

describe('a webhook', () => {
  let server: Server;
  let url: string;
  const came: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  /** The next ones; then as always. */
  let answers: number[];
  let always: () => number;
  let retryAfter: string | null;

  beforeEach(async () => {
    came.length = 0;
    answers = [];
    always = () => 204;
    retryAfter = null;
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      came.push({ headers: request.headers, body });
      const status = answers.shift() ?? always();
      if (status === 302) response.setHeader('location', `${url}elsewhere`);
      if (retryAfter !== null) response.setHeader('retry-after', retryAfter);
      response.writeHead(status).end();
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

  test('that is refused or sent elsewhere counts as not delivered, says whether for good, and is never followed', async () => {
    const send = () => sendWebhook({ url, secret: SECRET }, { id: 'x', body: '{}' }, 0);
    for (const status of [400, 404, 405, 410, 413, 415, 422]) {
      answers = [status];
      expect(await send()).toMatchObject({ isRefusal: true, reason: `expected an answer of 2xx, got ${status}` });
    }
    for (const status of [302, 401, 403, 408, 409, 425, 429, 500, 502, 503, 504]) {
      answers = [status];
      expect(await send()).toMatchObject({ isRefusal: false, reason: `expected an answer of 2xx, got ${status}` });
    }
    expect(came).toHaveLength(18);
    expect(await send()).toBeNull();
  });

  test('that nobody answers is not refused', async () => {
    await new Promise((resolve) => server.close(resolve));
    const untaken = await sendWebhook({ url, secret: SECRET }, { id: 'x', body: '{}' }, 0);
    expect(untaken).toEqual({ reason: 'nobody answers', isRefusal: false, retryAfterMs: null });
  });

  test('tells of alerts of its job that are no trial and no history', () => {
    const of = (facts: Partial<OutputFacts>, matchedAtUs = 1_500_000) =>
      deliveriesOf('alerts', 3, MINE)(alert(0n, facts, { matchedAtUs }));
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

  describe('whose receiver does not take something', () => {
    let nowMs: number;
    let kept: Map<string, Uint8Array>;
    const told: WebhookFigures[] = [];
    const open = () =>
      webhookTask({
        place: { topic: 'alerts', partition: 0 },
        state: { get: (key) => kept.get(key) ?? null, range: () => [] },
        clock: { nowMs: () => nowMs },
        webhook: { url, secret: SECRET },
        deliveryOf: deliveriesOf('alerts', 0, MINE),
        sinceMs: T0,
        retryForMs: RETRY_FOR_MS,
        onFigures: (figures) => told.push(figures),
        onGivenUp: () => {},
      });
    /** Tries, each time when it is due, until the step is whole. */
    const taken = async (task: PartitionTask, records: readonly StoredHeadedRecord[]) => {
      for (;;) {
        try {
          await task.step(records, transactionInto(kept));
          return await task.committed();
        } catch (error) {
          expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('sent again later') });
          task.rolledBack();
          nowMs += WAIT_MS;
        }
      }
    };
    const sent = () => came.map(({ headers }) => headers['lakegate-delivery']);
    const last = () => told.at(-1);

    beforeEach(() => {
      nowMs = T0;
      kept = new Map();
      told.length = 0;
    });

    test('fails its step until it is taken, and then goes on without sending or counting twice what was taken', async () => {
      answers = [204, 503, 204, 503, 503];
      const task = open();
      const records = [alert(0n), alert(1n), alert(2n, { job: 'another' }), alert(3n)];
      await expect(task.step(records, transactionInto(kept))).rejects.toMatchObject({ retryable: true });
      task.rolledBack();
      expect(kept.size).toBe(0);
      await taken(task, records);
      expect(sent()).toEqual(['alerts/0/0', ...Array(2).fill('alerts/0/1'), ...Array(3).fill('alerts/0/3')]);
      expect(task.inputFrom()).toBe(4n);
      expect(Buffer.from(kept.get('next') ?? []).toString()).toBe('4');
      expect(last()).toEqual({ place: 'alerts/0', delivered: 3, givenUp: 0, lastGivenUp: [] });
    });

    test('is not asked again before a pause that doubles, or before it asked to be', async () => {
      answers = [500, 500, 500];
      const task = open();
      const tried = async () => {
        await task.step([alert(0n)], transactionInto(kept)).catch(() => task.rolledBack());
        return came.length;
      };
      const counts: number[] = [];
      for (const atMs of [0, 999, 1_000, 2_999, 3_000, 6_999]) {
        nowMs = T0 + atMs;
        counts.push(await tried());
      }
      expect(counts).toEqual([1, 1, 2, 2, 3, 3]);
      retryAfter = '30';
      answers = [429];
      nowMs = T0 + 7_000;
      expect(await tried()).toBe(4);
      nowMs = T0 + 36_999;
      expect(await tried()).toBe(4);
      nowMs = T0 + 37_000;
      expect(await tried()).toBe(5);
      expect(kept.size).toBeGreaterThan(0);
    });

    test('is given up what it refused for good five times in a row, and is sent what comes behind', async () => {
      answers = [204, 400, 400, 503, 400, 400, 400, 400, 410];
      await taken(open(), [alert(0n), alert(1n), alert(2n)]);
      expect(sent()).toEqual(['alerts/0/0', ...Array(8).fill('alerts/0/1'), 'alerts/0/2']);
      const reason = 'expected an answer of 2xx, got 410';
      const givenUp = { delivery: 'alerts/0/1', key: 'ada', alert: 'a1', atMs: nowMs, attempts: 8, reason };
      expect(last()).toEqual({ place: 'alerts/0', delivered: 2, givenUp: 1, lastGivenUp: [givenUp] });
      told.length = 0;
      open();
      expect(last()).toEqual({ place: 'alerts/0', delivered: 2, givenUp: 1, lastGivenUp: [givenUp] });
    });

    test('is given up each alert when it was tried long enough, and is sent all that are younger when it is back', async () => {
      always = () => ((last()?.givenUp ?? 0) < 2 ? 503 : 204);
      const records = [
        alert(0n),
        alert(1n, {}, { appendedAtMs: T0 + 20 * WAIT_MS }),
        alert(2n, {}, { appendedAtMs: T0 + RETRY_FOR_MS }),
      ];
      await taken(open(), records);
      expect(last()).toMatchObject({ delivered: 1, givenUp: 2 });
      expect(last()?.lastGivenUp.map(({ delivery, atMs }) => [delivery, atMs - T0])).toEqual([
        ['alerts/0/1', RETRY_FOR_MS + 20 * WAIT_MS],
        ['alerts/0/0', RETRY_FOR_MS],
      ]);
    });

    test('has ten attempts however long nobody was there to send', async () => {
      nowMs = T0 + 7 * RETRY_FOR_MS;
      answers = Array(9).fill(500);
      await taken(open(), [alert(0n)]);
      expect(last()).toMatchObject({ delivered: 1, givenUp: 0 });
      answers = Array(10).fill(500);
      await taken(open(), [alert(1n)]);
      expect(last()).toMatchObject({ delivered: 1, givenUp: 1, lastGivenUp: [{ attempts: 10 }] });
    });

    test('shows the last twenty that were given up, and counts all', async () => {
      always = () => 410;
      await taken(
        open(),
        Array.from({ length: 25 }, (_, i) => alert(BigInt(i))),
      );
      expect(last()?.givenUp).toBe(25);
      expect(last()?.lastGivenUp.map(({ delivery }) => delivery)).toEqual(
        Array.from({ length: 20 }, (_, i) => `alerts/0/${24 - i}`),
      );
    });
  });
});

interface When {
  readonly matchedAtUs?: number;
  readonly appendedAtMs?: number;
}

function alert(offset: bigint, facts: Partial<OutputFacts> = {}, when: When = {}): StoredHeadedRecord {
  const { matchedAtUs = 1_500_000, appendedAtMs = 0 } = when;
  const record = { id: `a${offset}`, reason: 'two payments', matchedAtUs, events: [] };
  return {
    ...encodeOutput({ stream: 'alerts', record }, { ...FACTS, ...facts }),
    offset,
    appendedAtMs,
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
