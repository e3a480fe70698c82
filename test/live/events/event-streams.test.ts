import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawEvent } from '../../../src/analytics/events/raw-event.ts';
import type { Alert } from '../../../src/analytics/streams/answer-alerts.ts';
import { batches, oneByOne } from '../../../src/live/events/event-batch.ts';
import { encodeEventCursor } from '../../../src/live/events/event-cursor.ts';
import { type EventStreams, openEventStreams } from '../../../src/live/events/open-event-streams.ts';
import { alertEvents, alertFilter } from '../../../src/live/events/sources/alert-events.ts';
import { kindEvents, kindFilter } from '../../../src/live/events/sources/kind-events.ts';
import { type Place, readPlace } from '../../../src/live/place.ts';
import { openEmbeddedLog } from '../../../src/log/embedded-log.ts';
import type { Log } from '../../../src/log/log.ts';
import type { WhereTree } from '../../../src/model/event-model.ts';
import { TENANT_DEFAULT } from '../../../src/model/record-format.ts';
import type { LakegateError } from '../../../src/platform/errors.ts';
import {
  type AskedPlace,
  type Batch,
  beginning,
  ComingBack,
  eventPlace,
  idsOf,
  QUIET,
  readEvents,
} from '../../support/event-reader.ts';
import { movedClock } from '../../support/moved-clock.ts';
import { DAY_MS, openIngest, type TestIngest, transaction } from '../../support/open-ingest.ts';
import { randomFrom } from '../../support/random.ts';
import { until } from '../../support/until.ts';
import { alert, writeOutputs } from '../../support/written-by-jobs.ts';

const CATEGORIES = ['travel', 'food', 'books'];
let ingest: TestIngest;
let sent = 0;

beforeAll(async () => {
  ingest = await openIngest();
});

afterAll(async () => {
  await ingest.stop();
});

function place(of: EventStreams, asked: AskedPlace = {}): Promise<Place<Batch>> {
  return eventPlace(of, ingest.kind('transaction'), asked);
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

test('whoever is cut off behind any message and says its cursor, here or at another gateway, gets every event once, also after log and streams were opened anew', async () => {
  const seed = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
  const random = randomFrom(seed);
  const rounds = Number(process.env.LAKEGATE_TEST_ROUNDS ?? 200);
  const kind = ingest.kind('transaction');
  const readers = [{}, { category: { eq: 'travel' } }].map((where) => new ComingBack(kind, where));
  const open = () =>
    [ingest.log, followedLate(ingest.log, random)].map((log) => openEventStreams({ log, logger: QUIET }));
  let gateways = open();
  const gateway = () => gateways[random(2)] ?? fail();
  const sending: Promise<readonly string[]>[] = [];
  for (const reader of readers) await reader.step(gateway());
  for (let round = 0; round < rounds; round++) {
    if (random(3) === 0) {
      const from = sent;
      sending.push(send(1 + random(random(8) === 0 ? 2000 : 40)));
      for (const reader of readers) reader.wanted.push(...idsBetween(from, sent, reader.where));
    }
    const reader = readers[random(2)] ?? fail();
    if (random(3) === 0) await reader.cutOff();
    else await reader.step(gateway());
    if (round % 100 === 99) {
      await Promise.all([...sending, ...readers.map((each) => each.cutOff())]);
      await Promise.all(gateways.map((each) => each.stop()));
      ingest = await ingest.reopened();
      gateways = open();
    }
  }
  for (const reader of readers) {
    while (reader.seen.length < reader.wanted.length) await reader.step(gateway());
    await reader.cutOff();
    reader.expectAll(`seed ${seed}`);
  }
  await Promise.all(gateways.map((each) => each.stop()));
});

function idsBetween(from: number, to: number, where: WhereTree): readonly string[] {
  const all = Array.from({ length: to - from }, (_, n) => from + n);
  const wanted = 'category' in where ? all.filter((n) => CATEGORIES[n % 3] === 'travel') : all;
  return wanted.map((n) => `t-${n}`);
}

function fail(): never {
  throw new Error('expected one of two');
}

/** The same log, where whoever follows it hears of records a moment late, as at a gateway far from the brokers. */
function followedLate(log: Log, random: (below: number) => number): Log {
  return {
    ...log,
    ends: (topic) => log.ends(topic),
    async *read(topic, partition, from, options) {
      for await (const chunk of log.read(topic, partition, from, options)) {
        for (let turns = options.follow === false ? 0 : random(200); turns > 0; turns--) await turn();
        yield chunk;
      }
    },
  };
}

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
      await readEvents(quick, sentNow.length);
    }
    const { value: late } = await slow.next();
    expect(late.skipped).not.toBeNull();
    const { count, readFrom } = late.skipped ?? { count: 0, readFrom: '' };
    const rest = idsOf(await readEvents(slow, ids.length - count - late.nodes.length));
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
    expect(idsOf(await readEvents(again, kept.length)).toSorted()).toEqual(kept.toSorted());
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
      await readEvents(quick, 40);
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
  if (one !== undefined) expect(idsOf(await readEvents(one, left)).length).toBe(left);
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
  const later = openEventStreams({ log: ingest.log, logger: QUIET });
  for (const [n, tenant] of tenants.entries()) {
    const wanted = sentTo.get(tenant) ?? [];
    const live = readings[n];
    if (live !== undefined) expect(idsOf(await readEvents(live, wanted.length)).toSorted()).toEqual(wanted.toSorted());
    await live?.return?.();
    // And read again from the log.
    const again = readPlace(await place(later, { tenant, after: cursor }));
    expect(idsOf(await readEvents(again, wanted.length)).toSorted()).toEqual(wanted.toSorted());
    await again.return?.();
  }
  await fresh.stop();
  await later.stop();
});

