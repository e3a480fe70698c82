import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { ClientJournal } from '../../src/cli/generate/client-journal.ts';
import { compareTotals } from '../../src/cli/generate/compare-totals.ts';
import { serverShows } from '../../src/cli/generate/server-shows.ts';
import { REJECTED_TOPIC } from '../../src/model/record-format.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';
import { removeDir, temporaryDir } from '../support/lakegate.ts';
import { logVersion, openLoadingBench } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';
import { until } from '../support/until.ts';
import { DrivenProduct } from './driven-product.ts';
import { expectRawAsSent } from './expect-raw-as-sent.ts';
import {
  type JournalingProducer,
  journalingProducer,
  KINDS,
  NOTHING,
  sendAll,
  wholeRange,
} from './journaling-producer.ts';
import { type Kill, killSchedule } from './kill-schedule.ts';

const EVENTS = Number(process.env.CRASH_EVENTS ?? 40_000);
const KILLS = Number(process.env.CRASH_KILLS ?? 8);
const SEED = process.env.CRASH_SEED ?? String(Date.now());

const dir = temporaryDir();
let product: DrivenProduct;
afterAll(async () => {
  // Gone already where all went well.
  await product?.kill('tree');
  removeDir(dir);
});

test(`killed ${KILLS} times under ${EVENTS} events, nothing acknowledged is lost and nothing is counted twice`, async () => {
  console.log(`CRASH_SEED=${SEED} CRASH_EVENTS=${EVENTS} CRASH_KILLS=${KILLS}`);
  product = new DrivenProduct({ LAKEGATE_DATA_DIR: join(dir, 'data') });
  await product.ready();
  const journal = await ClientJournal.open(join(dir, 'journal'));
  const producers = KINDS.map((kind) =>
    journalingProducer({ kind, url: () => product.url, journal, seed: SEED, events: EVENTS }),
  );
  const progress = { sent: 0 };
  const sending = Promise.all(producers.map((producer) => sendAll(producer, progress)));
  const killing = killAllOf(killSchedule(SEED, KILLS), product, progress);
  await Promise.all([sending, killing]);
  await journal.close();

  for (const { kind, totals, version } of producers) {
    const after = await serverShows(product.url, kind, { ...wholeRange(), atLeast: version });
    expect(compareTotals(totals, NOTHING, after).filter(({ equal }) => !equal)).toEqual([]);
  }
  expect(await product.stop()).toBe(0);
  expect(product.unexpectedEnds).toEqual([]);
  await compareTables(producers);
  const starts = product.startMs.map((ms) => Math.round(ms)).sort((a, b) => a - b);
  console.log(`ready again after ms: median ${starts[starts.length >> 1]}, most ${starts.at(-1)}`);
});

async function killAllOf(
  schedule: readonly Kill[],
  product: DrivenProduct,
  progress: { readonly sent: number },
): Promise<void> {
  for (const kill of schedule) {
    await until(() => progress.sent >= kill.atShare * EVENTS, SENDING_MS_MAX);
    await sleep(kill.delayMs);
    await product.kill(kill.victim);
    if (kill.victim !== 'engine') product.launch();
    if (kill.againAfterMs !== null) {
      await sleep(kill.againAfterMs);
      await product.kill(kill.victim);
      if (kill.victim !== 'engine') product.launch();
    }
    await product.ready();
  }
}

/** The product is stopped: a log, a loader and an engine of the test's own on the same files bring in what is left, and say what is there. */
async function compareTables(producers: readonly JournalingProducer[]): Promise<void> {
  const kinds = producers.map(({ kind }) => kind);
  const bench = await openLoadingBench({ dir: join(dir, 'data'), kinds: kinds.map(({ singular }) => singular) });
  const { warehouse } = bench.test;
  try {
    const topics = [...kinds.map(({ plural }) => plural), REJECTED_TOPIC];
    await bench.loader.progress.waitFor(await logVersion(bench.log, topics), 60_000);
    for (const { kind, totals } of producers) {
      await expectRawAsSent(warehouse, kind, join(dir, 'journal'));
      const { admitted } = totals;
      expect(await rawCounts(warehouse, kind)).toEqual({ rows: admitted, positions: admitted, ids: admitted });
    }
    expect(await differencesFromRaw(warehouse, kinds)).toEqual([]);
    const refused = new Set(producers.flatMap((producer) => [...producer.refused]));
    const kept = await refusedKept(warehouse);
    expect(
      [...refused].filter((line) => !kept.has(line)),
      'refused and not kept',
    ).toEqual([]);
    expect(
      [...kept].filter((line) => !refused.has(line)),
      'kept as refused and was right',
    ).toEqual([]);
  } finally {
    await bench.stop();
  }
}

/** A request that was sent again is refused again: each text once is what can be compared. */
async function refusedKept(warehouse: Warehouse): Promise<ReadonlySet<string>> {
  const { rows } = await warehouse.query<{ payload: string }>(`SELECT DISTINCT payload FROM ${DATABASE}.rejected`);
  return new Set(rows.map(({ payload }) => payload));
}

/** The full form sends for half an hour on a slow machine. */
const SENDING_MS_MAX = 6 * 3_600_000;
