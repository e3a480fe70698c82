import { resolve } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rejectedRecord } from '../../src/ingest/rejected-record.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { REJECTED_TOPIC } from '../../src/model/record-format.ts';
import { warehouseGroup } from '../../src/warehouse/kafka/warehouse-groups.ts';
import { loadTarget } from '../../src/warehouse/load/load-target.ts';
import { loadTargets } from '../../src/warehouse/load/load-targets.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import {
  countsEverywhere,
  type KafkaLoadingBench,
  numberedRecords,
  openKafkaLoading,
} from '../support/kafka/open-kafka-loading.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { startZooKeeper, type ZooKeeperHere } from '../support/kafka/start-zookeeper.ts';
import { canCompile, KillOnOrder } from '../support/kill-on-order.ts';
import { randomTransactions } from '../support/loading.ts';
import { differencesFromRaw } from '../support/rollups-equal-raw.ts';
import { until } from '../support/until.ts';

const TOPIC = 'transactions';
const DAY_MS = 86_400_000;

describeWithKafka('an engine that reads Kafka by itself', () => {
  const kill = canCompile() ? new KillOnOrder() : null;
  let kafka: KafkaHere;
  let keeper: ZooKeeperHere;
  let bench: KafkaLoadingBench;
  /** In the log of the bench so far. */
  let events = 0;

  beforeAll(async () => {
    [kafka, keeper] = await Promise.all([startKafka(), startZooKeeper()]);
  });
  afterAll(async () => {
    kill?.remove();
    await Promise.all([kafka?.stop(), keeper?.stop()]);
  });

  async function append(count: number): Promise<void> {
    events += count;
    await bench.append(count);
  }

  async function load(count: number): Promise<void> {
    await append(count);
    await bench.loaded();
  }

  for (const mode of ['with Keeper', 'without Keeper'] as const) {
    describe(mode, () => {
      beforeAll(async () => {
        events = 0;
        bench = await openKafkaLoading({
          brokers: kafka.brokers,
          keeper: mode === 'with Keeper' ? keeper.address : null,
          engine: { extraEnv: kill?.extraEnv ?? {} },
        });
      });
      afterAll(() => bench?.stop());
      beforeEach(() => {
        bench.mended.length = 0;
      });

      test('events reach raw, the ledger and every rollup, each once', async () => {
        await load(1000);
        await load(500);
        await expectEverything(bench, events);
      });

      test('what is no record goes to rejected with its reason and holds nothing up, also when the tables are compared again', async () => {
        const value = Buffer.from('{"_sequence": no number');
        await bench.log.appendTo(TOPIC, 1, [
          { key: 'somebody', timeMs: Date.now(), value },
          { key: 'somebody', timeMs: Date.now(), value: Buffer.from('{"_sequence":"seven"}') },
        ]);
        await load(100);
        await killEngine(bench);
        await load(100);
        await expectEverything(bench, events);
        const { rows } = await bench.test.warehouse.query(
          'SELECT DISTINCT source, code, payload, kind FROM lakegate.rejected ORDER BY code',
        );
        expect(rows).toEqual([
          { source: 'kafka:transactions', code: 'NOT_JSON', payload: value.toString(), kind: 'TRANSACTION' },
          { source: 'kafka:transactions', code: 'WRONG_TYPE', payload: '{"_sequence":"seven"}', kind: 'TRANSACTION' },
        ]);
      });

      test('killed at random while it loads, the engine comes back and every number is right', async () => {
        for (let kills = 0; kills < 2; kills++) {
          const before = events;
          await append(10_000);
          await until(async () => (await rawRows(bench)) > before);
          await killEngine(bench);
        }
        await load(100);
        await expectEverything(bench, events);
      });

      test.skipIf(kill === null)(
        'killed between what it remembers and the part it stands for, the engine loses no row of any table',
        async () => {
          kill?.count();
          await load(100);
          kill?.forget();
          const dangerous = (kill?.moments() ?? []).flatMap((moment, index) =>
            moment.startsWith('dedup-write') ? [index + 1] : [],
          );
          // The first, one in the middle and the last: a rollup that the queue feeds, a table, a rollup of a rollup.
          for (const moment of [dangerous[0], dangerous[dangerous.length >> 1], dangerous.at(-1)]) {
            const { pid } = bench.test.engine;
            kill?.at(moment ?? 1);
            await append(100);
            await until(() => bench.test.engine.pid !== pid, 60_000);
            kill?.forget();
            await bench.loaded();
            await expectEverything(bench, events);
          }
          expect(bench.mended.length).toBeGreaterThan(0);
        },
      );

      test('what is loaded twice or left out is named by the ledger to the offset, and mended when the tables are compared', async () => {
        await load(200);
        const before = await bench.tables.loadedNext(TOPIC);
        await load(100);
        await load(200);
        const after = await bench.tables.loadedNext(TOPIC);
        const [again = 0n, there = 0n, skipped = 0n] = [before.get(0), after.get(0), after.get(1)];
        await bench.stopLoading();
        await append(100);
        await bench.restartLoading({
          verifies: false,
          from: new Map([
            [0, again],
            [1, skipped + 10n],
          ]),
        });
        await bench.loaded();
        const ends = await bench.tables.loadedNext(TOPIC);
        expect(await bench.ledger()).toMatchObject({
          expected: events,
          gaps: 10,
          gapRanges: [{ topic: TOPIC, partition: 1, first: skipped, last: skipped + 9n }],
          duplicates: Number(there - again),
        });
        expect(ends.get(0)).toBeGreaterThan(there);
        await bench.restartLoading({ verifies: true });
        await bench.loaded();
        await expectEverything(bench, events);
      });
    });
  }

  test('blocks that look alike in a rollup are not taken for one that is repeated, with Keeper or without', async () => {
    for (const address of [keeper.address, null]) {
      await using alike = disposed(await openKafkaLoading({ brokers: kafka.brokers, keeper: address, partitions: 1 }));
      const [event] = randomTransactions(1);
      if (event === undefined) throw new Error('expected an event');
      for (let block = 0; block < 12; block++) {
        await alike.send(0, [event]);
        await alike.loaded();
      }
      const { raw: _, positions: __, ...rollups } = await countsEverywhere(alike);
      expect(new Set(Object.values(rollups))).toEqual(new Set([12]));
      expect(await alike.ledger()).toMatchObject({ expected: 12, seen: 12, gaps: 0, duplicates: 0 });
    }
  });

  test('offsets have holes where transactions end: events are counted all the same, and those of an aborted one never come', async () => {
    await using holes = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1 }));
    const client = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING });
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: TOPIC });
    await producer.connect();
    const topic = holes.log.kafkaName(TOPIC);
    const refused = { ...refusedRecord(), partition: 0 };
    const records = numberedRecords(0n, randomTransactions(30)).map(({ key, value }) => ({ key, value, partition: 0 }));
    for (let from = 0; from < 30; from += 10) {
      const committed = await producer.transaction();
      await committed.send({ topic, messages: records.slice(from, from + 10) });
      await committed.send({ topic: holes.log.kafkaName(REJECTED_TOPIC), messages: [refused, refused] });
      await committed.commit();
      const aborted = await producer.transaction();
      await aborted.send({ topic, messages: records.slice(0, 5) });
      await aborted.abort();
      await holes.loaded([TOPIC, REJECTED_TOPIC]);
    }
    await producer.disconnect();
    await killEngine(holes);
    await holes.loaded([TOPIC, REJECTED_TOPIC]);
    await expectEverything(holes, 30);
    expect(await holes.ledger(REJECTED_TOPIC)).toMatchObject({ expected: 6, seen: 6, gaps: 0, duplicates: 0 });
    expect(holes.mended).toEqual([]);
    // Each transaction: ten events, its mark, five that were taken back, and their mark.
    await holes.test.warehouse.command('ALTER TABLE lakegate.ledger DELETE WHERE firstSequence BETWEEN 2 AND 19', {
      settings: { mutations_sync: 1 },
    });
    const { gaps, gapRanges } = await holes.ledger();
    expect(gaps).toBe(10);
    expect(gapRanges).toEqual([{ topic: TOPIC, partition: 0, first: 10n, last: 33n }]);
    // Nobody numbers these: two and a mark each, and the records themselves are counted.
    expect(await holes.ledger(REJECTED_TOPIC)).toMatchObject({
      expected: 6,
      gaps: 4,
      gapRanges: [{ topic: REJECTED_TOPIC, partition: 0, first: 2n, last: 7n }],
    });
  });

  test('the parts that answers stand on are named: alike through merges, otherwise after every load, and not while they are compared', async () => {
    await using named = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1 }));
    // Loads of several days share the numbers of blocks: a merge may then change the name, and what was kept is read once more.
    const ofOneDay = { newestMs: Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2 };
    const name = () => named.tables.fingerprint(TOPIC);
    for (let block = 0; block < 3; block++) {
      await named.append(10, ofOneDay);
      await named.loaded();
    }
    const before = await name();
    for (const table of ['transactions', 'transactions_rollup_1m', 'transactions_rollup_1h']) {
      await named.test.warehouse.command(`OPTIMIZE TABLE lakegate.${table} FINAL`);
    }
    expect(await name()).toBe(before);
    await named.append(10, ofOneDay);
    await named.loaded();
    expect(await name()).not.toBe(before);
    await named.stopLoading();
    await expect(name()).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN', retryable: true });
  });

  test('a block that is read twice by an engine that has not ended is noticed, and taken out again', async () => {
    await using twice = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1 }));
    await twice.append(100);
    await twice.loaded();
    const before = await twice.tables.loadedNext(TOPIC);
    await twice.append(100);
    await twice.loaded();
    // The group stands within the last block, as where a commit was refused, and the engine reads on: cut differently.
    await twice.stopLoading();
    await twice.groups.moveTo(warehouseGroup(TOPIC), TOPIC, new Map([[0, (before.get(0) ?? 0n) + 10n]]));
    await twice.queues.open(loadTarget(twice.kind));
    await until(async () => (await rawRows(twice)) === 290);
    twice.startLoading();
    await until(() => twice.mended.length > 0);
    await twice.append(100);
    await twice.loaded();
    await expectEverything(twice, 300);
  });

  test('an engine that was silent for longer than its group waits, in the middle of loading, has everything once', async () => {
    await using frozen = disposed(await openKafkaLoading({ brokers: kafka.brokers }));
    const appending = frozen.append(40_000);
    await until(async () => (await rawRows(frozen)) > 0);
    const { pid } = frozen.test.engine;
    if (pid === null) throw new Error('expected an engine to freeze');
    process.kill(pid, 'SIGSTOP');
    // Taken only when the group has given up its members.
    const next = await frozen.groups.nextOffsets(warehouseGroup(TOPIC), TOPIC);
    await frozen.groups.moveTo(warehouseGroup(TOPIC), TOPIC, next);
    process.kill(pid, 'SIGCONT');
    await appending;
    await frozen.loaded();
    // What came twice may be noticed a moment after it is loaded.
    await until(async () => (await frozen.ledger()).duplicates === 0 && (await rawRows(frozen)) === 40_000);
    await frozen.loaded();
    await expectEverything(frozen, 40_000);
  });

  test('where an open queue table does not read though there is more, it is opened anew, and everything comes once', async () => {
    await using still = disposed(await openKafkaLoading({ brokers: kafka.brokers, stalledMs: 500 }));
    const { warehouse } = still.test;
    await still.append(100);
    await still.loaded();
    // The same to all who look, but its consumer waits for brokers that never answer.
    const { rows } = await warehouse.query<{ statement: string }>(`SHOW CREATE TABLE lakegate.${TOPIC}_queue`);
    const open = rows[0]?.statement ?? '';
    await warehouse.command(`DROP TABLE lakegate.${TOPIC}_queue SYNC`);
    await warehouse.command(open.replace(kafka.brokers, '127.0.0.1:9'));
    expect(await still.queues.openTopics([loadTarget(still.kind)])).toContain(TOPIC);
    await still.append(100);
    await still.loaded();
    expect(still.mended.length).toBeGreaterThan(0);
    await still.append(100);
    await still.loaded();
    await expectEverything(still, 300);
  });

  test('each queue table reads on a thread of its own, so that one that waits for its group holds up no other', async () => {
    await using threads = disposed(await openKafkaLoading({ brokers: kafka.brokers }));
    const tables = loadTargets(loadDeclarations(resolve(import.meta.dirname, '../../schema/events')).kinds);
    // The engine has none, and says so, before a table reads.
    await threads.append(10);
    await threads.loaded();
    const { rows } = await threads.test.warehouse.query<{ value: string }>(
      "SELECT value FROM system.server_settings WHERE name = 'background_message_broker_schedule_pool_size'",
    );
    expect(Number(rows[0]?.value)).toBeGreaterThanOrEqual(tables.length * 2);
  });

  test('a loader that loses its turn in the middle of mending changes nothing more', async () => {
    let isMine = true;
    let losesAtMending = false;
    const afterwards: string[] = [];
    const onChange = (statement: string) => {
      if (!isMine) afterwards.push(statement);
      if (losesAtMending && statement.includes('_mending_')) isMine = false;
    };
    const turn = { isMine: () => isMine };
    await using turns = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1, turn, onChange }));
    await turns.append(100);
    await turns.loaded();
    await turns.stopLoading();
    await turns.test.warehouse.command(
      `ALTER TABLE lakegate.${TOPIC} DELETE WHERE _offset < 50 SETTINGS mutations_sync = 1`,
    );
    losesAtMending = true;
    turns.startLoading();
    await until(() => turns.loading.problem()?.includes('another process loads') ?? false);
    expect(afterwards).toEqual([]);
    losesAtMending = false;
    isMine = true;
    await turns.loaded();
    await expectEverything(turns, 100);
  });

  test('rows that were lost at an end of the engine before the last are put in again', async () => {
    await using restarted = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1 }));
    const { warehouse } = restarted.test;
    await restarted.append(100);
    await restarted.loaded();
    await restarted.loading.stop(30_000);
    // Known to be right an hour ago, then damaged; what is loaded before the last end is younger.
    await warehouse.command(`TRUNCATE TABLE lakegate.queues_right`);
    await warehouse.command(
      `INSERT INTO lakegate.queues_right (topic, at) SELECT '${TOPIC}', now64(3, 'UTC') - INTERVAL 1 HOUR`,
    );
    await warehouse.command(
      'ALTER TABLE lakegate.ledger UPDATE loadedAt = loadedAt - INTERVAL 30 MINUTE WHERE 1 SETTINGS mutations_sync = 1',
    );
    await warehouse.command(`ALTER TABLE lakegate.${TOPIC} DELETE WHERE _offset < 50 SETTINGS mutations_sync = 1`);
    await restarted.append(100);
    await until(async () => (await rawRows(restarted)) === 150);
    await killEngine(restarted);
    restarted.startLoading();
    await restarted.loaded();
    await expectEverything(restarted, 200);
  });

  test('tables that hold more than the log has are those of another log: nothing is loaded into them, and operators read why', async () => {
    await using foreign = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1 }));
    expect(foreign.log.clusterId).toMatch(/\S/);
    await foreign.append(10);
    await foreign.loaded();
    await foreign.stopLoading();
    await foreign.test.warehouse.command(
      `INSERT INTO lakegate.ledger (topic, _partition, firstOffset, lastOffset, rows) SELECT '${TOPIC}', 0, 5000, 5009, 10`,
    );
    // After its end every queue table of an engine is closed until its tables are known to be right.
    await killEngine(foreign);
    foreign.startLoading();
    await until(() => foreign.loading.problem()?.includes('those of another log') ?? false);
    expect(foreign.loading.status()).toContainEqual({ topic: TOPIC, isOpen: false, mendings: 0 });
    // What cannot be opened holds up nothing else.
    await until(() => foreign.loading.status().every(({ topic, isOpen }) => isOpen || topic === TOPIC));
  });

  test('of several processes that may load, one has the turn, and another takes it when that one leaves', async () => {
    await using shared = disposed(await openKafkaLoading({ brokers: kafka.brokers, partitions: 1 }));
    const turns = [shared.groups.takeTurns('turns'), shared.groups.takeTurns('turns')];
    const mine = () => turns.filter((turn) => turn.isMine());
    await until(() => mine().length === 1);
    const [first] = mine();
    await first?.leave();
    await until(() => mine().length === 1 && mine()[0] !== first);
    await mine()[0]?.leave();
  });
});

