import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaLog, openKafkaLog } from '../../src/log/kafka-log.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import type { Broker } from '../support/kafka/broker.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { readAll } from '../support/read-all.ts';
import { until } from '../support/until.ts';

const TOPIC = 'things';
/** A call waits for its own batch, or the one before it: six seconds, and what the last attempt may take. */
const PATIENCE_MS = 30_000;

describeWithKafka('the log on Kafka, when brokers fail', () => {
  describe('the only one', () => {
    let kafka: KafkaHere;
    let broker: Broker;
    let prefixes = 0;
    const opened: KafkaLog[] = [];

    beforeAll(async () => {
      kafka = await startKafka();
      [broker] = kafka.nodes as [Broker];
    });
    afterAll(() => kafka.stop());
    afterEach(async () => {
      for (const log of opened.splice(0)) await log.close();
    });

    const openWithTopic = async (): Promise<KafkaLog> => {
      const log = await openKafkaLog({ brokers: [kafka.brokers], clientId: 'test', prefix: `f${++prefixes}.` });
      opened.push(log);
      await log.createTopic({ topic: TOPIC, partitions: 2, retentionMs: null });
      return log;
    };

    test('killed again and again in the middle of appends: what was acknowledged is there, once, in the order of the calls', async () => {
      const log = await openWithTopic();
      const appends = startAppends(log);
      for (let round = 1; round <= 3; round++) {
        await until(() => appends.acknowledged.size >= 200 * round, 120_000);
        await broker.restart();
      }
      await until(() => appends.acknowledged.size >= 800, 120_000);
      await appends.stop();
      await expectAllThereOnce(log, appends);
    });

    test('frozen: appends are refused within seconds, health says since when, and all goes on when it thaws', async () => {
      const log = await openWithTopic();
      const appends = startAppends(log);
      await until(() => appends.acknowledged.size >= 50);
      const frozenAtMs = Date.now();
      await broker.freeze();
      try {
        const begun = performance.now();
        const refusal = await log
          .append(TOPIC, [{ key: 'k', timeMs: 1, value: Buffer.from('x') }])
          .catch((error) => error);
        expect(performance.now() - begun).toBeLessThan(PATIENCE_MS);
        expect(refusal).toMatchObject({ code: 'READ_ONLY', retryable: true, retryAfterMs: expect.any(Number) });
        expect(log.health()).toMatchObject({ state: 'read-only', reason: expect.any(String) });
        const health = log.health();
        if (health.state === 'read-only') expect(health.sinceMs).toBeGreaterThanOrEqual(frozenAtMs);
        await expect(log.ends(TOPIC)).rejects.toMatchObject({ code: 'READ_ONLY', retryable: true });
      } finally {
        broker.thaw();
      }
      await until(() => log.health().state === 'ok');
      const before = appends.acknowledged.size;
      await until(() => appends.acknowledged.size > before + 50);
      await appends.stop();
      await expectAllThereOnce(log, appends);
    });

    test('away while nothing is appended: health says so, and says so no more when it is back', async () => {
      const log = await openWithTopic();
      await broker.kill();
      await until(() => log.health().state === 'read-only');
      await broker.restart();
      await until(() => log.health().state === 'ok');
    });

    test('restarted: reads that wait go on, miss nothing and see nothing twice', async () => {
      const log = await openWithTopic();
      const stop = new AbortController();
      const read: string[] = [];
      const reading = (async () => {
        for await (const chunk of log.read(TOPIC, 0, 0n, { signal: stop.signal })) read.push(...chunk.map(textOf));
      })();
      for (let n = 0; n < 10; n++) await log.appendTo(TOPIC, 0, [record(`before ${n}`)]);
      await until(() => read.length === 10);
      await broker.restart();
      await sendUntilTaken(() => log.appendTo(TOPIC, 0, [record('after')]));
      await until(() => read.includes('after'));
      stop.abort();
      await reading;
      expect(read).toEqual((await readAll(log, TOPIC, 0)).map(textOf));
      expect(read.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `before ${n}`));
    });

    test('frozen: reads end at once when their signal aborts, and closing takes seconds at most', async () => {
      const log = await openWithTopic();
      const stop = new AbortController();
      const next = log.read(TOPIC, 0, 0n, { signal: stop.signal })[Symbol.asyncIterator]().next();
      await broker.freeze();
      try {
        const begun = performance.now();
        stop.abort();
        expect(await next).toMatchObject({ done: true });
        expect(performance.now() - begun).toBeLessThan(PATIENCE_MS);
        const appended = log.append(TOPIC, [record('late')]).catch((error) => error);
        await log.close();
        expect(await appended).toMatchObject({ code: 'READ_ONLY' });
        expect(performance.now() - begun).toBeLessThan(PATIENCE_MS);
      } finally {
        broker.thaw();
      }
    });
  });

  describe('one of three', () => {
    let kafka: KafkaHere;
    let log: KafkaLog;
    beforeAll(async () => {
      kafka = await startKafka({ brokers: 3 });
      log = await openKafkaLog({ brokers: kafka.brokers.split(','), clientId: 'test' });
      await log.createTopic({ topic: TOPIC, partitions: 3, retentionMs: null });
    });
    afterAll(async () => {
      await log.close();
      await kafka.stop();
    });

    test('killed or frozen: its partitions move, appends and reads go on, nothing acknowledged is lost or there twice', async () => {
      const appends = startAppends(log);
      const stop = new AbortController();
      const read = [0, 1, 2].map(() => [] as string[]);
      const readers = read.map(async (texts, partition) => {
        for await (const chunk of log.read(TOPIC, partition, 0n, { signal: stop.signal }))
          texts.push(...chunk.map(textOf));
      });
      const more = (count: number) => {
        const before = appends.acknowledged.size;
        return until(() => appends.acknowledged.size >= before + count, 120_000);
      };
      const [first, second] = kafka.nodes as [Broker, Broker];
      await more(100);
      await first.kill();
      await more(300);
      await first.restart();
      await more(100);
      await second.freeze();
      await more(300);
      second.thaw();
      await more(100);
      await appends.stop();
      await until(() => log.health().state === 'ok');
      await expectAllThereOnce(log, appends);
      const all = await Promise.all(read.map((_, partition) => readAll(log, TOPIC, partition)));
      await until(() => read.every((texts, partition) => texts.length >= (all[partition]?.length ?? 0)));
      stop.abort();
      await Promise.all(readers);
      expect(read).toEqual(all.map((records) => records.map(textOf)));
    });
  });
});