test('nothing is left out where the log for a moment does not say what it holds, as a broker that has only just become the leader', async () => {
  const before = openEventStreams({ log: ingest.log, logger: QUIET });
  const { cursor } = await beginning(readPlace(await place(before)));
  await before.stop();
  const ids = await send(90);
  let unsaid = 6;
  const forgetful: Log = {
    ...ingest.log,
    ends: (topic) => ingest.log.ends(topic),
    async *read(topic, partition, from, options) {
      if (options.follow === false && unsaid-- > 0) return;
      yield* ingest.log.read(topic, partition, from, options);
    },
  };
  const fresh = openEventStreams({ log: forgetful, logger: QUIET });
  const reading = readPlace(await place(fresh, { after: cursor }));
  expect(idsOf(await readEvents(reading, ids.length)).toSorted()).toEqual(ids.toSorted());
  expect(unsaid).toBeLessThanOrEqual(0);
  await reading.return?.();
  await fresh.stop();
});

describe('where there are as many streams as there may be', () => {
  const merchant = (name: string) => ({ merchant: { eq: name } });

  test('those that nobody reads make room, the longest unread first; those that are read stay', async () => {
    const few = openEventStreams({ log: ingest.log, logger: QUIET, streamsMax: 2 });
    const read = await place(few, { where: merchant('read') });
    for (const name of ['a', 'b', 'c']) (await place(few, { where: merchant(name) })).leave();
    expect(few.figures()).toMatchObject({ streams: 2, readers: 1 });
    const last = await place(few, { where: merchant('last') });
    await expect(place(few, { where: merchant('more') })).rejects.toMatchObject({ code: 'OVERLOADED' });
    for (const each of [read, last]) each.leave();
    await few.stop();
  });

  test('one tenant has no more than its share, and ends none of another', async () => {
    const few = openEventStreams({ log: ingest.log, logger: QUIET, streamsMax: 4, streamsOfTenantMax: 2 });
    (await place(few, { tenant: 'another' })).leave();
    const places = await Promise.all(['a', 'b'].map((name) => place(few, { where: merchant(name) })));
    await expect(place(few, { where: merchant('c') })).rejects.toMatchObject({ code: 'OVERLOADED' });
    places[0]?.leave();
    places.push(await place(few, { where: merchant('c') }), await place(few, { tenant: 'another' }));
    expect(few.figures()).toMatchObject({ streams: 3, readers: 3 });
    for (const each of places.slice(1)) each.leave();
    await few.stop();
  });

  test('a topic is followed on where the one stream of it makes room for another, and not at all for who is refused', async () => {
    const ended: string[] = [];
    const watched: Log = {
      ...ingest.log,
      ends: (topic) => ingest.log.ends(topic),
      read: (topic, partition, from, options) => {
        options.signal.addEventListener('abort', () => ended.push(topic), { once: true });
        return ingest.log.read(topic, partition, from, options);
      },
    };
    const one = openEventStreams({ log: watched, logger: QUIET, streamsMax: 1 });
    (await place(one, { where: merchant('a') })).leave();
    const reading = readPlace(await place(one));
    await beginning(reading);
    const ids = await send(3);
    expect(idsOf(await readEvents(reading, 3)).toSorted()).toEqual(ids.toSorted());
    const asked = { tenant: TENANT_DEFAULT, source: kindEvents(ingest.kind('rating')), shape: batches<RawEvent>() };
    const refused = one.open({ ...asked, where: kindFilter(ingest.kind('rating'), {}), after: null });
    await expect(refused).rejects.toMatchObject({ code: 'OVERLOADED' });
    await until(() => ended.includes('ratings'));
    await reading.return?.();
    await one.stop();
  });
});

