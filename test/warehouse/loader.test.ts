import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoadingBench, logVersion, openLoadingBench, randomTransactions } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';

let bench: LoadingBench;

beforeAll(async () => {
  bench = await openLoadingBench({ kinds: ['transaction'] });
}, 60_000);
afterAll(() => bench.stop());

describe('the loader', () => {
  test('what was appended is in raw and in every rollup once waitFor returns', async () => {
    await bench.log.append('transactions', randomTransactions(5_000));
    await bench.loader.progress.waitFor(await logVersion(bench.log, ['transactions']), 20_000);
    const [kind] = bench.kinds;
    if (kind === undefined) throw new Error('no kind');
    expect(await rawCounts(bench.test.warehouse, kind)).toEqual({ rows: 5_000, positions: 5_000, ids: 5_000 });
    expect(await differencesFromRaw(bench.test.warehouse, bench.kinds)).toEqual([]);
  });
});
