import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LedgerReading, readLedger } from '../../src/warehouse/ledger.ts';
import { type LoadingBench, logVersion, openLoadingBench, randomTransactions } from '../support/loading.ts';

const TOPICS = ['transactions'];
let bench: LoadingBench;

beforeAll(async () => {
  bench = await openLoadingBench({ kinds: ['transaction'] });
  await bench.log.append('transactions', randomTransactions(1000));
  await bench.loader.progress.waitFor(await logVersion(bench.log, TOPICS), 20_000);
});
afterAll(() => bench.stop());

function ledger(appended: { fromMs: number; toMs: number } | null = null): Promise<LedgerReading> {
  const { log, test, loader } = bench;
  return readLedger({ log, warehouse: test.warehouse, progress: loader.progress }, { topics: TOPICS, appended });
}

/** The next millisecond, so that what was appended before and what comes after lie on two sides of it. */
async function laterMs(nowMs: number): Promise<number> {
  while (Date.now() === nowMs) await new Promise(setImmediate);
  return Date.now();
}

/** The ledger as if other rows had been written: [partition, first, last, rows]. */
async function pretendLedger(rows: readonly (readonly [number, bigint, bigint, bigint])[]): Promise<void> {
  const values = rows.map(
    ([partition, first, last, events]) => `('transactions', ${partition}, ${first}, ${last}, ${events})`,
  );
  await bench.test.warehouse.command('TRUNCATE TABLE lakegate.ledger');
  await bench.test.warehouse.command(
    `INSERT INTO lakegate.ledger (topic, _partition, firstOffset, lastOffset, rows) VALUES ${values.join(', ')}`,
  );
}

describe('the ledger', () => {
  test('everything that is loaded is expected and seen, without gaps or duplicates', async () => {
    const { expected, seen, gaps, duplicates, partitions } = await ledger();
    expect({ expected, seen, gaps, duplicates }).toEqual({ expected: 1000, seen: 1000, gaps: 0, duplicates: 0 });
    expect(partitions.map(({ lag }) => lag)).toEqual([0, 0, 0, 0]);
  });

  test('a range of time counts what was appended in it and nothing else', async () => {
    const fromMs = await laterMs(Date.now());
    await bench.log.append('transactions', randomTransactions(300));
    await bench.loader.progress.waitFor(await logVersion(bench.log, TOPICS), 20_000);
    const toMs = await laterMs(Date.now());
    await bench.log.append('transactions', randomTransactions(50));
    await bench.loader.progress.waitFor(await logVersion(bench.log, TOPICS), 20_000);
    expect(await ledger({ fromMs, toMs })).toMatchObject({ expected: 300, seen: 300, gaps: 0, duplicates: 0 });
    expect(await ledger({ fromMs: 0, toMs: fromMs })).toMatchObject({ expected: 1000, seen: 1000, gaps: 0 });
  });

  describe('when the tables say otherwise', () => {
    let ends: readonly { partition: number; next: bigint }[];
    beforeEach(async () => {
      ends = await bench.log.ends('transactions');
    });

    test('offsets that no row covers are gaps, at the start, between rows and at the end', async () => {
      await pretendLedger(
        ends.map(({ partition, next }) => (partition === 0 ? [0, 3n, 9n, 7n] : [partition, 0n, next - 1n, next])),
      );
      const next = ends[0]?.next ?? 0n;
      const { gaps, duplicates, gapRanges } = await ledger();
      expect({ gaps, duplicates }).toEqual({ gaps: Number(next) - 7, duplicates: 0 });
      expect(gapRanges).toEqual([
        { topic: 'transactions', partition: 0, first: 0n, last: 2n },
        { topic: 'transactions', partition: 0, first: 10n, last: next - 1n },
      ]);
    });

    test('offsets that two rows cover are duplicates, also where one row lies inside an earlier one', async () => {
      await pretendLedger([
        ...ends.map(({ partition, next }) => [partition, 0n, next - 1n, next] as const),
        [1, 5n, 9n, 5n],
      ]);
      const { expected, seen, gaps, duplicates, duplicateRanges } = await ledger();
      expect({ gaps, duplicates }).toEqual({ gaps: 0, duplicates: 5 });
      expect(seen).toBe(expected);
      expect(duplicateRanges).toEqual([{ topic: 'transactions', partition: 1, first: 5n, last: 9n }]);
    });

    test('a row with fewer events than offsets is a gap, one with more is a duplicate', async () => {
      await pretendLedger(
        ends.map(({ partition, next }) => [
          partition,
          0n,
          next - 1n,
          next + (partition === 0 ? -1n : 0n) + (partition === 1 ? 2n : 0n),
        ]),
      );
      expect(await ledger()).toMatchObject({ gaps: 1, duplicates: 2 });
    });
  });
});