describe('a stream that greets with its newest event', () => {
  const shape = { ...batches<RawEvent>(), name: 'newest', greeting: 'newest' } as const;

  test('begins with it where there is one, else with a message for each reader by himself', async () => {
    const fresh = openEventStreams({ log: ingest.log, logger: QUIET });
    const kind = ingest.kind('transaction');
    const asked = { tenant: TENANT_DEFAULT, source: kindEvents(kind), where: kindFilter(kind, {}), shape, after: null };
    const places = await Promise.all([fresh.open(asked), fresh.open(asked)]);
    const greetings = places.map((each) => each.take());
    expect(greetings).toMatchObject([{ nodes: [] }, { nodes: [] }]);
    expect(greetings[0]).not.toBe(greetings[1]);
    const ids = await send(20);
    await until(() => idsOf(places.map((each) => each.take() ?? { nodes: [], cursor: '', skipped: null })).length > 0);
    let newest: string | undefined;
    await until(async () => {
      const late = await fresh.open(asked);
      newest = idsOf([late.take() ?? { nodes: [], cursor: '', skipped: null }]).at(-1);
      late.leave();
      return newest !== undefined;
    });
    expect(ids).toContain(newest);
    await fresh.stop();
  });
});

test('a record that is none of ours, and one that a filter trips over, is left out and said; what follows comes', async () => {
  const said: unknown[] = [];
  const fresh = openEventStreams({ log: ingest.log, logger: { warn: (about: unknown) => said.push(about) } });
  const kind = ingest.kind('transaction');
  const source = kindEvents(kind);
  const tripping = {
    text: 'tripping',
    holds: ({ id }: Readonly<Record<string, unknown>>) => {
      if (id === 'trip') throw new Error('tripped');
      return true;
    },
  };
  const asked = { tenant: TENANT_DEFAULT, source, where: tripping, shape: batches<RawEvent>() };
  const reading = readPlace(await fresh.open({ ...asked, after: null }));
  const { cursor } = await beginning(reading);
  const foreign = { _tenant: TENANT_DEFAULT, id: 'foreign' };
  const records = [foreign, { ...foreign, id: 'trip' }].map((event) => ({
    key: TENANT_DEFAULT,
    timeMs: 0,
    value: Buffer.from(JSON.stringify(event)),
  }));
  await ingest.log.append(kind.plural, records);
  const ids = await send(40);
  expect(idsOf(await readEvents(reading, ids.length)).toSorted()).toEqual(ids.toSorted());
  expect(said).toHaveLength(2);
  expect(fresh.figures().leftOut).toBe(2);
  const later = openEventStreams({ log: ingest.log, logger: QUIET });
  const again = readPlace(await later.open({ ...asked, after: cursor }));
  expect(idsOf(await readEvents(again, ids.length)).toSorted()).toEqual(ids.toSorted());
  for (const each of [reading, again]) await each.return?.();
  await fresh.stop();
  await later.stop();
});

test('of messages that readers took at many places the newest few are remembered', async () => {
  const fresh = openEventStreams({ log: ingest.log, logger: QUIET });
  const places = await Promise.all([place(fresh), place(fresh), place(fresh)]);
  for (const each of places) each.take();
  const [ahead, same, late] = places;
  const seen: (Batch | null | undefined)[] = [];
  for (let round = 0; round < 70; round++) {
    await send(1);
    let message: Batch | null | undefined = null;
    await until(() => {
      message = ahead?.take();
      return message != null;
    });
    seen.push(message);
    expect(same?.take()).toBe(message);
  }
  expect(idsOf([late?.take() ?? fail()])).toHaveLength(70);
  expect(new Set(seen).size).toBe(70);
  await fresh.stop();
});

test('whoever waits is told at once that the reading has ended', async () => {
  const fresh = openEventStreams({ log: ingest.log, logger: QUIET });
  const reading = readPlace(await place(fresh));
  await beginning(reading);
  const waiting = reading.next();
  await reading.return?.();
  expect(await waiting).toEqual({ value: undefined, done: true });
  await fresh.stop();
});

test('a cursor in front of what is kept is refused with one that can be read from, also in the middle of reading', async () => {
  const clock = movedClock();
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-live-'));
  const log = await openEmbeddedLog({ dir, clock, claimsKeptMs: DAY_MS });
  await log.createTopic({ topic: 'alerts', partitions: 2, retentionMs: DAY_MS });
  const fresh = openEventStreams({ log, logger: QUIET });
  const open = (after: string | null) =>
    fresh.open({
      tenant: 'default',
      source: alertEvents,
      where: alertFilter(null),
      shape: oneByOne<'alert', Alert>('alert'),
      after,
    });
  const fromFirst = encodeEventCursor({ topic: 'alerts', next: [0n, 0n], until: null });
  await writeOutputs(log, [alert('a-1'), alert('a-2')]);
  const reading = readPlace(await open(fromFirst));
  expect((await reading.next()).value.alert.id).toBe('a-1');
  clock.advance(2 * DAY_MS);
  await writeOutputs(log, [alert('a-3')]);
  await log.enforceRetention();
  await expect(reading.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  const refused = await open(fromFirst).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'CURSOR_EXPIRED' });
  const kept = /e1\.\S+$/.exec((refused as LakegateError).message)?.[0] ?? '';
  expect((await readPlace(await open(kept)).next()).value.alert.id).toBe('a-3');
  const beyond = encodeEventCursor({ topic: 'alerts', next: [1000n, 1000n], until: null });
  await expect(open(beyond)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await fresh.stop();
  await log.close();
  await rm(dir, { recursive: true, force: true });
});
