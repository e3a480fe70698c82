import { pointerTo, type Rejection } from '../model/validate/rejection.ts';
import type { ValidEvent } from '../model/validate/validator.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import type { AdmitCall, IncomingEvent } from './admit-events.ts';
import { durationText } from './duration-text.ts';
import type { EventDesk } from './event-desk.ts';
import type { ByteRange } from './read-event.ts';

/** What can be said of an event before the log is asked whether its id is new: by itself, and against the clock. */
export function judgeEvent(desk: EventDesk, call: Pick<AdmitCall, 'receivedAtMs'>, incoming: IncomingEvent): Judged {
  if ('rejection' in incoming) return { id: null, rejection: incoming.rejection };
  const read = desk.read(incoming.bytes, 'envelope' in incoming ? incoming.envelope : null);
  if ('rejection' in read) return { id: read.id, rejection: withPointer(incoming, read.rejection) };
  const { event } = read;
  const timeUs = event.timeUs ?? BigInt(call.receivedAtMs) * 1000n;
  // Exact up to the year 2255, and what is later than that is refused.
  const timeMs = Math.floor(Number(timeUs) / 1000);
  const rejection = judgeTime(desk, call.receivedAtMs, timeMs, timeUs);
  if (rejection !== null) return { id: event.id, rejection: withPointer(incoming, rejection) };
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

function writtenAnew(desk: EventDesk, event: ValidEvent): ByteRange {
  const bytes = Buffer.from(desk.canonical.membersOf(event.texts));
  return { bytes, start: 0, end: bytes.length };
}

/** Where the event is part of something larger: the place in that. */
export function withPointer(incoming: IncomingEvent, rejection: Rejection): Rejection {
  return 'pointer' in incoming ? { ...rejection, pointer: incoming.pointer + rejection.pointer } : rejection;
}

/** One event stamped in the far future would make honest ones late, and one older than ids are remembered might be counted twice. */
function judgeTime(desk: EventDesk, receivedAtMs: number, timeMs: number, timeUs: bigint): Rejection | null {
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
