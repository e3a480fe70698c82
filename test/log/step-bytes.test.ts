import { expect, test } from 'vitest';
import { decodeRecords, sealBatch } from '../../src/log/embedded/batch-format.ts';
import { SpareBytes } from '../../src/log/embedded/spare-bytes.ts';
import { decodeStep, encodeStep } from '../../src/log/embedded/step-bytes.ts';

const recordsOf = (topic: string, count: number, valueBytes: number) =>
  Array.from({ length: count }, (_, at) => ({
    key: `default/ü-${at}`,
    timeMs: 1_795_264_000_000.5 + at,
    value: Buffer.alloc(valueBytes, `${topic}-${at}|`),
  }));

/** Large enough for two batches, one record, and none. */
const APPENDS = [
  { topic: 'sessions', partition: 2, records: recordsOf('sessions', 1_500, 1_024) },
  { topic: 'straße', partition: 0, records: recordsOf('straße', 1, 0) },
  { topic: 'late', partition: 1, records: [] },
];
const PUTS = new Map([
  ['sdefault/ada', Buffer.from('state')],
  ['tö', Buffer.alloc(0)],
  ['gone', null],
]);

test('what a step writes is the same on the other thread, in the same order', () => {
  const { appends, puts } = decodeStep(encodeStep({ appends: APPENDS, puts: PUTS }, (bytes) => new ArrayBuffer(bytes)));
  expect(appends.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual([
    'sessions/2',
    'sessions/2',
    'straße/0',
  ]);
  expect(recordsIn(appends)).toEqual(APPENDS.flatMap(({ records }) => records).map(inWords));
  expect([...puts]).toEqual([...PUTS]);
});

test('bytes that came back carry the next step, and nothing of the one before is seen in it', () => {
  const spare = new SpareBytes();
  const first = encodeStep({ appends: APPENDS, puts: PUTS }, (bytes) => spare.take(bytes));
  spare.giveBack(first);
  const appends = [{ topic: 'alerts', partition: 3, records: recordsOf('alerts', 3, 10) }];
  const second = encodeStep({ appends, puts: new Map([['a', null]]) }, (bytes) => spare.take(bytes));
  expect(second).toBe(first);
  const decoded = decodeStep(second);
  expect(recordsIn(decoded.appends)).toEqual(appends.flatMap(({ records }) => records).map(inWords));
  expect([...decoded.puts]).toEqual([['a', null]]);
});

test('bytes that are too small for a step, or larger than steps are, are let go', () => {
  const spare = new SpareBytes();
  spare.giveBack(new ArrayBuffer(16));
  expect(spare.take(17).byteLength).toBeGreaterThanOrEqual(17);
  const large = new ArrayBuffer(64 * 1024 * 1024);
  spare.giveBack(large);
  expect(spare.take(1)).not.toBe(large);
});

function recordsIn(appends: ReturnType<typeof decodeStep>['appends']) {
  return appends.flatMap(({ batch, recordCount }) => {
    const header = { topicNumber: 3, partition: 2, baseOffset: 7n, recordCount, appendedAtMs: 1_795_264_000_123 };
    return decodeRecords(sealBatch(batch, header), header, 0).map(inWords);
  });
}

/** To compare thousands of buffers byte by byte takes the runner of tests a minute. */
function inWords({
  key,
  timeMs,
  value,
}: {
  readonly key: string;
  readonly timeMs: number;
  readonly value: Uint8Array;
}) {
  return `${key} ${timeMs} ${Buffer.from(value).toString('latin1')}`;
}
