import { describe, expect, test } from 'vitest';
import { tenantOf, watermarkOf } from '../../../src/model/record-format.ts';
import { decodeOutput } from '../../../src/model/streams/decode-output.ts';
import { encodeOutput, type OutputFacts } from '../../../src/model/streams/encode-output.ts';
import type { Output } from '../../../src/model/streams/output.ts';

const FACTS: OutputFacts = {
  tenant: 'acme "x"',
  job: 'two-large-payments',
  jobVersion: 3,
  shadow: false,
  key: 'ada/ü',
  watermarkMs: 1_795_263_990_000,
  receivedAtMs: 1_795_264_000_123,
};

const EVENT = {
  topic: 'transactions',
  partition: 3,
  offset: 9_007_199_254_740_993n,
  id: 't-"7"',
  timeUs: 1_795_264_000_000_001,
  members: { id: 't-"7"', userId: 'ada', amount: '1250.0001', merchant: null, count: 3 },
};

const OUTPUTS: readonly Output[] = [
  {
    stream: 'sessions',
    record: {
      id: 's-1',
      userId: 'ada',
      startUs: 1_795_264_000_000_001,
      endUs: 1_795_264_900_000_000,
      open: true,
      activities: 5,
      pageViews: 2,
      pages: ['/', '/cart?a="b"'],
      entryPage: '/',
      exitPage: null,
      revision: 1,
      mergedInto: null,
    },
  },
  {
    stream: 'alerts',
    record: { id: 'a-1', reason: 'two payments', matchedAtUs: EVENT.timeUs, events: [EVENT, EVENT] },
  },
  {
    stream: 'results',
    record: {
      startUs: 1_795_264_000_000_000,
      endUs: 1_795_264_060_000_000,
      revision: 0,
      values: { amountSum: '12.5' },
    },
  },
  { stream: 'late', record: { event: EVENT, missedEndUs: 1_795_264_060_000_000, corrected: true } },
];

describe('a record that a job wrote', () => {
  for (const output of OUTPUTS) {
    test(`of ${output.stream} is read back as it was written, to the last digit`, () => {
      const { value } = encodeOutput(output, FACTS);
      expect(decodeOutput(output.stream, value)).toEqual({ output, facts: FACTS });
    });

    test(`of ${output.stream} has the head that every record has`, () => {
      const { value, key } = encodeOutput(output, FACTS);
      expect(tenantOf(value)).toBe(FACTS.tenant);
      expect(watermarkOf(value)).toBe(FACTS.watermarkMs);
      expect(key).toBe('acme "x"/ada/ü');
    });
  }

  test('is the same bytes whatever order its maker put the members in', () => {
    const [session] = OUTPUTS;
    if (session?.stream !== 'sessions') throw new Error('the first is a session');
    const turned = Object.fromEntries(Object.entries(session.record).reverse()) as unknown as typeof session.record;
    const bytes = encodeOutput({ stream: 'sessions', record: turned }, FACTS).value;
    expect(Buffer.from(bytes).toString()).toBe(Buffer.from(encodeOutput(session, FACTS).value).toString());
  });

  test('tells the log when in event time it was, and of a late event when it was received', () => {
    const timesMs = OUTPUTS.map((output) => encodeOutput(output, FACTS).timeMs);
    expect(timesMs).toEqual([1_795_264_000_000, 1_795_264_000_000, 1_795_264_000_000, FACTS.receivedAtMs]);
  });

  test('before there is a watermark has none', () => {
    for (const output of OUTPUTS) {
      const { value } = encodeOutput(output, { ...FACTS, watermarkMs: null });
      expect(decodeOutput(output.stream, value).facts.watermarkMs).toBeNull();
    }
  });
});
