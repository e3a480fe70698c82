import type { Log, Position } from '../../src/log/log.ts';
import { encodeOutput, type OutputFacts } from '../../src/model/streams/encode-output.ts';
import type {
  AlertOutput,
  LateOutput,
  MatchedEvent,
  Output,
  ResultOutput,
  SessionOutput,
} from '../../src/model/streams/output.ts';
import type { Version } from '../../src/model/version.ts';

/** Puts outputs into the log as a job would, one after another. Gives the version that covers them. */
export async function writeOutputs(
  log: Log,
  outputs: readonly Output[],
  facts: Partial<OutputFacts> = {},
): Promise<Version> {
  const offsets = new Map<string, Map<number, bigint>>();
  for (const output of outputs) {
    const [position] = await log.append(output.stream, [
      encodeOutput(output, { ...FACTS, key: keyOf(output), ...facts }),
    ]);
    if (position !== undefined) cover(offsets, position);
  }
  return { offsets, watermarksMs: new Map() };
}

export const NOON_US = Date.UTC(2026, 10, 21, 12) * 1000;
export const MINUTE_US = 60_000_000;

const FACTS: OutputFacts = {
  tenant: 'default',
  job: 'by-hand',
  jobVersion: 1,
  shadow: false,
  key: '',
  watermarkMs: NOON_US / 1000 - 10_000,
  receivedAtMs: NOON_US / 1000 + 5,
};

function keyOf(output: Output): string {
  return output.stream === 'sessions' ? output.record.userId : 'ada';
}

function cover(offsets: Map<string, Map<number, bigint>>, { topic, partition, offset }: Position): void {
  const ofTopic = offsets.get(topic) ?? new Map<number, bigint>();
  ofTopic.set(partition, offset);
  offsets.set(topic, ofTopic);
}

export function session(id: string, more: Partial<SessionOutput> = {}): Output {
  const record: SessionOutput = {
    id,
    userId: 'ada',
    startUs: NOON_US,
    endUs: NOON_US + 5 * MINUTE_US,
    open: false,
    activities: 4,
    pageViews: 3,
    pages: ['/', '/cart'],
    entryPage: '/',
    exitPage: '/cart',
    revision: 0,
    mergedInto: null,
    ...more,
  };
  return { stream: 'sessions', record };
}

export function alert(id: string, more: Partial<AlertOutput> = {}): Output {
  return {
    stream: 'alerts',
    record: { id, reason: 'two large payments', matchedAtUs: NOON_US, events: [], ...more },
  };
}

export function result(startUs: number, more: Partial<ResultOutput> = {}): Output {
  return {
    stream: 'results',
    record: { startUs, endUs: startUs + MINUTE_US, revision: 0, values: { count: 1, amountSum: '12.5' }, ...more },
  };
}

export function late(event: MatchedEvent, more: Partial<LateOutput> = {}): Output {
  return { stream: 'late', record: { event, missedEndUs: event.timeUs + MINUTE_US, corrected: false, ...more } };
}

export function matched(id: string, more: Partial<MatchedEvent> = {}): MatchedEvent {
  return {
    topic: 'transactions',
    partition: 0,
    offset: 0n,
    id,
    timeUs: NOON_US - MINUTE_US,
    members: {
      id,
      userId: 'ada',
      amount: '1250.00',
      currency: 'EUR',
      status: 'CAPTURED',
      category: 'travel',
      occurredAt: '2026-11-21T11:59:00Z',
    },
    ...more,
  };
}
