import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { BulkClient } from '../../src/cli/generate/bulk-client.ts';
import { ClientJournal, readJournal } from '../../src/cli/generate/client-journal.ts';
import { compareTotals } from '../../src/cli/generate/compare-totals.ts';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { ExpectedTotals } from '../../src/cli/generate/expected-totals.ts';
import { mergedVersion } from '../../src/cli/generate/merged-version.ts';
import { nextRandom, seedBits } from '../../src/cli/generate/random.ts';
import { type ServerShows, serverShows } from '../../src/cli/generate/server-shows.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { REJECTED_TOPIC } from '../../src/model/record-format.ts';
import { rawTable } from '../../src/model/tables/tables.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';
import { removeDir, temporaryDir } from '../support/lakegate.ts';
import { logVersion, openLoadingBench } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';
import { until } from '../support/until.ts';
import { DrivenProduct } from './driven-product.ts';
import { type Kill, killSchedule } from './kill-schedule.ts';

const EVENTS = Number(process.env.CRASH_EVENTS ?? 40_000);
const KILLS = Number(process.env.CRASH_KILLS ?? 8);
const SEED = process.env.CRASH_SEED ?? String(Date.now());

/** One with a simple id, one with a composite id, one with a text column: what differs in the tables between kinds. */
const KINDS = ['transactions', 'ratings', 'logLines'];
const MODEL = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const SHARES = { duplicates: 0.02, conflicts: 0.005, late: 0.02, future: 0.002, tooOld: 0.002, broken: 0.005 };
/** Ends before now, so that nothing is in the future however slow the run is; a few hours, so that several partitions are touched. */
const SPAN_MS = 30 * 3_600_000;

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
  const producers = MODEL.kinds
    .filter(({ plural }) => KINDS.includes(plural))
    .map((kind) => producerOf(kind, product, journal));
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

interface Producer {
  readonly kind: KindModel;
  readonly generator: EventGenerator;
  readonly totals: ExpectedTotals;
  readonly client: BulkClient;
  readonly journal: ClientJournal;
  /** The text of everything that must be in `rejected`, each once. */
  readonly refused: Set<string>;
  version: string | null;
}

function producerOf(kind: KindModel, product: DrivenProduct, journal: ClientJournal): Producer {
  const count = EVENTS / KINDS.length;
  const generator = new EventGenerator({
    kind,
    enums: MODEL.enums,
    seed: `${SEED}/${kind.plural}`,
    timeline: { startMs: Date.now() - SPAN_MS, stepMs: SPAN_MS / count },
    shares: SHARES,
  });
  // Ten minutes: many times the longest recovery. Whoever needs longer is found, not waited for.
  const client = new BulkClient({ url: () => product.url, singular: kind.singular, patienceMs: 600_000 });
  return { kind, generator, totals: new ExpectedTotals(generator), client, journal, refused: new Set(), version: null };
}

/** Batches of 1 to 300 events: every id is on the producer's disk before it is sent, and the verdict after. */
async function sendAll(producer: Producer, progress: { sent: number }): Promise<void> {
  const { kind, generator, totals, journal, client } = producer;
  const count = Math.floor(EVENTS / KINDS.length);
  const item = generator.item();
  let bits = seedBits(`${SEED}/${kind.plural}/batches`);
  for (let next = 0; next < count; ) {
    bits = nextRandom(bits);
    const end = Math.min(count, next + 1 + (bits % 300));
    const size = end - next;
    const ids = new Set<string>();
    let lines = '';
    for (; next < end; next++) {
      totals.take(generator.make(next, item));
      lines += `${item.line}\n`;
      if (item.verdict === 'ADMITTED' && item.id !== null) ids.add(item.id);
      if (item.verdict !== 'ADMITTED' && item.verdict !== 'DUPLICATE') producer.refused.add(item.line);
    }
    await journal.sending(kind.plural, [...ids]);
    const answer = await client.send(lines);
    await journal.answered(
      kind.plural,
      [...ids].map((id) => ({ id, verdict: 'ADMITTED' })),
    );
    producer.version = mergedVersion(producer.version, answer.version);
    progress.sent += size;
  }
}

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
async function compareTables(producers: readonly Producer[]): Promise<void> {
  const kinds = producers.map(({ kind }) => kind);
  const bench = await openLoadingBench({ dir: join(dir, 'data'), kinds: kinds.map(({ singular }) => singular) });
  const { warehouse } = bench.test;
  try {
    const topics = [...kinds.map(({ plural }) => plural), REJECTED_TOPIC];
    await bench.loader.progress.waitFor(await logVersion(bench.log, topics), 60_000);
    for (const { kind, totals } of producers) {
      const { sent, acknowledged } = await readJournal(join(dir, 'journal'), kind.plural);
      const raw = await idsInRaw(warehouse, kind);
      expect(
        [...acknowledged].filter((id) => !raw.has(id)),
        'acknowledged and lost',
      ).toEqual([]);
      expect(
        [...raw].filter((id) => !sent.has(id)),
        'in raw and never sent',
      ).toEqual([]);
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

async function idsInRaw(warehouse: Warehouse, kind: KindModel): Promise<ReadonlySet<string>> {
  const { rows } = await warehouse.query<{ id: string }>(`SELECT _id AS id FROM ${DATABASE}.${rawTable(kind)}`);
  return new Set(rows.map(({ id }) => id));
}

/** A request that was sent again is refused again: each text once is what can be compared. */
async function refusedKept(warehouse: Warehouse): Promise<ReadonlySet<string>> {
  const { rows } = await warehouse.query<{ payload: string }>(`SELECT DISTINCT payload FROM ${DATABASE}.rejected`);
  return new Set(rows.map(({ payload }) => payload));
}

/** The full form sends for half an hour on a slow machine. */
const SENDING_MS_MAX = 6 * 3_600_000;

const NOTHING: ServerShows = { groups: new Map(), ledger: { expected: 0, seen: 0, gaps: 0, duplicates: 0 } };

function wholeRange(): { readonly fromMs: number; readonly toMs: number } {
  const hour = 3_600_000;
  const now = Math.ceil(Date.now() / hour) * hour;
  return { fromMs: now - SPAN_MS - 24 * hour, toMs: now };
}