interface Appends {
  /** Text → where it was said to be. */
  readonly acknowledged: ReadonlyMap<string, { readonly partition: number; readonly offset: bigint }>;
  stop(): Promise<void>;
}

/** Eight callers that append one record after the other. One that is refused is left, and its caller goes on with the next. */
function startAppends(log: KafkaLog): Appends {
  const acknowledged = new Map<string, { partition: number; offset: bigint }>();
  let going = true;
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let count = 0; going; count++) {
      const text = `${caller}/${count}`;
      try {
        const [position] = await log.append(TOPIC, [{ ...record(text), key: `${caller}` }]);
        if (position !== undefined) acknowledged.set(text, position);
      } catch (error) {
        if (!(error instanceof LakegateError) || error.code !== 'READ_ONLY') throw error;
        await pause(50);
      }
    }
  });
  return {
    acknowledged,
    stop: async () => {
      going = false;
      await Promise.all(callers);
    },
  };
}

/** At the place that was told; no text twice; what was acknowledged to a caller in the order in which it appended. */
async function expectAllThereOnce(log: KafkaLog, { acknowledged }: Appends): Promise<void> {
  const found = new Map<string, string>();
  let records = 0;
  for (const { partition } of await log.ends(TOPIC)) {
    const latest = new Map<string, number>();
    for (const each of await readAll(log, TOPIC, partition)) {
      const text = textOf(each);
      const [caller = '', count] = text.split('/');
      if (count === undefined) continue;
      records++;
      found.set(text, `${partition}/${each.offset}`);
      // What was refused may have come through all the same, and late.
      if (!acknowledged.has(text)) continue;
      expect(Number(count)).toBeGreaterThan(latest.get(caller) ?? -1);
      latest.set(caller, Number(count));
    }
  }
  expect(records).toBe(found.size);
  const lost = [...acknowledged].filter(
    ([text, { partition, offset }]) => found.get(text) !== `${partition}/${offset}`,
  );
  expect(lost).toEqual([]);
}

async function sendUntilTaken(send: () => Promise<unknown>): Promise<void> {
  await until(() =>
    send().then(
      () => true,
      () => false,
    ),
  );
}

function record(text: string) {
  return { key: 'k', timeMs: 1, value: Buffer.from(text) };
}

function textOf({ value }: { readonly value: Uint8Array }): string {
  return Buffer.from(value).toString('utf8');
}
