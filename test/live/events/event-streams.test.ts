import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawEvent } from '../../../src/analytics/raw-event.ts';
import { batches, type EventBatch } from '../../../src/live/events/event-batch.ts';
import { type EventStreams, openEventStreams } from '../../../src/live/events/open-event-streams.ts';
import { kindEvents, kindFilter } from '../../../src/live/events/sources/kind-events.ts';
import { type Place, readPlace } from '../../../src/live/place.ts';
import type { Log } from '../../../src/log/log.ts';
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

function place(of: EventStreams, { after = null, where = {}, tenant = TENANT_DEFAULT }: Asked = {}): Promise<Place<Batch>> {
  const kind = ingest.kind('transaction');
  return of.open({ tenant, source: kindEvents(kind), where: kindFilter(kind, where), shape: batches<RawEvent>(), after });
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
