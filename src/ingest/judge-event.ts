import { pointerTo, type Rejection } from '../model/validate/rejection.ts';
import type { ValidEvent } from '../model/validate/validator.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import type { AdmissionDesk, AdmitCall, IncomingEvent } from './admit-events.ts';
import { durationText } from './duration-text.ts';
import type { ByteRange } from './read-event.ts';

/** What can be said of an event before the log is asked whether its id is new: by itself, and against the clock. */
export function judgeEvent(desk: AdmissionDesk, call: AdmitCall, incoming: IncomingEvent): Judged {
  if ('rejection' in incoming) return { id: null, rejection: incoming.rejection };
  const read = desk.read(incoming.bytes, 'envelope' in incoming ? incoming.envelope : null);
  if ('rejection' in read) return withPointer(incoming, read);
  const { event } = read;
  const timeUs = event.timeUs ?? BigInt(call.receivedAtMs) * 1000n;
  // Exact up to the year 2255, and what is later than that is refused.
  const timeMs = Math.floor(Number(timeUs) / 1000);
  const rejection = judgeTime(desk, call.receivedAtMs, timeMs, timeUs);
  if (rejection !== null) return withPointer(incoming, { id: event.id, rejection });
  return { event, timeUs, timeMs, members: read.asItCame ?? writtenAnew(desk, event) };
}

export type Judged = Judgement | { readonly id: string | null; readonly rejection: Rejection };

export interface Judgement {
  readonly event: ValidEvent;
  readonly timeUs: bigint;
  readonly timeMs: number;
  /** Where its members are, as they came or written anew. */
  readonly members: ByteRange;
}

function writtenAnew(desk: AdmissionDesk, event: ValidEvent): ByteRange {
  const bytes = Buffer.from(desk.canonical.membersOf(event.texts));
  return { bytes, start: 0, end: bytes.length };
}

function withPointer(
  incoming: IncomingEvent,
  refused: { readonly id: string | null; readonly rejection: Rejection },
): Judged {
  if (!('pointer' in incoming)) return refused;
  const { rejection } = refused;
  return { ...refused, rejection: { ...rejection, pointer: incoming.pointer + rejection.pointer } };
}

/** One event stamped in the far future would make honest ones late, and one older than ids are remembered might be counted twice. */
function judgeTime(desk: AdmissionDesk, receivedAtMs: number, timeMs: number, timeUs: bigint): Rejection | null {
  const aheadMs = timeMs - receivedAtMs;
  if (aheadMs <= desk.acceptFutureMs && -aheadMs <= desk.acceptPastMs) return null;
  const received = dateTimeText(BigInt(receivedAtMs) * 1000n);
  const isAhead = aheadMs > 0;
  return {
    code: isAhead ? 'TIME_IN_FUTURE' : 'TIME_TOO_OLD',
    pointer: pointerTo(desk.kind.timeField),
    expected: isAhead
      ? `at most ${durationText(desk.acceptFutureMs)} after the time of receipt, ${received}`
      : `at most ${durationText(desk.acceptPastMs)} before the time of receipt, ${received}`,
    got: dateTimeText(timeUs),
  };
}
