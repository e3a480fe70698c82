import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Admitted, claimOf } from '../../src/ingest/admit-events.ts';
import { claimKeyOf } from '../../src/log/claim-store.ts';
import type { PartitionWork } from '../../src/log/partition-work.ts';
import { claimsTopic, inTopic } from '../../src/model/topics.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { expectSound } from '../support/kafka/expect-sound.ts';
import { admitAll, bytesOf, type KafkaIngest, openKafkaIngest, paidNow } from '../support/kafka/open-kafka-ingest.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { nodeArgs } from '../support/start-compiled.ts';
import { until } from '../support/until.ts';

/** Of one step, in order. It writes events, claims, what was refused, seen again and misplaced, verdicts and a floor. */
const MOMENTS = ['append 0', ...[0, 1, 3, 5].map((n) => `appended ${n}`), 'stepped', 'committed', 'kept'];

describeWithKafka('a member of admission that ends', () => {
  let kafka: KafkaHere;
  let ingest: KafkaIngest;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());
  beforeEach(async () => {
    ingest = await openKafkaIngest({ brokers: kafka.brokers });
  });
  afterEach(() => ingest?.stop());

  /** How many records of changelogs the members opened by `around` were given. */
  let restored = 0;
  const counting = (work: PartitionWork): PartitionWork => ({
    ...work,
    join: (options) =>
      work.join({
        ...options,
        open: async (place, state) => {
          const task = await options.open(place, state);
          const restore = task.restore.bind(task);
          task.restore = (records) => {
            restored += records.length;
            return restore(records);
          };
          return task;
        },
      }),
  });

  test('by SIGKILL between any two of its writes leaves the next one where the last committed step ended', async () => {
    const gateway = await ingest.gateway({ verdictDeadlineMs: 120_000 });
    const calls: Promise<Admitted>[] = [];
    for (const [round, moment] of MOMENTS.entries()) {
      const child = spawn(
        process.execPath,
        [...nodeArgs('test/support/kafka/admission-child.ts'), kafka.brokers, ingest.prefix, ingest.dirOf('a'), moment],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      const ended = once(child, 'exit');
      calls.push(admitAll(gateway, ingest.kind, eventsOf(round)));
      const produced = [0, 1].map((partition) =>
        ingest.log.appendTo(inTopic(ingest.kind), partition, [
          { key: '', timeMs: 0, value: bytesOf(misplaced(round)).bytes },
          { key: '', timeMs: 0, value: Buffer.from('broken') },
        ]),
      );
      await Promise.all(produced);
      expect((await ended)[1], moment).toBe('SIGKILL');
    }
    await ingest.member('a');
    const answers = await Promise.all(calls);
    // Twenty of each call are new, ten of all but the first were there before, and five contradict.
    for (const [round, { admitted, duplicates, rejected }] of answers.entries()) {
      expect([admitted, duplicates, rejected]).toEqual(round === 0 ? [20, 0, 5] : [20, 10, 5]);
    }
    const rounds = MOMENTS.length;
    await until(async () => (await ingest.stored('transactions')).length === 21 * rounds);
    expect((await expectSound(ingest)).length).toBe(21 * rounds);
    const refusedOf = async () => (await ingest.stored('rejected')).map(({ members }) => members.code);
    expect((await refusedOf()).filter((code) => code === 'ID_CONFLICT')).toHaveLength(5 * rounds);
    expect((await refusedOf()).filter((code) => code === 'NOT_JSON')).toHaveLength(2 * rounds);
  });

  test('remembers ids from its disk, from the changelog where that is gone, damaged or of other topics, and so does another', async () => {
    const gateway = await ingest.gateway();
    const events = Array.from({ length: 50 }, (_, n) => paidNow({ id: `t-${n}`, userId: `user-${n}` }));
    let member = await ingest.member('a', { around: counting });
    expect(await admitAll(gateway, ingest.kind, events)).toMatchObject({ admitted: 50 });
    const again = async (name: string): Promise<number> => {
      await member.stop(10_000);
      restored = 0;
      member = await ingest.member(name, { around: counting });
      expect(await admitAll(gateway, ingest.kind, events)).toMatchObject({ admitted: 0, duplicates: 50 });
      return restored;
    };
    expect(await again('a')).toBe(0);
    expect(await again('b')).toBeGreaterThan(0);
    const meanwhile = await again('a');
    await member.stop(10_000);
    await rm(ingest.dirOf('a'), { recursive: true });
    const all = await again('a');
    expect(all).toBeGreaterThan(3);
    // What others did meanwhile, and no more.
    expect(meanwhile).toBeLessThan(all);
    await member.stop(10_000);
    for (const partition of ['0', '1']) {
      await writeFile(join(ingest.dirOf('a'), claimsTopic(ingest.kind), partition, 'data.mdb'), 'damaged');
    }
    expect(await again('a')).toBeGreaterThanOrEqual(all);
    await member.stop(10_000);

    const other = await openKafkaIngest({ brokers: kafka.brokers });
    try {
      await other.member('../other', { dir: ingest.dirOf('a') });
      const elsewhere = await other.gateway();
      expect(await admitAll(elsewhere, other.kind, events)).toMatchObject({ admitted: 50 });
    } finally {
      await other.stop();
    }
    expect((await expectSound(ingest)).length).toBe(50);
  });

  test('refuses to guess when its changelog is gone and input waits; without input it goes on after the newest event', async () => {
    const gateway = await ingest.gateway();
    const first = await ingest.member('a');
    const events = Array.from({ length: 30 }, (_, n) => paidNow({ id: `t-${n}`, userId: `user-${n}` }));
    await admitAll(gateway, ingest.kind, events);
    await first.stop(10_000);
    await forget(claimsTopic(ingest.kind));
    const second = await ingest.member('b');
    const problems = () => second.status().partitions.map(({ lastError }) => lastError ?? '');
    await until(() => problems().filter((problem) => problem.includes('could count them twice')).length === 2);
    expect(await ingest.stored('transactions')).toHaveLength(30);
    await second.stop(10_000);
    // Who has the claims on disk knows.
    const third = await ingest.member('a');
    expect(await admitAll(gateway, ingest.kind, events)).toMatchObject({ duplicates: 30 });
    await third.stop(10_000);
    await forget(claimsTopic(ingest.kind));
    await forget(inTopic(ingest.kind));
    const fourth = await ingest.member('c');
    await until(() => fourth.status().partitions.filter(({ phase }) => phase === 'running').length === 2);
    const more = events.map((event) => ({ ...event, id: `more-${event.id}` }));
    expect(await admitAll(gateway, ingest.kind, more)).toMatchObject({ admitted: 30 });
    expect(await expectSound(ingest)).toHaveLength(60);
  });

  /** As time does. */
  const forget = async (topic: string): Promise<void> => {
    const admin = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const partitions = [0, 1].map((partition) => ({ partition, offset: '-1' }));
    const name = ingest.log.kafkaName(topic);
    // Makes the client look up who leads the topic.
    await admin.fetchTopicOffsets(name);
    await admin.deleteTopicRecords({ topic: name, partitions });
    await admin.disconnect();
  };

  test('never takes a damaged claim for none: what is on disk is made again from the changelog while it runs', async () => {
    const gateway = await ingest.gateway();
    const member = await ingest.member('a');
    const events = Array.from({ length: 30 }, (_, n) => paidNow({ id: `t-${n}`, userId: `user-${n}` }));
    await admitAll(gateway, ingest.kind, events);
    for (const partition of ['0', '1']) {
      const file = join(ingest.dirOf('a'), claimsTopic(ingest.kind), partition, 'data.mdb');
      for (const { id } of events) await damageAfter(file, claimKeyOf(claimOf('default', ingest.kind, String(id))));
    }
    expect(await admitAll(gateway, ingest.kind, events)).toMatchObject({ admitted: 0, duplicates: 30 });
    expect(member.status().rollbacks).toBeGreaterThan(0);
    expect((await expectSound(ingest)).length).toBe(30);
  });
});

