import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAnswerOfLog } from '../support/answer-of-log.ts';
import { InsistentWriter } from '../support/insistent-writer.ts';
import { graphql, type LakegateProcess, removeDir, startLakegateProcess, temporaryDir } from '../support/lakegate.ts';
import { randomFrom } from '../support/random.ts';
import { AddedReader, PAYMENTS_QUERY, type PaymentRow, PaymentsReader } from '../support/resuming-reader.ts';
import { until } from '../support/until.ts';

/** A long run: LAKEGATE_TEST_KILLS=30, with other losses for each LAKEGATE_TEST_SEED. */
const KILLS = Number(process.env.LAKEGATE_TEST_KILLS ?? 2);
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
const WRITES_BETWEEN = 30;
const WRITES_MORE_MAX = 200;

const dataDir = temporaryDir();
let lakegate: LakegateProcess | null = null;

beforeAll(start);

afterAll(async () => {
  await lakegate?.stop();
  removeDir(dataDir);
});

async function start(): Promise<void> {
  lakegate = await startLakegateProcess({ env: { LAKEGATE_DATA_DIR: dataDir } });
}

/** Nobody is there between a kill and the next start. */
function urls(): readonly string[] {
  return lakegate === null ? [] : [lakegate.url];
}

test(
  'over lost connections and SIGKILL of the server, readers with cursors see every acknowledged event once, have after each message what its version says, and end at what the query answers',
  async () => {
    const reading = (seed: number) => ({ urls, random: randomFrom(seed), lossOneIn: 2 });
    const added = [0, 1, 2].map((index) => new AddedReader(reading(SEED + index)));
    const payments = [3, 4, 5].map((index) => new PaymentsReader(reading(SEED + index)));
    const readers = [...added, ...payments];
    for (const reader of readers) reader.start();
    await until(() => readers.every(({ cursor }) => cursor !== null));

    const random = randomFrom(SEED);
    const writer = new InsistentWriter('live', urls, random);
    for (let kill = 0; kill <= KILLS; kill++) {
      const killAt = random(WRITES_BETWEEN);
      let killed: Promise<void> | null = null;
      for (let write = 0; write < WRITES_BETWEEN; write++) {
        if (kill < KILLS && write === killAt) killed = killAndStart();
        await writer.write(1 + random(20));
      }
      await killed;
    }
    const met = () =>
      readers.reduce((sum, { losses }) => sum + losses, 0) > 2 * readers.length &&
      payments.some(({ resumedHere }) => resumedHere.PATCH > 0) &&
      payments.some(({ resumedElsewhere }) => resumedElsewhere.SNAPSHOT > 0);
    // A property that is never reached proves nothing. On a busy machine few messages carry many writes: written on until all of it was met.
    for (let write = 0; write < WRITES_MORE_MAX && !met(); write++) {
      await writer.write(1 + random(20));
      await until(() => payments.every((each) => countOf(each) >= writer.acknowledged.length));
    }
    expect(met()).toBe(true);

    const sent = [...writer.acknowledged].sort();
    await until(() => readers.every((each) => countOf(each) >= sent.length), 60_000);
    for (const reader of readers) await reader.stop();
    for (const { ids, skipped } of added) {
      expect([...ids].sort()).toEqual(sent);
      expect(skipped).toEqual([]);
    }
    const [logged] = added;
    for (const { states } of payments) {
      expect(states.filter((state) => !isAnswerOfLog(state, logged?.payments ?? []))).toEqual([]);
    }
    const answer = await ask(writer.version);
    for (const { rows } of payments) expect(rows).toEqual(answer);
    for (const { refusals } of readers) expect(refusals).toEqual([]);
    expect(payments.map(({ resumedElsewhere }) => resumedElsewhere.PATCH)).toEqual(payments.map(() => 0));
  },
  120_000 + KILLS * 60_000,
);

test('the share of questions that the cache answered is of what was asked once: live questions are counted apart', async () => {
  const before = await cacheFigures();
  const reader = new PaymentsReader({ urls, random: randomFrom(SEED), lossOneIn: 1_000_000 });
  reader.start();
  await until(() => reader.cursor !== null);
  const writer = new InsistentWriter('apart', urls, randomFrom(SEED));
  for (let write = 0; write < 3; write++) {
    const known = reader.count;
    await writer.write(2);
    await until(() => reader.count >= known + 2, 30_000);
  }
  await reader.stop();
  const after = await cacheFigures();
  expect([after.hits, after.misses]).toEqual([before.hits, before.misses]);
  expect(after.liveMisses).toBeGreaterThan(before.liveMisses);
});

async function cacheFigures() {
  const text = await (await fetch(`${lakegate?.url}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^lakegate_cache_${name}_total (\\d+)$`, 'm').exec(text)?.[1]);
  return { hits: figure('hits'), misses: figure('misses'), liveMisses: figure('live_misses') };
}

function countOf(reader: AddedReader | PaymentsReader): number {
  return reader instanceof AddedReader ? reader.ids.length : reader.count;
}

async function killAndStart(): Promise<void> {
  const killed = lakegate;
  lakegate = null;
  await killed?.kill();
  await start();
}

async function ask(atLeast: string | null): Promise<ReadonlyMap<string, PaymentRow>> {
  const { data } = await graphql<{ transactionMetrics: { rows: readonly PaymentRow[] } }>(
    lakegate?.url ?? '',
    PAYMENTS_QUERY,
    { atLeast },
  );
  return new Map(data.transactionMetrics.rows.map((row) => [row.id, row]));
}