function refusedRecord(): { readonly key: string; readonly value: Buffer } {
  const { key, value } = rejectedRecord({
    ...{ tenant: 'default', kind: 'TRANSACTION', eventId: null, source: 'bulk', receivedAtMs: Date.now() },
    rejection: { code: 'NOT_JSON', pointer: '', expected: 'JSON', got: null },
    payload: Buffer.from('nothing of the kind'),
  });
  return { key, value: Buffer.from(value) };
}

function disposed(bench: KafkaLoadingBench): KafkaLoadingBench & AsyncDisposable {
  return Object.assign(bench, { [Symbol.asyncDispose]: () => bench.stop() });
}

/** Each of so many events is in every table once, and the ledger says so. */
async function expectEverything(bench: KafkaLoadingBench, events: number): Promise<void> {
  const counts = await countsEverywhere(bench);
  expect(counts).toEqual(Object.fromEntries(Object.keys(counts).map((name) => [name, events])));
  expect(await differencesFromRaw(bench.test.warehouse, [bench.kind])).toEqual([]);
  expect(await bench.ledger()).toMatchObject({ expected: events, seen: events, gaps: 0, duplicates: 0 });
}

/** Comes back when the next one is up. */
async function killEngine({ test: { engine } }: KafkaLoadingBench): Promise<void> {
  const { pid } = engine;
  if (pid === null) throw new Error('expected an engine to kill');
  process.kill(pid, 'SIGKILL');
  await until(() => engine.pid !== pid && engine.state().state === 'up');
}

async function rawRows({ test: { warehouse } }: KafkaLoadingBench): Promise<number> {
  const { rows } = await warehouse.query<{ rows: string }>('SELECT count() AS rows FROM lakegate.transactions');
  return Number(rows[0]?.rows);
}
