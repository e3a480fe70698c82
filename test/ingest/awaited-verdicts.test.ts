import { describe, expect, test } from 'vitest';
import { AwaitedVerdicts } from '../../src/ingest/kafka/awaited-verdicts.ts';
import { decodeVerdicts, encodeVerdicts, type VerdictRecord } from '../../src/ingest/kafka/verdict-record.ts';

const LONG_MS = 60_000;

function verdicts(made: Partial<VerdictRecord>): VerdictRecord {
  return { topic: 'transactions', partition: 0, admitted: [], duplicates: [], conflicts: [], rejections: [], ...made };
}

/** In `.in`. */
function places(partition: number, ...offsets: readonly bigint[]) {
  return offsets.map((offset) => ({ topic: 'transactions.in', partition, offset }));
}

describe('a gateway that waits for verdicts', () => {
  test('has each where its event was sent, whatever the order in which they come', async () => {
    const awaited = new AwaitedVerdicts();
    const sent = [...places(0, 10n, 11n, 12n), ...places(1, 10n, 11n)];
    const waiting = awaited.await(awaited.begin(), sent, 'transactions', LONG_MS);
    const rejection = { code: 'NOT_JSON', pointer: '', expected: 'JSON', got: null } as const;
    awaited.take(verdicts({ partition: 1, conflicts: [{ at: 11n, first: 2n }], rejections: [{ at: 10n, rejection }] }));
    awaited.take(verdicts({ topic: 'ratings', admitted: [{ at: 10n, first: 500n, count: 3 }] }));
    awaited.take(verdicts({ duplicates: [{ at: 12n, first: 3n }], admitted: [{ at: 10n, first: 50n, count: 2 }] }));
    const at = (partition: number, offset: bigint) => ({ topic: 'transactions', partition, offset });
    expect(await waiting).toEqual([
      { decided: 'admitted', position: at(0, 50n) },
      { decided: 'admitted', position: at(0, 51n) },
      { decided: 'duplicate', position: at(0, 3n) },
      { decided: 'rejected', rejection },
      { decided: 'conflict', position: at(1, 2n) },
    ]);
  });

  test('has those too that came before it knew where its events lie', async () => {
    const awaited = new AwaitedVerdicts();
    const append = awaited.begin();
    awaited.take(verdicts({ admitted: [{ at: 10n, first: 50n, count: 1 }] }));
    expect(await awaited.await(append, places(0, 10n), 'transactions', LONG_MS)).toMatchObject([
      { decided: 'admitted' },
    ]);
  });

  test('goes on without those that did not come in time, and drops what nobody waits for', async () => {
    const awaited = new AwaitedVerdicts();
    awaited.take(verdicts({ admitted: [{ at: 10n, first: 50n, count: 1 }] }));
    const decided = await awaited.await(awaited.begin(), places(0, 10n, 11n), 'transactions', 1);
    expect(decided).toEqual([null, null]);
    awaited.take(verdicts({ admitted: [{ at: 10n, first: 50n, count: 2 }] }));
    expect(decided).toEqual([null, null]);
  });

  test('keeps an early verdict for as long as an append that was under way then, and no longer', async () => {
    const awaited = new AwaitedVerdicts();
    const failing = awaited.begin();
    const slow = awaited.begin();
    awaited.take(verdicts({ admitted: [{ at: 10n, first: 50n, count: 1 }] }));
    const later = awaited.begin();
    awaited.forget(failing);
    expect(await awaited.await(slow, places(0, 10n), 'transactions', LONG_MS)).toMatchObject([{ decided: 'admitted' }]);
    expect(await awaited.await(later, places(0, 10n), 'transactions', 1)).toEqual([null]);
  });

  test('waits no longer when it is closed', async () => {
    const awaited = new AwaitedVerdicts();
    const waiting = awaited.await(awaited.begin(), places(0, 10n), 'transactions', LONG_MS);
    awaited.close();
    expect(await waiting).toEqual([null]);
  });
});

test('verdicts come back as they were written, and those of another version are nobody’s', () => {
  const rejection = { code: 'OUT_OF_RANGE', pointer: '/amount', expected: 'at least 1', got: '0' } as const;
  const record = verdicts({
    partition: 3,
    admitted: [{ at: 2n ** 60n, first: 2n ** 61n + 1n, count: 7 }],
    duplicates: [{ at: 1n, first: 2n }],
    conflicts: [{ at: 3n, first: 4n }],
    rejections: [{ at: 5n, rejection }],
  });
  expect(decodeVerdicts(encodeVerdicts(record))).toEqual(record);
  expect(decodeVerdicts(Buffer.from('{"version":2}'))).toBeNull();
});
