import { afterAll, beforeAll, expect, test } from 'vitest';
import { canCompile, KillOnOrder } from '../support/kill-on-order.ts';
import { type LoadingBench, loadEverything, openLoadingBench, randomTransactions } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';

/*
 * The engine writes an insert's token before it puts the part in place: killed between the two it loses rows in silence, and kills at random
 * hardly ever meet that moment. Here the engine is killed at every one of them.
 */
const TOPIC = 'transactions';
const KILLS = Number(process.env.CRASH_KILLS ?? 60);
/** An odd moment is a token that was written, and no part yet: where not all are asked for, those. */
const EVERY = (process.env.CRASH_MOMENTS ?? 'all') === 'all' ? 1 : 2;

let kill: KillOnOrder;
let bench: LoadingBench;
let events = 0;
let killed = 0;
/** What is to be killed after the kill that comes next. */
let next: number[] = [];
const mended = new Set<string>();

beforeAll(async () => {
  kill = new KillOnOrder();
  bench = await openLoadingBench({
    kinds: ['transaction'],
    engine: { extraEnv: kill.extraEnv },
    loader: { logger: { warn: (facts) => noteMended(facts) } },
  });
  bench.test.engine.onState(({ state }) => {
    if (state !== 'down') return;
    killed++;
    const moment = next.shift();
    if (moment === undefined) kill.forget();
    else kill.at(moment);
  });
  await load(1000);
});
afterAll(async () => {
  await bench.stop();
  kill.remove();
});

test.runIf(canCompile())('killed at each moment of an insert, no table lacks or doubles anything', async () => {
  kill.count();
  await load(200);
  const moments = kill.moments().length;
  expect(moments).toBeGreaterThan(15);
  for (let moment = 1; moment <= moments; moment += EVERY) {
    kill.at(moment);
    await load(200);
    kill.forget();
    await expectExactly(`moment ${moment}`);
  }
  expect(killed).toBeGreaterThan(moments / EVERY / 2);
  // Had nothing been lost, this test would prove nothing.
  expect(mended.size).toBeGreaterThan(2);
});

test.runIf(canCompile())('killed again while it repeats the insert or mends, it ends the same', async () => {
  for (let round = 0; round < KILLS / 2; round++) {
    // A token that was written, and no part yet. Then any of the 32 of the repeated insert and the mending.
    const first = 1 + 2 * (round % 12);
    next = [1 + ((round * 7) % 32), ...(round % 3 === 0 ? [20 + (round % 12)] : [])];
    const moments = [first, ...next].join(', ');
    kill.at(first);
    await load(200);
    next = [];
    kill.forget();
    await expectExactly(`moments ${moments}`);
  }
});

async function load(count: number): Promise<void> {
  events += count;
  await bench.log.append(TOPIC, randomTransactions(count, { spreadMs: 2 * 86_400_000 }));
  await loadEverything(bench, [TOPIC], 120_000);
}

async function expectExactly(when: string): Promise<void> {
  const [kind] = bench.kinds;
  if (kind === undefined) throw new Error('a kind');
  const counts = await rawCounts(bench.test.warehouse, kind);
  expect(counts, when).toEqual({ rows: events, positions: events, ids: events });
  expect(await differencesFromRaw(bench.test.warehouse, bench.kinds), when).toEqual([]);
  const { rows } = await bench.test.warehouse.query(
    `SELECT sum(rows) AS events, sum(lastOffset - firstOffset + 1) AS offsets FROM lakegate.ledger WHERE topic = '${TOPIC}'`,
  );
  expect(rows, when).toEqual([{ events: `${events}`, offsets: `${events}` }]);
}

function noteMended(facts: object): void {
  if ('tables' in facts && Array.isArray(facts.tables)) for (const table of facts.tables) mended.add(String(table));
}
