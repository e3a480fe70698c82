import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawEvent } from '../../../src/analytics/raw-event.ts';
import { batches, type EventBatch } from '../../../src/live/events/event-batch.ts';
import { type EventStreams, openEventStreams } from '../../../src/live/events/open-event-streams.ts';
import { kindEvents, kindFilter } from '../../../src/live/events/sources/kind-events.ts';
import { type Place, readPlace } from '../../../src/live/place.ts';
import type { WhereTree } from '../../../src/model/event-model.ts';
import { TENANT_DEFAULT } from '../../../src/model/record-format.ts';
import { openIngest, type TestIngest, transaction } from '../../support/open-ingest.ts';
import { randomFrom } from '../../support/random.ts';
import { until } from '../../support/until.ts';

type Batch = EventBatch<RawEvent>;

const QUIET = { warn: () => {} };
const CATEGORIES = ['travel', 'food', 'books'];
let ingest: TestIngest;
let streams: EventStreams;
let sent = 0;

beforeAll(async () => {
  ingest = await openIngest();
  streams = openEventStreams({ log: ingest.log, logger: QUIET });
});

afterAll(async () => {
  await streams.stop();
  await ingest.stop();
});

interface Asked {
  readonly after?: string | null;
  readonly where?: WhereTree;
  readonly tenant?: string;
}

function place(
  of: EventStreams,
  { after = null, where = {}, tenant = TENANT_DEFAULT }: Asked = {},
): Promise<Place<Batch>> {
  const kind = ingest.kind('transaction');
  return of.open({
    tenant,
    source: kindEvents(kind),
    where: kindFilter(kind, where),
    shape: batches<RawEvent>(),
    after,
  });
}

/** Ids of what was admitted. */
async function send(count: number, change: (n: number) => Record<string, unknown> = () => ({}), tenant?: string) {
  const events = Array.from({ length: count }, () => {
    const n = sent++;
    return transaction({ id: `t-${n}`, userId: `u-${n % 17}`, category: CATEGORIES[n % 3], ...change(n) });
  });
  const { admitted } = await ingest.admit(ingest.kind('transaction'), events, tenant);
  expect(admitted).toBe(count);
  return events.map(({ id }) => String(id));
}

function idsOf(messages: readonly Batch[]): readonly string[] {
  return messages.flatMap(({ nodes }) => nodes.map(({ meta }) => meta.id));
}

/** Messages until there were so many events. */
async function read(reading: AsyncIterator<Batch>, events: number): Promise<Batch[]> {
  const messages: Batch[] = [];
  for (let seen = 0; seen < events; ) {
    const { value } = await reading.next();
    messages.push(value);
    seen += value.nodes.length;
  }
  return messages;
}

async function beginning(reading: AsyncIterator<Batch>): Promise<Batch> {
  const { value } = await reading.next();
  expect(value.nodes).toEqual([]);
  return value;
}

test('whoever is cut off behind any message and says its cursor gets every event once, also after log and streams were opened anew', async () => {
  const seed = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
  const random = randomFrom(seed);
  const rounds = Number(process.env.LAKEGATE_TEST_ROUNDS ?? 150);
  const isTravel = (id: string) => Number(id.slice(2)) % 3 === 0;
  const readers = [{}, { category: { eq: 'travel' } }].map((where) => ({
    where,
    wanted: [] as string[],
    seen: [] as RawEvent[],
    cursor: '',
    reading: null as AsyncIterableIterator<Batch> | null,
  }));
  for (const reader of readers) {
    reader.reading = readPlace(await place(streams, { where: reader.where }));
    reader.cursor = (await beginning(reader.reading)).cursor;
  }
  const step = async (reader: (typeof readers)[number]) => {
    reader.reading ??= readPlace(await place(streams, { where: reader.where, after: reader.cursor }));
    if (reader.seen.length === reader.wanted.length) return;
    const { value } = await reader.reading.next();
    expect(value.skipped).toBeNull();
    reader.seen.push(...value.nodes);
    reader.cursor = value.cursor;
  };
  const cutOff = async (reader: (typeof readers)[number]) => {
    await reader.reading?.return?.();
    reader.reading = null;
  };
  for (let round = 0; round < rounds; round++) {
    const [all, travel] = readers;
    if (random(3) === 0) {
      const ids = await send(1 + random(40));
      all?.wanted.push(...ids);
      travel?.wanted.push(...ids.filter(isTravel));
    }
    const reader = readers[random(2)];
    if (reader !== undefined) await (random(3) === 0 ? cutOff(reader) : step(reader));
    if (round % 50 === 49) {
      for (const each of readers) await cutOff(each);
      await streams.stop();
      ingest = await ingest.reopened();
      streams = openEventStreams({ log: ingest.log, logger: QUIET });
    }
  }
  for (const reader of readers) {
    while (reader.seen.length < reader.wanted.length) await step(reader);
    await cutOff(reader);
    expect(reader.seen.map(({ meta }) => meta.id).sort(), `seed ${seed}`).toEqual([...reader.wanted].sort());
    for (let partition = 0; partition < 4; partition++) {
      const offsets = reader.seen
        .filter(({ meta }) => meta.position.partition === partition)
        .map(({ meta }) => Number(meta.position.offset));
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    }
  }
});

