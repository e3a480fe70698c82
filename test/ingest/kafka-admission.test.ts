import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Admitted } from '../../src/ingest/admit-events.ts';
import { DUPLICATES_TOPIC } from '../../src/ingest/keep-duplicates.ts';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import { partitionOf } from '../../src/log/partition-of.ts';
import type { StoredHeadedRecord } from '../../src/log/partition-work.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { logKey, REJECTED_TOPIC, TENANT_DEFAULT } from '../../src/model/record-format.ts';
import { EVENT_HEADERS, inTopic } from '../../src/model/topics.ts';
import { badLines } from '../support/bad-inputs.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { expectSound } from '../support/kafka/expect-sound.ts';
import { admitAll, bytesOf, type KafkaIngest, openKafkaIngest, paidNow } from '../support/kafka/open-kafka-ingest.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { DAY_MS, openIngest } from '../support/open-ingest.ts';
import { until } from '../support/until.ts';

const SEED = 20_261_121;

describeWithKafka('admission on Kafka', () => {
  let kafka: KafkaHere;
  let ingest: KafkaIngest;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());
  beforeEach(async () => {
    ingest = await openKafkaIngest({ brokers: kafka.brokers, partitions: 4 });
  });
  afterEach(() => ingest?.stop());

  test('gives the verdicts that the embedded log gives, and stores the same bytes but for their numbers', async () => {
    const embedded = await openIngest();
    await ingest.member();
    const gateway = await ingest.gateway();
    const receivedAtMs = Date.now();
    for (const events of mixedCalls(ingest.kind, receivedAtMs)) {
      const call = { tenant: TENANT_DEFAULT, source: 'bulk', receivedAtMs, events };
      const there = await embedded.admission.admitEvents(ingest.kind, call);
      const here = await gateway.admitEvents(ingest.kind, call);
      expect(await comparable(here, sequenceAt(ingest))).toEqual(await comparable(there, offsetAt));
    }
    const bytes = (events: readonly { readonly partition: number; readonly text: string }[]) =>
      events.map(({ partition, text }) => `${partition} ${text.replace(/"_sequence":\d+,/, '')}`);
    expect(bytes(await ingest.stored('transactions'))).toEqual(bytes(await embedded.stored('transactions')));
    expect((await expectSound(ingest)).length).toBeGreaterThan(200);
    const refusals = (events: readonly { readonly members: Readonly<Record<string, unknown>> }[]) =>
      events.map(({ members: { id: _, expected, ...rest } }) => ({
        ...rest,
        expected: withoutPlace(String(expected)),
      }));
    const key = (each: object) => JSON.stringify(each);
    expect(
      refusals(await ingest.stored(REJECTED_TOPIC))
        .map(key)
        .sort(),
    ).toEqual(
      refusals(await embedded.stored(REJECTED_TOPIC))
        .map(key)
        .sort(),
    );
    await embedded.stop();
  });

  test('what comes in an envelope is admitted as it would be without, and refused with a place in the envelope', async () => {
    await ingest.member();
    const gateway = await ingest.gateway();
    const { id: _, ...data } = paidNow();
    const inEnvelope = (amount: string) => {
      const payload = Buffer.from(JSON.stringify({ data: { ...data, amount } }));
      return {
        bytes: bytesOf({ ...data, amount }).bytes,
        payload,
        pointer: '/data',
        envelope: { id: 'e-1', time: null },
      };
    };
    const call = { tenant: 'a', source: 'bulk', receivedAtMs: Date.now(), events: [inEnvelope('1'), inEnvelope('2')] };
    const { verdicts } = await gateway.admitEvents(ingest.kind, call);
    expect(verdicts).toMatchObject([
      { verdict: 'ADMITTED', id: 'e-1' },
      { verdict: 'REJECTED', rejection: { code: 'ID_CONFLICT', pointer: '/data/id' } },
    ]);
    expect((await ingest.stored('transactions'))[0]?.members).toMatchObject({ id: 'e-1', _tenant: 'a', amount: '1' });
  });

  test('what nobody judges in time is pending and durable, what this gateway sees alone is refused at once', async () => {
    const gateway = await ingest.gateway({ verdictDeadlineMs: 200 });
    const admitted = await admitAll(gateway, ingest.kind, [paidNow(), paidNow({ id: 'broken', amount: 'much' })]);
    expect(admitted).toMatchObject({ admitted: 0, pending: 1, rejected: 1 });
    expect(admitted.verdicts).toMatchObject([
      { id: 't-1', verdict: 'PENDING', position: null, rejection: null },
      { id: 'broken', verdict: 'REJECTED', rejection: { pointer: '/amount' } },
    ]);
    expect(admitted.version.offsets.size).toBe(0);
    expect((await ingest.stored(REJECTED_TOPIC)).map(({ members }) => members.eventId)).toEqual(['broken']);

    await ingest.member();
    const patient = await ingest.gateway();
    expect(await admitAll(patient, ingest.kind, [paidNow({ id: 't-2' })])).toMatchObject({ admitted: 1 });
    await until(async () => (await ingest.stored('transactions')).length === 2);
    // Its verdict has come by now, to nobody; what is asked next is answered all the same.
    expect(await admitAll(gateway, ingest.kind, [])).toMatchObject({ admitted: 0, pending: 0 });
  });

  test('an event of a producer that knows nothing of us is judged where it belongs, with the time and the source it came with', async () => {
    await ingest.member();
    const sent = Array.from({ length: 40 }, (_, n) => paidNow({ id: `f-${n}`, userId: `user-${n}` }));
    const before = Date.now();
    for (const [n, event] of sent.entries()) {
      const records = [{ key: 'any', timeMs: 0, value: bytesOf(event).bytes }];
      await ingest.log.appendTo(inTopic(ingest.kind), n % 4, records);
    }
    await ingest.log.appendTo(inTopic(ingest.kind), 1, [{ key: '', timeMs: 0, value: Buffer.from('not JSON') }]);
    await until(async () => (await ingest.stored('transactions')).length === 40);
    const events = await expectSound(ingest);
    for (const { partition, members } of events) {
      expect(partition).toBe(partitionOf(logKey(TENANT_DEFAULT, String(members.userId)), 4));
      expect(members._receivedAt).toBeGreaterThanOrEqual(before);
      expect(members._receivedAt).toBeLessThanOrEqual(Date.now());
    }
    await until(async () => (await ingest.stored(REJECTED_TOPIC)).length === 1);
    const [refused] = await ingest.stored(REJECTED_TOPIC);
    expect(refused?.members).toMatchObject({
      code: 'NOT_JSON',
      source: 'kafka:transactions.in',
      payload: 'not JSON',
      _tenant: TENANT_DEFAULT,
    });
    // Those that were sent on are in `.in` twice: what they were sent on with is when they came first.
    const sentOn = (await inputs(ingest)).filter(({ headers }) => headers[EVENT_HEADERS.receivedAt] !== undefined);
    expect(sentOn.length).toBeGreaterThan(10);
    for (const { headers, appendedAtMs, value } of sentOn) {
      const { id } = JSON.parse(value.toString());
      const receivedAtMs = events.find(({ members }) => members.id === id)?.members._receivedAt;
      expect(headers).toMatchObject({
        [EVENT_HEADERS.source]: 'kafka:transactions.in',
        [EVENT_HEADERS.receivedAt]: String(receivedAtMs),
      });
      expect(appendedAtMs).toBeGreaterThanOrEqual(Number(receivedAtMs));
    }
  });

  test('one id from two gateways, from a producer and from a topic of somebody else’s is counted once', async () => {
    const topic = `shop-${randomUUID()}`;
    const shop = await openKafkaLog({ brokers: kafka.brokers.split(','), clientId: 'shop' });
    await shop.createTopic({ topic, partitions: 3, retentionMs: null, timestamps: 'create' });
    const fed = await openKafkaIngest({ brokers: kafka.brokers, partitions: 4, from: topic });
    try {
      await Promise.all([fed.member('a'), fed.member('b')]);
      const gateways = await Promise.all([fed.gateway(), fed.gateway()]);
      const events = Array.from({ length: 200 }, (_, n) => paidNow({ id: `d-${n}`, userId: `user-${n % 17}` }));
      const records = events.map((event, n) => ({ key: `${n}`, timeMs: Date.now(), value: bytesOf(event).bytes }));
      const [byGateways] = await Promise.all([
        Promise.all([0, 1, 2, 3].map((n) => admitAll(gateways[n % 2] ?? gateways[0], fed.kind, events))),
        fed.log.append(inTopic(fed.kind), records),
        shop.append(topic, [...records, { key: 'x', timeMs: Date.now(), value: Buffer.from('{"id":7}') }]),
      ]);
      const seen = () => fed.stored(DUPLICATES_TOPIC).then((all) => all.flatMap(({ members }) => members.ids));
      await until(async () => (await seen()).length === 200 * 5);
      expect((await expectSound(fed)).length).toBe(200);
      expect(byGateways.reduce((sum, { admitted, duplicates }) => sum + admitted + duplicates, 0)).toBe(800);
      const sources = (await fed.stored(DUPLICATES_TOPIC)).map(({ members }) => members.source);
      expect(new Set(sources).size).toBeGreaterThan(1);
      const refused = await fed.stored(REJECTED_TOPIC);
      expect(refused.map(({ members }) => [members.source, members.code])).toEqual([
        [`kafka:${topic}`, 'MISSING_FIELD'],
      ]);
    } finally {
      await fed.stop();
      await shop.close();
    }
  });

  test('a topic of somebody else’s that is not there is named, and never made', async () => {
    const from = `nobody-${randomUUID()}`;
    await expect(openKafkaIngest({ brokers: kafka.brokers, from })).rejects.toMatchObject({ code: 'BAD_CONFIG' });
    await expect(openKafkaIngest({ brokers: kafka.brokers, from: 'transactions.in' })).rejects.toMatchObject({
      code: 'BAD_DECLARATION',
    });
  });

  test('members come and go under load: nothing is lost or counted twice, and the events of a key keep their order', async () => {
    const gateways = await Promise.all([ingest.gateway(), ingest.gateway()]);
    const first = await ingest.member('a');
    const sent: string[][] = Array.from({ length: 12 }, () => []);
    let loading = true;
    // Twelve users, each of whom pays one at a time, and whose last payment is sent again now and then.
    const users = sent.map(async (ids, user) => {
      const gateway = gateways[user % 2] ?? gateways[0];
      for (let n = 0; loading; n++) {
        const event = paidNow({ id: `u${user}-${n}`, userId: `user-${user}` });
        const admitted = await admitAll(gateway, ingest.kind, [event, event]);
        expect(admitted).toMatchObject({ admitted: 1, duplicates: 1 });
        ids.push(`u${user}-${n}`);
      }
    });
    const sentInAll = () => sent.reduce((sum, ids) => sum + ids.length, 0);
    const goOn = async (more: number) => {
      const goal = sentInAll() + more;
      await until(() => sentInAll() >= goal, 60_000);
    };
    await goOn(100);
    const [second] = await Promise.all([ingest.member('b'), ingest.member('c')]);
    await until(() => second.status().partitions.length > 0);
    await goOn(200);
    await first.stop(10_000);
    await goOn(200);
    loading = false;
    await Promise.all(users);
    const events = await expectSound(ingest);
    expect(events.length).toBe(sentInAll());
    for (const [user, ids] of sent.entries()) {
      const stored = events.filter(({ members }) => members.userId === `user-${user}`).map(({ members }) => members.id);
      expect(stored).toEqual(ids);
    }
  });
});

