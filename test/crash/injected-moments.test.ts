import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { nextRandom, seedBits } from '../../src/cli/generate/random.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { logKey, recordHead } from '../../src/model/record-format.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { canCompile, KillOnOrder } from '../support/kill-on-order.ts';
import { type LoadingBench, logVersion, openLoadingBench } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';

/**
 * The engine is killed at a chosen moment of the insert of one batch: at each write to a deduplication log and each rename of a part. Between the
 * two of one table its own deduplication takes the repeated insert for done although the rows are lost; random kills find that once in a
 * hundred. CRASH_MOMENTS=all takes every moment, CRASH_MENDING=all every moment of every mending; a number that many, which the seed picks.
 */
const SEED = process.env.CRASH_SEED ?? String(Date.now());
const INSERT_MOMENTS = countOf(process.env.CRASH_MOMENTS ?? '24');
const MENDING_KILLS = countOf(process.env.CRASH_MENDING ?? '8');

const BATCH_ROWS = 300;
/** Every batch goes over midnight, so into two partitions of raw. */
const MIDNIGHT_MS = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const HOUR_MS = 3_600_000;
const STEP_MS = (2 * HOUR_MS) / BATCH_ROWS;

describe.skipIf(!canCompile())('an engine killed at a chosen moment (needs gcc)', () => {
  const kill = canCompile() ? new KillOnOrder() : null;
  let bench: LoadingBench;
  let insertMoments = 0;
  const mended = new Set<string>();

  beforeAll(async () => {
    console.log(`CRASH_SEED=${SEED}`);
    bench = await openLoadingBench({
      kinds: ['transaction'],
      engine: { extraEnv: order().extraEnv, patienceMs: 60_000 },
      loader: { logger: { warn: (facts) => noteMended(facts) } },
    });
    await loadOneBatch(bench);
    insertMoments = await momentsOf(() => loadOneBatch(bench));
    console.log(`the insert of one batch has ${insertMoments} moments`);
  }, 120_000);
  afterAll(async () => {
    await bench?.stop();
    kill?.remove();
  });

  test('of an insert: every table ends as the log says', async () => {
    expect(insertMoments).toBeGreaterThan(10);
    for (const moment of chosen(insertMoments, INSERT_MOMENTS, 'insert')) {
      await untilSteady(bench);
      const kills = await killed(bench, [moment], () => loadOneBatch(bench));
      await expectEqualToLog(bench, `killed at moment ${moment} of an insert`);
      expect(kills).toBe(1);
    }
    // Had the engine lost nothing by itself, the test would prove nothing. Every second moment loses rows of one table: of few, one is among them.
    expect(mended.size).toBeGreaterThan(INSERT_MOMENTS >= insertMoments ? 2 : 0);
  });

  test('of the mending after it: every table ends as the log says', async () => {
    let done = 0;
    let bits = seedBits(`${SEED}/mending`);
    for (const moment of chosen(insertMoments, MENDING_KILLS, 'first')) {
      // Of all moments of one mending in turn; of a few, one that is likely to be there.
      const isAll = Number.isFinite(MENDING_KILLS) === false;
      bits = nextRandom(bits);
      for (let mending = isAll ? 1 : 1 + (bits % MENDING_MOMENTS_USUAL); ; mending++) {
        await untilSteady(bench);
        const kills = await killed(bench, [moment, mending], () => loadOneBatch(bench));
        await expectEqualToLog(bench, `killed at moment ${moment} of an insert and ${mending} of the mending`);
        done += kills;
        if (kills < 2 || !isAll) break;
      }
    }
    expect(done).toBeGreaterThan(0);
    console.log(`${done} kills`);
  });

  function noteMended(facts: object): void {
    if ('tables' in facts && Array.isArray(facts.tables)) for (const table of facts.tables) mended.add(String(table));
  }

  function order(): KillOnOrder {
    if (kill === null) throw new Error('these tests are skipped where there is no compiler');
    return kill;
  }

  async function momentsOf(work: () => Promise<void>): Promise<number> {
    order().count();
    await work();
    order().forget();
    return order().moments().length;
  }

  /** One moment an engine process: the first is killed at the first, the one that comes after it at the second. How many were reached. */
  async function killed(on: LoadingBench, moments: readonly number[], work: () => Promise<void>): Promise<number> {
    const [first = 1, ...later] = moments;
    let kills = 0;
    const stopListening = on.test.warehouse.onState(({ state }) => {
      if (state !== 'down') return;
      const next = later[kills++];
      if (next === undefined) order().forget();
      else order().at(next);
    });
    order().at(first);
    await work();
    stopListening();
    order().forget();
    return kills;
  }
});

