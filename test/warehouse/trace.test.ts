import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOf } from '../../src/ingest/admit-events.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { logKey, REJECTED_TOPIC, recordHead, TENANT_DEFAULT } from '../../src/model/record-format.ts';
import { rawTable } from '../../src/model/tables/tables.ts';
import { endsOf, readSightings } from '../../src/warehouse/trace.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { type LoadingBench, openLoadingBench, sampleKinds } from '../support/loading.ts';

const DUPLICATES_TOPIC = 'duplicates';
/** Its raw events are kept for 30 days. */
const kind = logLines();
const TIME_MS = Date.parse('2026-09-01T10:20:30.500Z');
const RECEIVED_MS = Date.parse('2026-09-01T10:20:31.250Z');

let bench: LoadingBench;
beforeAll(async () => {
  bench = await openLoadingBench({ kinds: ['logLine'] });
  await bench.log.createTopic({ topic: DUPLICATES_TOPIC, partitions: 1, retentionMs: null });
}, 120_000);
afterAll(() => bench.stop());

test('an event that was counted is told so, with when and in what, though its raw row is no longer kept', async () => {
  await admit('old');
  await bench.loader.progress.waitFor(await endsOf(bench.log, [kind.plural]), 10_000);
  await bench.test.warehouse.command(`OPTIMIZE TABLE ${DATABASE}.${rawTable(kind)} FINAL`);
  expect(await rawRows()).toBe(0);
  const [sighting] = await trace('old');
  expect(sighting).toMatchObject({
    verdict: 'ADMITTED',
    receivedAt: '2026-09-01T10:20:31.250Z',
    countedIn: expect.arrayContaining([
      'rollup_service_host_1m 2026-09-01T10:20:00Z',
      'rollup_service_host_1h 2026-09-01T10:00:00Z',
      'rollup_service_host_1d 2026-09-01T00:00:00Z',
    ]),
  });
  expect(sighting?.loadedAt).not.toBeNull();
});

test('one that is durable and not loaded yet is on its way', async () => {
  await bench.loader.stop(5_000);
  await admit('new');
  expect(await trace('new')).toMatchObject([
    { verdict: 'ADMITTED', receivedAt: '2026-09-01T10:20:31.250Z', loadedAt: null, countedIn: [] },
  ]);
});

function logLines(): KindModel {
  const [found] = sampleKinds(['logLine']);
  if (found === undefined) throw new Error('expected a sample kind of log lines');
  return found;
}

async function rawRows(): Promise<number> {
  const sql = `SELECT toUInt32(count()) AS count FROM ${DATABASE}.${rawTable(kind)}`;
  const { rows } = await bench.test.warehouse.query<{ count: number }>(sql);
  return rows[0]?.count ?? -1;
}

function trace(id: string) {
  const { log, loader, test: engine } = bench;
  return readSightings(
    {
      log,
      warehouse: engine.warehouse,
      progress: loader.progress,
      findClaim: (claim) => log.findClaim(claim),
      rejectedTopic: REJECTED_TOPIC,
      duplicatesTopic: DUPLICATES_TOPIC,
      claimOf,
      waitDeadlineMs: 10_000,
    },
    { tenant: TENANT_DEFAULT, kind, id },
  );
}

async function admit(id: string): Promise<void> {
  const event = {
    id,
    service: 'checkout',
    level: 'WARN',
    message: 'slow',
    occurredAt: new Date(TIME_MS).toISOString(),
  };
  const head = recordHead({
    tenant: TENANT_DEFAULT,
    timeUs: BigInt(TIME_MS) * 1000n,
    receivedAtMs: RECEIVED_MS,
    watermarkMs: null,
    sequence: null,
    compositeId: null,
  });
  const value = Buffer.from(head + JSON.stringify(event).slice(1));
  const record = {
    key: logKey(TENANT_DEFAULT, event.service),
    timeMs: TIME_MS,
    bytesMax: value.length,
    claim: claimOf(TENANT_DEFAULT, kind, id),
    fingerprint: 1n,
  };
  await bench.log.appendOnce(kind.plural, [record], () => value);
}
