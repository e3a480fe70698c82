import { PartitionWatermark } from '../../src/model/partition-watermark.ts';
import type { JobEvent, LateOutput, ResultOutput, SessionOutput } from '../../src/processor/operator.ts';
import type { DrivenOutput } from './drive-job.ts';

/** An event as a test says it: seconds since 2026-11-21T00:00:00Z. */
export interface SaidEvent {
  readonly at: number;
  /** The watermark it met, in the same seconds. Default: what admission would have stamped, 10 s behind the newest of its partition. */
  readonly met?: number;
  /** Default: `e` and its number. */
  readonly id?: string;
  readonly key?: string;
  readonly partition?: number;
  readonly members?: Readonly<Record<string, unknown>>;
}

export const DAY_MS = Date.UTC(2026, 10, 21);

/** Seconds of that day as the microseconds of events. */
export function us(seconds: number): number {
  return DAY_MS * 1000 + Math.round(seconds * 1_000_000);
}

/** And back. */
export function seconds(timeUs: number): number {
  return (timeUs - DAY_MS * 1000) / 1_000_000;
}

/** Events as the runtime hands them over, in the order said, which is that of the log. */
export function jobEvents(topic: string, said: readonly SaidEvent[]): readonly JobEvent[] {
  const watermarks = new Map<number, PartitionWatermark>();
  return said.map(({ at, met, id, key = 'ada', partition = 0, members = {} }, number) => {
    const watermark = watermarks.get(partition) ?? new PartitionWatermark({ newestTimeMs: null, raisedMs: null });
    watermarks.set(partition, watermark);
    const timeUs = us(at);
    const stampedMs = watermark.judge(Math.floor(timeUs / 1000));
    const watermarkUs = met === undefined ? (stampedMs ?? Number.NEGATIVE_INFINITY / 1000) * 1000 : us(met);
    const eventId = id ?? `e${number}`;
    const all = { id: eventId, ...members };
    return {
      tenant: 'default',
      topic,
      partition,
      offset: BigInt(number),
      id: eventId,
      key,
      timeUs,
      receivedAtMs: DAY_MS + number,
      watermarkUs,
      members: all,
      fields: all,
    };
  });
}

export function resultsOf(outputs: readonly DrivenOutput[]): readonly (ResultOutput & { readonly key: string })[] {
  return outputs.flatMap(({ key, output }) => (output.stream === 'results' ? [{ key, ...output.record }] : []));
}

export function lateOf(outputs: readonly DrivenOutput[]): readonly LateOutput[] {
  return outputs.flatMap(({ output }) => (output.stream === 'late' ? [output.record] : []));
}

export function sessionsOf(outputs: readonly DrivenOutput[]): readonly SessionOutput[] {
  return outputs.flatMap(({ output }) => (output.stream === 'sessions' ? [output.record] : []));
}

/** Shuffled as a log may be: every event at most `disorder` seconds behind one that is later in time. */
export function shuffledWithin(
  events: readonly SaidEvent[],
  disorder: number,
  random: (below: number) => number,
): readonly SaidEvent[] {
  const delayed = events.map((event) => ({ event, comes: event.at + (random(1_000_000) / 1_000_000) * disorder }));
  return delayed.sort((a, b) => a.comes - b.comes).map(({ event }) => event);
}