describe('a reader who is too slow', () => {
  /** So small that a few dozen events are all that is kept. */
  const options = { bytesMax: 0, logger: QUIET };

  test('is told how many of his events he missed, and what he reads from there begins with exactly those', async () => {
    const small = openEventStreams({ ...options, log: ingest.log });
    const where = { category: { eq: 'food' } };
    const slow = readPlace(await place(small, { where }));
    const quick = readPlace(await place(small, { where }));
    await beginning(slow);
    await beginning(quick);
    const isFood = (id: string) => Number(id.slice(2)) % 3 === 1;
    const ids: string[] = [];
    for (let round = 0; round < 40; round++) {
      const sentNow = (await send(60)).filter(isFood);
      ids.push(...sentNow);
      await read(quick, sentNow.length);
    }
    const { value: late } = await slow.next();
    expect(late.skipped).not.toBeNull();
    const { count, readFrom } = late.skipped ?? { count: 0, readFrom: '' };
    const rest = idsOf(await read(slow, ids.length - count - late.nodes.length));
    const kept = [...idsOf([late]), ...rest];
    expect(count + kept.length).toBe(ids.length);

    const again = readPlace(await place(small, { where, after: readFrom }));
    const missed: string[] = [];
    const boundaries: number[] = [];
    while (missed.length < count) {
      missed.push(...idsOf([(await again.next()).value]));
      boundaries.push(missed.length);
    }
    expect(boundaries).toContain(count);
    expect([...missed, ...kept].sort()).toEqual([...ids].sort());
    // And from there on he reads what everybody reads.
    expect(idsOf(await read(again, kept.length)).toSorted()).toEqual(kept.toSorted());
    for (const each of [slow, quick, again]) await each.return?.();
    expect(small.figures()).toMatchObject({ readers: 0, skipped: count });
    await small.stop();
  });

  test('who never asks costs nothing: what is kept for him stays as it is, however much comes', async () => {
    const small = openEventStreams({ ...options, log: ingest.log });
    const silent = await place(small);
    const quick = readPlace(await place(small));
    await beginning(quick);
    let most = 0;
    let bytes = 0;
    for (let round = 0; round < 20; round++) {
      await send(40, () => ({ merchant: 'm'.repeat(900) }));
      bytes += 40 * 900;
      await read(quick, 40);
      most = Math.max(most, small.figures().bytes);
    }
    expect(bytes).toBeGreaterThan(10 * 64 * 1024);
    expect(most).toBeLessThan(66 * 1024);
    silent.leave();
    await quick.return?.();
    await small.stop();
  });
});

test('a thousand equal readers take the same message objects, of records that were decoded once', async () => {
  const many = openEventStreams({ log: ingest.log, logger: QUIET });
  const places = await Promise.all(Array.from({ length: 1000 }, () => place(many)));
  for (const each of places) expect(each.take()?.nodes).toEqual([]);
  const ids = await send(100);
  const seen: Batch[][] = places.map(() => []);
  const countOf = (messages: readonly Batch[]) => messages.reduce((sum, { nodes }) => sum + nodes.length, 0);
  await until(() => {
    for (const [reader, each] of places.entries()) {
      const message = each.take();
      if (message !== null) seen[reader]?.push(message);
    }
    return seen.every((messages) => countOf(messages) === ids.length);
  });
  const [first = []] = seen;
  expect(idsOf(first).toSorted()).toEqual(ids.toSorted());
  for (const messages of seen) {
    expect(messages.length).toBe(first.length);
    for (const [n, message] of messages.entries()) expect(message).toBe(first[n]);
  }
  expect(many.figures()).toMatchObject({ streams: 1, readers: 1000, decoded: ids.length });
  for (const each of places) each.leave();
  await many.stop();
});

test('a thousand readers who come back to the same place together share what is read from the log for them', async () => {
  const before = openEventStreams({ log: ingest.log, logger: QUIET });
  const { cursor } = await beginning(readPlace(await place(before)));
  await before.stop();
  const ids = await send(50);
  const after = openEventStreams({ log: ingest.log, logger: QUIET });
  const readings = await Promise.all(
    Array.from({ length: 1000 }, async () => readPlace(await place(after, { after: cursor }))),
  );
  const firsts = await Promise.all(readings.map(async (reading) => (await reading.next()).value));
  expect(idsOf(firsts.slice(0, 1)).length).toBeGreaterThan(0);
  expect(new Set(firsts).size).toBe(1);
  const [one] = readings;
  const left = ids.length - idsOf(firsts.slice(0, 1)).length;
  if (one !== undefined) expect(idsOf(await read(one, left)).length).toBe(left);
  await after.stop();
});

test('no tenant is told of the events of another, not even where one name begins with the other', async () => {
  const tenants = ['acme', 'acme/eu', TENANT_DEFAULT];
  const fresh = openEventStreams({ log: ingest.log, logger: QUIET });
  const readings = await Promise.all(tenants.map(async (tenant) => readPlace(await place(fresh, { tenant }))));
  const [cursor = ''] = await Promise.all(readings.map(async (reading) => (await beginning(reading)).cursor));
  const sentTo = new Map<string, string[]>(tenants.map((tenant) => [tenant, []]));
  for (let round = 0; round < 30; round++) {
    const tenant = tenants[round % 3] ?? '';
    sentTo.get(tenant)?.push(...(await send(3, () => ({}), tenant)));
  }
  for (const [n, tenant] of tenants.entries()) {
    const wanted = sentTo.get(tenant) ?? [];
    const live = readings[n];
    if (live !== undefined) expect(idsOf(await read(live, wanted.length)).toSorted()).toEqual(wanted.toSorted());
    await live?.return?.();
    // And read again from the log.
    const again = readPlace(await place(streams, { tenant, after: cursor }));
    expect(idsOf(await read(again, wanted.length)).toSorted()).toEqual(wanted.toSorted());
    await again.return?.();
  }
  await fresh.stop();
});

test('whoever waits is told at once that the reading has ended', async () => {
  const reading = readPlace(await place(streams));
  await beginning(reading);
  const waiting = reading.next();
  await reading.return?.();
  expect(await waiting).toEqual({ value: undefined, done: true });
});