/** Calls of sound events, sent again, respelled, contradicted, too old and too new, among lines that no honest producer would send. */
function mixedCalls(kind: KindModel, nowMs: number): { readonly bytes: Buffer }[][] {
  const atMs = (ageMs: number) => new Date(nowMs - ageMs).toISOString();
  const events = fc.sample(fc.tuple(fc.nat(150), fc.nat(11)), { numRuns: 1_200, seed: SEED }).map(([n, how]) => {
    const sound = paidNow({ id: `t-${n}`, userId: `user-${n % 23}`, occurredAt: atMs(n * 100) });
    if (how === 0) return { ...sound, amount: '7' };
    if (how === 1) return { ...sound, amount: 1250 };
    if (how === 2) return { ...sound, id: `old-${n}`, occurredAt: atMs(8 * DAY_MS) };
    if (how === 3) return { ...sound, id: `new-${n}`, occurredAt: atMs(-DAY_MS) };
    return sound;
  });
  // Each has an id of its own: the same id under another key would be told apart there and not here.
  const hostile = Array.from({ length: 600 }, (_, n) => {
    const sound = paidNow({ id: `h-${n}`, occurredAt: atMs(n) });
    return fc.sample(badLines(kind, sound), { numRuns: 1, seed: SEED + n }).map((bytes) => ({ bytes }));
  }).flat();
  return Array.from({ length: 12 }, (_, call) => [
    ...events.slice(call * 100, (call + 1) * 100).map(bytesOf),
    ...hostile.slice(call * 50, (call + 1) * 50),
  ]);
}

