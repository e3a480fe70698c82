import { afterEach, expect, test } from 'vitest';
import type { Output } from '../../src/model/streams/output.ts';
import { OUTPUT_TOPICS, streamTopics } from '../../src/model/streams/stream-topics.ts';
import { readLedger } from '../../src/warehouse/ledger.ts';
import { streamTargets } from '../../src/warehouse/load/load-targets.ts';
import { type LoadingBench, loadEverything, openLoadingBench } from '../support/loading.ts';
import { until } from '../support/until.ts';
import { alert, late, MINUTE_US, matched, NOON_US, result, session, writeOutputs } from '../support/written-by-jobs.ts';

const SMALL_BATCHES = { limits: { rowsMax: 40, bytesMax: 1_000_000, daysMax: 60 } };
const ROUNDS = 3;
/** Of each stream in each round. */
const WRITTEN = 150;

let bench: LoadingBench;
afterEach(() => bench.stop());

test('killed at random while it loads what jobs wrote, the engine ends with every record in its table once', async () => {
  await open();
  for (let round = 0; round < ROUNDS; round++) {
    const written = writeOutputs(bench.log, outputsOf(round));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
    process.kill(bench.test.engine.pid ?? 0, 'SIGKILL');
    await written;
    await loadEverything(bench, OUTPUT_TOPICS, 90_000);
  }
  await expectEachOnce();
});

test('rows that a table lost with a crash are put back from the log, and only those, with the time of the log', async () => {
  await open();
  await writeOutputs(bench.log, outputsOf(0));
  await loadEverything(bench, OUTPUT_TOPICS, 90_000);
  const before = await fingerprints();
  await bench.loader.stop(5_000);
  for (const topic of OUTPUT_TOPICS) {
    await bench.test.warehouse.command(`ALTER TABLE lakegate.${topic} DELETE WHERE _offset % 3 = 1`, {
      settings: { mutations_sync: 1 },
      pool: 'load',
    });
  }
  // As after a start of the machine: what was loaded lately is compared with the log.
  await bench.restartLoader({ targets: streamTargets(), bootId: 'another start of the machine' });
  await until(async () => JSON.stringify(await fingerprints()) === JSON.stringify(before), 90_000);
  await expectEachOnce();
});

async function open(): Promise<void> {
  bench = await openLoadingBench({ kinds: [] });
  await bench.loader.stop(1_000);
  for (const topic of streamTopics(3)) await bench.log.createTopic(topic);
  await bench.restartLoader({ targets: streamTargets(), ...SMALL_BATCHES });
}

/** Over some days, so that several partitions of the tables are touched. */
function outputsOf(round: number): readonly Output[] {
  return Array.from({ length: WRITTEN }, (_, index) => {
    const startUs = NOON_US + (index % 50) * 1440 * MINUTE_US;
    const id = `${round}-${index}`;
    return [
      session(id, { userId: `u${index % 7}`, startUs }),
      alert(id, { matchedAtUs: startUs, events: [matched(id)] }),
      result(startUs, { revision: round }),
      late(matched(id)),
    ];
  }).flat();
}

async function expectEachOnce(): Promise<void> {
  const { log, test: house, loader } = bench;
  for (const topic of OUTPUT_TOPICS) {
    const ends = await log.ends(topic);
    const records = ends.reduce((sum, { next }) => sum + Number(next), 0);
    const { rows } = await house.warehouse.query(
      `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(_partition, _offset)) AS positions FROM lakegate.${topic}`,
    );
    expect(rows, topic).toEqual([{ rows: records, positions: records }]);
  }
  const sources = { log, warehouse: house.warehouse, progress: loader.progress };
  const ledger = () => readLedger(sources, { topics: OUTPUT_TOPICS, appended: null });
  // Its rows are put back last.
  await until(async () => (await ledger()).gaps === 0, 90_000);
  const { expected, seen, duplicates } = await ledger();
  expect({ seen, duplicates }).toEqual({ seen: expected, duplicates: 0 });
}

async function fingerprints(): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const topic of OUTPUT_TOPICS) {
    const { rows } = await bench.test.warehouse.query(
      `SELECT toString(groupBitXor(cityHash64(toString(tuple(*))))) AS rows FROM lakegate.${topic}`,
    );
    found.push(rows);
  }
  return found;
}
