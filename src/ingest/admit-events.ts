import type { ClaimedRecord, ClaimingLog, LogRecord, OnceOutcome, Position } from '../log/log.ts';
import type { KindModel } from '../model/event-model.ts';
import { compositeId, logKey, REJECTED_TOPIC } from '../model/record-format.ts';
import type { Rejection } from '../model/validate/rejection.ts';
import type { Version } from '../model/version.ts';
import type { KindWatermark } from '../model/watermark.ts';
import type { Clock } from '../platform/clock.ts';
import type { EventDesk } from './event-desk.ts';
import { eventRecord, eventRecordBytesMax } from './event-record.ts';
import { type Judged, type Judgement, judgeEvent } from './judge-event.ts';
import type { Envelope } from './read-event.ts';
import { rejectedRecord } from './rejected-record.ts';
import { admittedOf, idConflict, rejectedVerdict } from './verdicts.ts';

/**
 * The one use case of ingest: every event gets a verdict, in the order sent.
 *
 *   read and judge each ─► append those that may, in one call (dedup, numbering) ─► append what was refused to `rejected` ─► answer
 *
 * When it resolves, every verdict is durable: an admitted event is in its topic, a refused one in `rejected`, whole and with its reason.
 * When it rejects (OVERLOADED, READ_ONLY), nothing is promised: some events may be there. The sender sends all of them again; what was
 * admitted is then a DUPLICATE and counted once.
 */
export async function admitEvents(desk: AdmissionDesk, call: AdmitCall): Promise<Admitted> {
  const judged = call.events.map((event) => judgeEvent(desk, call, event));
  const outcomes = await append(desk, call, judged);
  const verdicts = verdictsOf(desk, judged, outcomes);
  await keepRefused(desk, call, verdicts);
  return admittedOf(desk.kind, verdicts);
}

/** Everything that admission of one kind needs and that outlives a call. */
interface AdmissionDesk extends EventDesk {
  readonly log: ClaimingLog;
  readonly clock: Clock;
  readonly watermark: KindWatermark;
}

export interface AdmitCall {
  readonly tenant: string;
  /** graphql, bulk or kafka:<topic>. */
  readonly source: string;
  readonly receivedAtMs: number;
  readonly events: readonly IncomingEvent[];
}

export type IncomingEvent =
  | { readonly bytes: Buffer }
  /** The event is part of something larger, which is what is kept if it is refused. */
  | { readonly bytes: Buffer; readonly payload: Buffer; readonly pointer: string; readonly envelope: Envelope }
  /** The door saw already that this is no event. */
  | { readonly payload: Buffer; readonly rejection: Rejection };

export interface Admitted {
  readonly admitted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Durable, and not yet judged when the time to wait for it was over. Only on Kafka, where others judge. */
  readonly pending: number;
  /**
   * Once this is visible, so is every event the call admitted, and the first sighting of every duplicate. Offsets only; what went to
   * `rejected` is not part of it.
   */
  readonly version: Version;
  readonly verdicts: readonly EventVerdict[];
}

export interface EventVerdict {
  /** Place in the call, from 0. */
  readonly index: number;
  /** Null where none could be read. */
  readonly id: string | null;
  readonly verdict: 'ADMITTED' | 'DUPLICATE' | 'REJECTED' | 'PENDING';
  /** Where the event is; for a duplicate, where the first one is. Null where rejected or pending. */
  readonly position: Position | null;
  /** Only where rejected. */
  readonly rejection: Rejection | null;
}

/** What makes an event the same event, for the log's memory of ids. */
export function claimOf(tenant: string, kind: KindModel, id: string): string {
  return `${compositeId([tenant])}/${kind.kind}/${id}`;
}

/** One outcome for each event that was not refused, in their order. */
async function append(
  desk: AdmissionDesk,
  call: AdmitCall,
  judged: readonly Judged[],
): Promise<readonly OnceOutcome[]> {
  const admissible = judged.filter((event): event is Judgement => !('rejection' in event));
  const claimStart = claimOf(call.tenant, desk.kind, '');
  const records = admissible.map((event) => claimedRecord(desk, call, event, claimStart));
  const stamped: number[] = [];
  try {
    return await desk.log.appendOnce(desk.kind.plural, records, (index, partition) => {
      stamped[partition] = (stamped[partition] ?? 0) + 1;
      return recordBytes(desk, call, admissible[index] as Judgement, partition);
    });
  } finally {
    // Durable or failed: either way no longer on their way, and each call of the stamp was counted once.
    for (const [partition, count] of stamped.entries()) {
      if (count !== undefined) desk.watermark.settled(partition, count);
    }
  }
}

function claimedRecord(desk: AdmissionDesk, call: AdmitCall, judged: Judgement, claimStart: string): ClaimedRecord {
  const { event, timeMs } = judged;
  return {
    key: logKey(call.tenant, event.key),
    timeMs,
    bytesMax: eventRecordBytesMax(call.tenant, judged),
    claim: claimStart + event.id,
    fingerprint: desk.fingerprint(desk.canonical.contentOf(event.texts)),
  };
}

/** Runs inside the log's transaction, in the order of offsets: here the event meets the watermark. */
function recordBytes(desk: AdmissionDesk, call: AdmitCall, judged: Judgement, partition: number): Buffer {
  return eventRecord(desk, judged, {
    tenant: call.tenant,
    receivedAtMs: call.receivedAtMs,
    watermarkMs: desk.watermark.judge(partition, judged.timeMs, desk.clock.nowMs()),
    sequence: null,
  });
}

function verdictsOf(desk: AdmissionDesk, judged: readonly Judged[], outcomes: readonly OnceOutcome[]): EventVerdict[] {
  let appended = 0;
  return judged.map((event, index) => {
    if ('rejection' in event) return rejectedVerdict(index, event.id, event.rejection);
    const { id } = event.event;
    const { outcome, position } = outcomes[appended++] as OnceOutcome;
    if (outcome === 'conflict') return rejectedVerdict(index, id, idConflict(desk.kind, position));
    return { index, id, verdict: outcome === 'appended' ? 'ADMITTED' : 'DUPLICATE', position, rejection: null };
  });
}

async function keepRefused(desk: AdmissionDesk, call: AdmitCall, verdicts: readonly EventVerdict[]): Promise<void> {
  const records = refusedRecords(desk.kind, call, verdicts);
  if (records.length > 0) await desk.log.append(REJECTED_TOPIC, records);
}

/** A record of `rejected` for each event of the call that has a rejection. */
export function refusedRecords(
  kind: KindModel,
  call: AdmitCall,
  judged: readonly Pick<EventVerdict, 'id' | 'rejection'>[],
): LogRecord[] {
  return judged.flatMap(({ id, rejection }, index) => {
    const incoming = call.events[index];
    if (rejection === null || incoming === undefined) return [];
    const payload = 'payload' in incoming ? incoming.payload : incoming.bytes;
    const { tenant, source, receivedAtMs } = call;
    return [rejectedRecord({ tenant, kind: kind.kind, eventId: id, source, receivedAtMs, rejection, payload })];
  });
}