/** Verdicts with the number of the event in its partition in place of its offset. */
async function comparable(
  { verdicts, version: _, ...counts }: Admitted,
  numberAt: (position: { readonly partition: number; readonly offset: bigint }) => Promise<number>,
): Promise<unknown> {
  const rows = [];
  for (const { position, rejection, ...verdict } of verdicts) {
    const place = position === null ? null : [position.topic, position.partition, await numberAt(position)];
    const expected = rejection === null ? null : withoutPlace(rejection.expected);
    rows.push({ ...verdict, place, rejection: rejection === null ? null : { ...rejection, expected } });
  }
  return { ...counts, rows };
}

function withoutPlace(expected: string): string {
  return expected.replace(/at transactions\/\d+\/\d+/, 'at …');
}

async function offsetAt({ offset }: { readonly offset: bigint }): Promise<number> {
  return Number(offset);
}

function sequenceAt(ingest: KafkaIngest) {
  let known = new Map<string, number>();
  return async ({ partition, offset }: { readonly partition: number; readonly offset: bigint }): Promise<number> => {
    const place = `${partition}/${offset}`;
    if (!known.has(place)) {
      const events = await ingest.stored('transactions');
      known = new Map(events.map((each) => [`${each.partition}/${each.offset}`, Number(each.members._sequence)]));
    }
    return known.get(place) ?? Number.NaN;
  };
}

async function inputs({ log, kind }: KafkaIngest): Promise<(StoredHeadedRecord & { readonly value: Buffer })[]> {
  const found: StoredHeadedRecord[] = [];
  for (const { partition, first } of await log.ends(inTopic(kind))) {
    const reading = log.read(inTopic(kind), partition, first, { signal: new AbortController().signal, follow: false });
    for await (const records of reading) found.push(...records);
  }
  return found.map((record) => ({ ...record, value: Buffer.from(record.value) }));
}
