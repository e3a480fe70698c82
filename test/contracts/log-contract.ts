import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Log, LogRecord, Position, StoredRecord } from '../../src/log/log.ts';
import { partitionOf } from '../../src/log/partition-of.ts';
import type { Acknowledged } from '../support/killed-appender.ts';
import { readAll, readTopic } from '../support/read-all.ts';

/** How the suite gets at one implementation. Each test has a harness, and so a log, of its own. */
export interface LogHarness {
  /** Opens the log. Again after `close`: what is there is found. */
  open(options?: { readonly bytesInFlightMax?: number }): Promise<Log>;
  /** Appends from another process until that is killed without warning; what it was told is durable. Nobody else has the log open. */
  appendUntilKilled(options: {
    topic: string;
    seed: string;
    acknowledgedMin: number;
  }): Promise<readonly Acknowledged[]>;
  dispose(): Promise<void>;
}

const TOPIC = 'things';
const PARTITIONS = 4;

/** What `log.ts` promises, for every implementation alike. */
export function logContract(name: string, makeHarness: () => Promise<LogHarness>): void {
  const harnesses: LogHarness[] = [];
  const newHarness = async () => {
    const harness = await makeHarness();
    harnesses.push(harness);
    return harness;
  };
  const openWithTopic = async (options?: { readonly bytesInFlightMax?: number }) => {
    const harness = await newHarness();
    const log = await harness.open(options);
    await log.createTopic({ topic: TOPIC, partitions: PARTITIONS, retentionMs: null });
    return { log, harness };
  };
  afterEach(async () => {
    for (const harness of harnesses.splice(0)) await harness.dispose();
  });

  describe(`${name}: appending`, () => {
    test('gives one position a record, in the order given, and offsets of a partition count from 0 without holes', async () => {
      const { log } = await openWithTopic();
      const keys = ['a', 'b', 'c', 'a', 'd', 'a'];
      const positions = await log.append(TOPIC, keys.map(recordOfKey));
      expect(positions).toEqual(expectedPositions(keys));
    });

    test('puts the records of one key into one partition, the one partitionOf names', async () => {
      const { log } = await openWithTopic();
      const keys = Array.from({ length: 50 }, (_, i) => `user-${i % 10}`);
      const positions = await log.append(TOPIC, keys.map(recordOfKey));
      expect(positions.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionOf(key, PARTITIONS)));
    });

    test('of no records resolves with no positions', async () => {
      const { log } = await openWithTopic();
      expect(await log.append(TOPIC, [])).toEqual([]);
    });

    test('keeps concurrent calls in the order in which they were made', async () => {
      const { log } = await openWithTopic();
      await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(TOPIC, [record('same', `${i}`)])));
      const texts = (await readAll(log, TOPIC, partitionOf('same', PARTITIONS))).map(textOf);
      expect(texts).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`));
    });

    test('to a topic that was not made is refused', async () => {
      const { log } = await openWithTopic();
      await expect(log.append('nobody', [record('a', '1')])).rejects.toThrow(/nobody/);
    });
  });

  describe(`${name}: bound on bytes in flight`, () => {
    test('refuses what would go above it with OVERLOADED and a time to wait, keeps what it took, and goes on afterwards', async () => {
      const { log } = await openWithTopic({ bytesInFlightMax: 10_000 });
      const calls = Array.from({ length: 20 }, (_, i) => log.append(TOPIC, [record(`${i}`, 'x'.repeat(3_000))]));
      const results = await Promise.allSettled(calls);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(20);
      for (const { reason } of refused) {
        expect(reason).toMatchObject({ code: 'OVERLOADED', retryable: true, retryAfterMs: expect.any(Number) });
      }
      expect(await readTopic(log, TOPIC)).toHaveLength(20 - refused.length);
      await expect(log.append(TOPIC, [record('after', '1')])).resolves.toHaveLength(1);
    });

    test('lets one call that is larger than the bound pass when nothing else is in flight', async () => {
      const { log } = await openWithTopic({ bytesInFlightMax: 1_000 });
      await expect(log.append(TOPIC, [record('large', 'x'.repeat(50_000))])).resolves.toHaveLength(1);
    });
  });

  describe(`${name}: reading`, () => {
    test('hands out key, time and bytes exactly as they were appended', async () => {
      const { log } = await openWithTopic();
      const every = Uint8Array.from({ length: 256 }, (_, i) => i);
      const records: LogRecord[] = [
        { key: 'plain', timeMs: 1_700_000_000_123, value: every },
        { key: 'Zürich 東京 🦆', timeMs: 0.5, value: new Uint8Array(0) },
        { key: '', timeMs: -1, value: Buffer.from('{"not":"looked at"') },
        { key: 'large', timeMs: 1, value: Buffer.alloc(3_000_000, 7) },
      ];
      const positions = await log.append(TOPIC, records);
      for (const [i, given] of records.entries()) {
        const found = (await readTopic(log, TOPIC)).find(isAt(positions[i]));
        expect(found).toMatchObject({ key: given.key, timeMs: given.timeMs });
        expect(Buffer.compare(found?.value ?? Buffer.of(1), given.value)).toBe(0);
      }
    });

    test('starts exactly at the offset asked for', async () => {
      const { log } = await openWithTopic();
      for (let i = 0; i < 10; i++)
        await log.append(TOPIC, [record('k', `${3 * i}`), record('k', `${3 * i + 1}`), record('k', `${3 * i + 2}`)]);
      const partition = partitionOf('k', PARTITIONS);
      for (let from = 0; from <= 30; from++) {
        const read = await readAll(log, TOPIC, partition, BigInt(from));
        expect(read.map(textOf)).toEqual(Array.from({ length: 30 - from }, (_, i) => `${from + i}`));
        expect(read.map(({ offset }) => offset)).toEqual(Array.from({ length: 30 - from }, (_, i) => BigInt(from + i)));
      }
    });

    test('gives chunks of about bytesMax, and a record that is larger than that alone', async () => {
      const { log } = await openWithTopic();
      const sizes = [100, 100, 100, 5_000, 100, 900, 100];
      await log.append(
        TOPIC,
        sizes.map((size) => record('k', 'x'.repeat(size))),
      );
      const chunks = await chunksOf(log, 'k', { bytesMax: 1_000 });
      expect(chunks.flat().map(({ value }) => value.byteLength)).toEqual(sizes);
      for (const chunk of chunks) {
        const bytes = chunk.reduce((sum, { value }) => sum + value.byteLength, 0);
        expect(chunk.length === 1 || bytes <= 1_000).toBe(true);
      }
    });

    test('leaves values as they are while more is appended and read', async () => {
      const { log } = await openWithTopic();
      await log.append(
        TOPIC,
        Array.from({ length: 100 }, (_, i) => record('k', `first ${i}`)),
      );
      const kept = await readAll(log, TOPIC, partitionOf('k', PARTITIONS));
      for (let round = 0; round < 20; round++) {
        await log.append(
          TOPIC,
          Array.from({ length: 100 }, () => record('k', `overwritten? ${round}`.repeat(40))),
        );
        await readTopic(log, TOPIC);
      }
      expect(kept.map(textOf)).toEqual(Array.from({ length: 100 }, (_, i) => `first ${i}`));
    });

    test('waits at the end and goes on when records are appended', async () => {
      const { log } = await openWithTopic();
      const partition = partitionOf('k', PARTITIONS);
      const stop = new AbortController();
      const read: string[] = [];
      const reading = (async () => {
        for await (const chunk of log.read(TOPIC, partition, 0n, { signal: stop.signal })) {
          read.push(...chunk.map(textOf));
          if (read.length === 50) stop.abort();
        }
      })();
      for (let i = 0; i < 50; i++) await log.append(TOPIC, [record('k', `${i}`)]);
      await reading;
      expect(read).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    });

    test('ends without an error when its signal aborts while it waits, or had aborted before', async () => {
      const { log } = await openWithTopic();
      const stop = new AbortController();
      const next = log.read(TOPIC, 0, 0n, { signal: stop.signal })[Symbol.asyncIterator]().next();
      stop.abort();
      expect(await next).toMatchObject({ done: true });
      const late = log.read(TOPIC, 0, 0n, { signal: stop.signal })[Symbol.asyncIterator]().next();
      expect(await late).toMatchObject({ done: true });
    });

    test('ends when its reader leaves, even while it waits', async () => {
      const { log } = await openWithTopic();
      const iterator = log.read(TOPIC, 0, 0n, { signal: new AbortController().signal })[Symbol.asyncIterator]();
      const next = iterator.next();
      await iterator.return?.();
      expect(await next).toMatchObject({ done: true });
    });

    test('ends when the log is closed', async () => {
      const { log } = await openWithTopic();
      const iterator = log.read(TOPIC, 0, 0n, { signal: new AbortController().signal })[Symbol.asyncIterator]();
      const next = iterator.next();
      await log.close();
      expect(await next).toMatchObject({ done: true });
    });
  });

  describe(`${name}: ends and news`, () => {
    test('ends tell the first offset kept and the next one of every partition', async () => {
      const { log } = await openWithTopic();
      const keys = ['a', 'b', 'c', 'd', 'e', 'a'];
      await log.append(TOPIC, keys.map(recordOfKey));
      const counts = Array.from(
        { length: PARTITIONS },
        (_, n) => keys.filter((key) => partitionOf(key, PARTITIONS) === n).length,
      );
      expect(await log.ends(TOPIC)).toEqual(
        counts.map((count, partition) => ({ partition, first: 0n, next: BigInt(count) })),
      );
    });

    test('listeners are called once records are durable, not from within the call, and not after unsubscribing', async () => {
      const { log } = await openWithTopic();
      let calls = 0;
      let readable: Promise<StoredRecord[]> | null = null;
      const unsubscribe = log.onAppended(TOPIC, () => {
        calls++;
        readable ??= readTopic(log, TOPIC);
      });
      const appended = log.append(TOPIC, [record('k', '1')]);
      expect(calls).toBe(0);
      await appended;
      await expect.poll(() => calls).toBeGreaterThan(0);
      expect(((await readable) ?? []).map(textOf)).toEqual(['1']);
      unsubscribe();
      const before = calls;
      await log.append(TOPIC, [record('k', '2')]);
      expect(calls).toBe(before);
    });

    test('a topic can be made again as it is, and not with another number of partitions', async () => {
      const { log } = await openWithTopic();
      await log.createTopic({ topic: TOPIC, partitions: PARTITIONS, retentionMs: null });
      expect(log.topics()).toEqual([{ topic: TOPIC, partitions: PARTITIONS, retentionMs: null }]);
      await expect(log.createTopic({ topic: TOPIC, partitions: 2, retentionMs: null })).rejects.toMatchObject({
        code: 'BAD_CONFIG',
      });
    });

    test('many topics made at once are all there, each with records of its own, also after opening again', async () => {
      const { log, harness } = await openWithTopic();
      const names = Array.from({ length: 10 }, (_, i) => `topic-${i}`);
      await Promise.all(names.map((topic) => log.createTopic({ topic, partitions: 1, retentionMs: null })));
      await Promise.all(names.map((topic) => log.append(topic, [record('k', `of ${topic}`)])));
      await log.close();
      const again = await harness.open();
      expect(new Set(again.topics().map(({ topic }) => topic))).toEqual(new Set([TOPIC, ...names]));
      for (const topic of names) expect((await readTopic(again, topic)).map(textOf)).toEqual([`of ${topic}`]);
    });

    test('health is ok where nothing fails', async () => {
      const { log } = await openWithTopic();
      expect(log.health()).toEqual({ state: 'ok' });
    });
  });

  describe(`${name}: durability`, () => {
    test('closing waits for appends in flight, and everything is there when it is opened again', async () => {
      const { log, harness } = await openWithTopic();
      const appends = Array.from({ length: 20 }, (_, i) => log.append(TOPIC, [record(`${i}`, `${i}`)]));
      await log.close();
      const positions = (await Promise.all(appends)).flat();
      const again = await harness.open();
      const found = await readTopic(again, TOPIC);
      for (const [i, position] of positions.entries()) expect(textOf(found.find(isAt(position)))).toBe(`${i}`);
      expect(found).toHaveLength(20);
    });

    test('every record whose append resolved is there, once and in its place, after the process was killed', async () => {
      const { log, harness } = await openWithTopic();
      await log.close();
      const told: Acknowledged[] = [];
      for (let round = 0; round < 3; round++) {
        told.push(
          ...(await harness.appendUntilKilled({ topic: TOPIC, seed: `r${round}`, acknowledgedMin: 400 * (round + 1) })),
        );
      }
      const again = await harness.open();
      const found = await readTopic(again, TOPIC);
      const byPosition = new Map(
        found.map((record) => [`${record.partition}/${record.offset}`, textOf(record).trimEnd()]),
      );
      const lost = told.filter(({ partition, offset, text }) => byPosition.get(`${partition}/${offset}`) !== text);
      expect(lost).toEqual([]);
      expect(new Set(found.map((record) => textOf(record).trimEnd())).size).toBe(found.length);
      for (const { partition, first, next } of await again.ends(TOPIC)) {
        const offsets = found.filter((record) => record.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual(Array.from({ length: Number(next - first) }, (_, i) => first + BigInt(i)));
      }
    }, 120_000);
  });

  describe(`${name}: against a model`, () => {
    test('any interleaving of appends, reads and openings gives what lists in memory would give', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 40 }), async (steps) => {
          const harness = await newHarness();
          await runAgainstModel(harness, steps);
        }),
        { numRuns: 25 },
      );
    }, 120_000);
  });
}

type Step =
  | { readonly do: 'append'; readonly calls: readonly (readonly { readonly key: string; readonly size: number }[])[] }
  | { readonly do: 'read'; readonly partition: number; readonly from: number; readonly bytesMax: number }
  | { readonly do: 'reopen' };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      calls: fc.array(
        fc.array(fc.record({ key: fc.string({ maxLength: 6 }), size: fc.nat(2_000) }), { maxLength: 12 }),
        { minLength: 1, maxLength: 5 },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      partition: fc.nat(PARTITIONS - 1),
      from: fc.nat(60),
      bytesMax: fc.integer({ min: 1, max: 5_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
);

async function runAgainstModel(harness: LogHarness, steps: readonly Step[]): Promise<void> {
  const model: Buffer[][] = Array.from({ length: PARTITIONS }, () => []);
  let log = await harness.open();
  await log.createTopic({ topic: TOPIC, partitions: PARTITIONS, retentionMs: null });
  for (const step of steps) {
    if (step.do === 'reopen') {
      await log.close();
      log = await harness.open();
    } else if (step.do === 'append') {
      await appendBoth(log, model, step.calls);
    } else {
      await compareRead(log, model, step);
    }
  }
  const found = await Promise.all(model.map((_, partition) => readAll(log, TOPIC, partition)));
  expect(found.map((records) => records.map(({ value }) => Buffer.from(value)))).toEqual(model);
  await log.close();
}

async function appendBoth(log: Log, model: Buffer[][], calls: Extract<Step, { do: 'append' }>['calls']): Promise<void> {
  const expected: Position[][] = [];
  const made = calls.map((call) => {
    const records = call.map(({ key, size }) => ({ key, timeMs: size, value: Buffer.alloc(size, key) }));
    expected.push(
      records.map(({ key, value }) => {
        const partition = partitionOf(key, PARTITIONS);
        const offset = BigInt((model[partition]?.push(value) ?? 0) - 1);
        return { topic: TOPIC, partition, offset };
      }),
    );
    return log.append(TOPIC, records);
  });
  expect(await Promise.all(made)).toEqual(expected);
}

async function compareRead(log: Log, model: Buffer[][], step: Extract<Step, { do: 'read' }>): Promise<void> {
  const { signal } = new AbortController();
  const read: Buffer[] = [];
  const options = { signal, follow: false, bytesMax: step.bytesMax };
  for await (const chunk of log.read(TOPIC, step.partition, BigInt(step.from), options)) {
    expect(chunk.length).toBeGreaterThan(0);
    read.push(...chunk.map(({ value }) => Buffer.from(value)));
  }
  expect(read).toEqual(model[step.partition]?.slice(step.from));
}

async function chunksOf(
  log: Log,
  key: string,
  options: { readonly bytesMax: number },
): Promise<(readonly StoredRecord[])[]> {
  const chunks = [];
  const { signal } = new AbortController();
  for await (const chunk of log.read(TOPIC, partitionOf(key, PARTITIONS), 0n, { signal, follow: false, ...options })) {
    chunks.push(chunk);
  }
  return chunks;
}

function record(key: string, text: string): LogRecord {
  return { key, timeMs: 1, value: Buffer.from(text) };
}

function recordOfKey(key: string): LogRecord {
  return record(key, `value of ${key}`);
}

function textOf(read: { readonly value: Uint8Array } | undefined): string {
  return read === undefined ? '(not there)' : Buffer.from(read.value).toString('utf8');
}

function isAt(position: Position | undefined) {
  return (read: { readonly partition: number; readonly offset: bigint }) =>
    read.partition === position?.partition && read.offset === position.offset;
}

function expectedPositions(keys: readonly string[]): Position[] {
  const next = Array.from({ length: PARTITIONS }, () => 0n);
  return keys.map((key) => {
    const partition = partitionOf(key, PARTITIONS);
    const offset = next[partition] ?? 0n;
    next[partition] = offset + 1n;
    return { topic: TOPIC, partition, offset };
  });
}
