import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EventStreams, openEventStreams } from '../../../src/live/events/open-event-streams.ts';
import { readPlace } from '../../../src/live/place.ts';
import { type KafkaLog, openKafkaLog } from '../../../src/log/kafka-log.ts';
import { beginning, ComingBack, eventPlace, idsOf, QUIET, readEvents } from '../../support/event-reader.ts';
import { describeWithKafka } from '../../support/kafka/describe-with-kafka.ts';
import { admitAll, type KafkaIngest, openKafkaIngest, paidNow } from '../../support/kafka/open-kafka-ingest.ts';
import { type KafkaHere, startKafka } from '../../support/kafka/start-kafka.ts';
import { randomFrom } from '../../support/random.ts';

describeWithKafka('event streams on Kafka', () => {
  let kafka: KafkaHere;
  let ingest: KafkaIngest;
  let logs: KafkaLog[];
  let send: (count: number) => Promise<readonly string[]>;
  let sent = 0;

  beforeAll(async () => {
    kafka = await startKafka();
    ingest = await openKafkaIngest({ brokers: kafka.brokers, partitions: 3 });
    const { kind, prefix } = ingest;
    const connection = { brokers: kafka.brokers.split(','), clientId: 'live-test', prefix };
    logs = await Promise.all([openKafkaLog(connection), openKafkaLog(connection)]);
    await ingest.member();
    const gateway = await ingest.gateway();
    send = async (count) => {
      const events = Array.from({ length: count }, () => {
        const n = sent++;
        return paidNow({ id: `t-${n}`, userId: `u-${n % 17}`, category: n % 3 === 0 ? 'travel' : 'food' });
      });
      expect(await admitAll(gateway, kind, events)).toMatchObject({ admitted: count });
      return events.map(({ id }) => String(id));
    };
  });

  afterAll(async () => {
    for (const log of logs ?? []) await log.close();
    await ingest?.stop();
    await kafka?.stop();
  });

  test('whoever is cut off goes on at another gateway, or after a restart, and gets every committed event once', async () => {
    const seed = 20261121;
    const random = randomFrom(seed);
    const open = () => logs.map((log) => openEventStreams({ log, logger: QUIET }));
    let gateways = open();
    const gateway = () => gateways[random(2)] as EventStreams;
    const readers = [{}, { category: { eq: 'travel' } }].map((where) => new ComingBack(ingest.kind, where));
    for (const reader of readers) await reader.step(gateway());
    for (let round = 0; round < 80; round++) {
      if (random(4) === 0) {
        const ids = await send(1 + random(30));
        for (const reader of readers) {
          const isWanted = (id: string) => !('category' in reader.where) || Number(id.slice(2)) % 3 === 0;
          reader.wanted.push(...ids.filter(isWanted));
        }
      }
      const reader = readers[random(2)] as ComingBack;
      if (random(3) === 0) await reader.cutOff();
      else await reader.step(gateway());
      if (round === 40) {
        for (const each of readers) await each.cutOff();
        await Promise.all(gateways.map((each) => each.stop()));
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

  test('a slow reader is told how many events he missed, and not how many offsets', async () => {
    const [log] = logs as [KafkaLog];
    const small = openEventStreams({ log, logger: QUIET, bytesMax: 0 });
    const slow = readPlace(await eventPlace(small, ingest.kind));
    const quick = readPlace(await eventPlace(small, ingest.kind));
    await beginning(slow);
    await beginning(quick);
    const ids: string[] = [];
    for (let round = 0; round < 10; round++) {
      ids.push(...(await send(60)));
      await readEvents(quick, 60);
    }
    const { value: late } = await slow.next();
    const { count, readFrom } = late.skipped ?? { count: 0, readFrom: '' };
    expect(count).toBeGreaterThan(0);
    const kept = idsOf([late, ...(await readEvents(slow, ids.length - count - late.nodes.length))]);
    const again = readPlace(await eventPlace(small, ingest.kind, { after: readFrom }));
    const missed = idsOf(await readEvents(again, count));
    expect([...missed, ...kept].toSorted()).toEqual(ids.toSorted());
    for (const each of [slow, quick, again]) await each.return?.();
    await small.stop();
  });
});