/** Mending after most kills writes at least this often. */
const MENDING_MOMENTS_USUAL = 12;

let indexNext = 0;

/** Appends to the log, and waits until the loader says that it is in every table. */
async function loadOneBatch(bench: LoadingBench): Promise<void> {
  const kind = onlyKind(bench);
  const generator = new EventGenerator({
    kind,
    enums: new Map([[STATUS, { name: STATUS, description: null, values: ['CAPTURED', 'DECLINED'].map(named) }]]),
    seed: SEED,
    // From an hour before midnight to an hour after, whichever batch it is.
    timeline: { startMs: MIDNIGHT_MS - HOUR_MS - indexNext * STEP_MS, stepMs: STEP_MS },
  });
  const item = generator.item();
  const records = Array.from({ length: BATCH_ROWS }, () => {
    generator.make(indexNext++, item);
    const timeMs = Math.floor(item.timeUs / 1000);
    const head = {
      tenant: 'default',
      timeUs: BigInt(item.timeUs),
      receivedAtMs: timeMs,
      watermarkMs: MIDNIGHT_MS,
      sequence: null,
      compositeId: null,
    };
    const key = logKey('default', String(JSON.parse(item.line)[kind.keyField]));
    return { key, timeMs, value: Buffer.from(recordHead(head) + item.line.slice(1)) };
  });
  await bench.log.append(kind.plural, records);
  await bench.loader.progress.waitFor(await logVersion(bench.log, [kind.plural]), 60_000);
}

const STATUS = 'TransactionStatus';

function named(name: string): { readonly name: string; readonly description: null } {
  return { name, description: null };
}

async function expectEqualToLog(bench: LoadingBench, when: string): Promise<void> {
  const kind = onlyKind(bench);
  const ends = await bench.log.ends(kind.plural);
  const inLog = ends.reduce((sum, { first, next }) => sum + Number(next - first), 0);
  const { warehouse } = bench.test;
  expect(await rawCounts(warehouse, kind), when).toEqual({ rows: inLog, positions: inLog, ids: inLog });
  expect(await differencesFromRaw(warehouse, [kind]), when).toEqual([]);
  const { rows } = await warehouse.query<{ seen: string; distinct: string }>(
    `SELECT sum(rows) AS seen, sum(lastOffset - firstOffset + 1) AS distinct FROM ${DATABASE}.ledger WHERE topic = {topic:String}`,
    { params: { topic: kind.plural } },
  );
  expect(rows, when).toEqual([{ seen: String(inLog), distinct: String(inLog) }]);
}

/** An engine that ends soon after it came up is started more slowly each time; that is tested elsewhere and would only cost time here. */
async function untilSteady(bench: LoadingBench): Promise<void> {
  await bench.test.warehouse.query('SELECT 1');
  await sleep(STEADY_MS);
}

const STEADY_MS = 2_100;

/** The moments of 1 to `count` to take: all, or as many as wanted, spread evenly with a seeded start. */
function chosen(count: number, wanted: number, purpose: string): readonly number[] {
  if (wanted >= count) return Array.from({ length: count }, (_, at) => at + 1);
  const start = seedBits(`${SEED}/${purpose}`) % count;
  const picked = Array.from({ length: wanted }, (_, at) => 1 + ((start + Math.floor((at * count) / wanted)) % count));
  return picked.sort((a, b) => a - b);
}

function onlyKind(bench: LoadingBench): KindModel {
  const [kind] = bench.kinds;
  if (kind === undefined) throw new Error('the bench was opened with a kind');
  return kind;
}

function countOf(wanted: string): number {
  return wanted === 'all' ? Number.POSITIVE_INFINITY : Number(wanted);
}