/** One bit of what is kept under the key. */
async function damageAfter(path: string, key: string): Promise<void> {
  const file = await open(path, 'r+');
  const content = await file.readFile();
  for (let at = content.indexOf(key); at >= 0; at = content.indexOf(key, at + 1)) {
    const place = at + key.length + 4;
    await file.write(Buffer.of((content[place] ?? 0) ^ 1), 0, 1, place);
  }
  await file.close();
}

/** Sent again it says the same. */
const OCCURRED_AT = new Date().toISOString();

/** New ones, those of the round before once more, and some that contradict new ones. */
function eventsOf(round: number): readonly unknown[] {
  const event = (of: number, n: number) => paidNow({ id: `r${of}-${n}`, userId: `user-${n}`, occurredAt: OCCURRED_AT });
  const fresh = Array.from({ length: 20 }, (_, n) => event(round, n));
  const seen = round === 0 ? [] : Array.from({ length: 10 }, (_, n) => event(round - 1, n));
  const contradicting = fresh.slice(0, 5).map((each) => ({ ...each, amount: '3' }));
  return [...fresh, ...seen, ...contradicting];
}

/** Into both partitions: in one of them it is. */
function misplaced(round: number): Record<string, unknown> {
  return paidNow({ id: `m-${round}`, userId: `user-${round}`, occurredAt: OCCURRED_AT });
}
