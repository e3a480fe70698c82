import type { ClaimedRecord, ClaimingLog, OnceOutcome, Position } from '../log/log.ts';
import type { KindModel } from '../model/event-model.ts';
import { compositeId, logKey, REJECTED_TOPIC, recordHead } from '../model/record-format.ts';
import type { CanonicalEvent } from '../model/validate/canonical-event.ts';
import { pointerTo, type Rejection } from '../model/validate/rejection.ts';
import type { Version } from '../model/version.ts';
import type { KindWatermark } from '../model/watermark.ts';
import type { Clock } from '../platform/clock.ts';
import { type Judged, type Judgement, judgeEvent } from './judge-event.ts';
import type { Envelope, EventReader } from './read-event.ts';
import { rejectedRecord } from './rejected-record.ts';

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
  return { ...countsOf(verdicts), version: versionOf(desk.kind, verdicts), verdicts };
}

/** Everything that admission of one kind needs and that outlives a call. */
export interface AdmissionDesk {
  readonly kind: KindModel;
  readonly log: ClaimingLog;
  readonly clock: Clock;
  readonly read: EventReader;
  readonly canonical: CanonicalEvent;
  /** 64 bits of a text. */
  readonly fingerprint: (content: string) => bigint;
  readonly watermark: KindWatermark;
  readonly acceptPastMs: number;
  readonly acceptFutureMs: number;
}

export interface AdmitCall {
  readonly tenant: string;
  /** graphql, bulk, kafka:<topic>, import:<run> */
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
  readonly verdict: 'ADMITTED' | 'DUPLICATE' | 'REJECTED';
  /** Where the event is; for a duplicate, where the first one is. Null where rejected. */
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
  const { event, timeMs, members } = judged;
  return {
    key: logKey(call.tenant, event.key),
    timeMs,
    bytesMax:
      HEAD_BYTES_MAX + ESCAPED_BYTES_MAX * (call.tenant.length + event.id.length) + members.end - members.start + 1,
    claim: claimStart + event.id,
    fingerprint: desk.fingerprint(desk.canonical.contentOf(event.texts)),
  };
}

/** The names of the head and its numbers of at most 20 digits. */
const HEAD_BYTES_MAX = 192;
/** A character in JSON: "\u0007". */
const ESCAPED_BYTES_MAX = 6;

/** Runs inside the log's transaction, in the order of offsets: here the event meets the watermark. */
function recordBytes(desk: AdmissionDesk, call: AdmitCall, judged: Judgement, partition: number): Buffer {
  const head = recordHead({
    tenant: call.tenant,
    timeUs: judged.timeUs,
    receivedAtMs: call.receivedAtMs,
    watermarkMs: desk.watermark.judge(partition, judged.timeMs, desk.clock.nowMs()),
    sequence: null,
    compositeId: desk.kind.idFields.length > 1 ? judged.event.id : null,
  });
  const { members } = judged;
  const headBytes = Buffer.byteLength(head);
  const record = Buffer.allocUnsafe(headBytes + members.end - members.start + 1);
  record.write(head, 0);
  members.bytes.copy(record, headBytes, members.start, members.end);
  record[record.length - 1] = CLOSE_BRACE;
  return record;
}

const CLOSE_BRACE = 0x7d;

function verdictsOf(desk: AdmissionDesk, judged: readonly Judged[], outcomes: readonly OnceOutcome[]): EventVerdict[] {
  let appended = 0;
  return judged.map((event, index) => {
    if ('rejection' in event) return rejectedVerdict(index, event.id, event.rejection);
    const { id } = event.event;
    const { outcome, position } = outcomes[appended++] as OnceOutcome;
    if (outcome === 'conflict') return rejectedVerdict(index, id, conflict(desk.kind, position));
    return { index, id, verdict: outcome === 'appended' ? 'ADMITTED' : 'DUPLICATE', position, rejection: null };
  });
}

function rejectedVerdict(index: number, id: string | null, rejection: Rejection): EventVerdict {
  return { index, id, verdict: 'REJECTED', position: null, rejection };
}

function conflict(kind: KindModel, first: Position): Rejection {
  const [idField = ''] = kind.idFields;
  return {
    code: 'ID_CONFLICT',
    pointer: kind.idFields.length === 1 ? pointerTo(idField) : '',
    expected: `the content this id was admitted with, at ${first.topic}/${first.partition}/${first.offset}, or another id`,
    got: 'the same id with other content',
  };
}

async function keepRefused(desk: AdmissionDesk, call: AdmitCall, verdicts: readonly EventVerdict[]): Promise<void> {
  const records = [];
  for (const { index, id, rejection } of verdicts) {
    const incoming = call.events[index];
    if (rejection === null || incoming === undefined) continue;
    const payload = 'payload' in incoming ? incoming.payload : incoming.bytes;
    const { tenant, source, receivedAtMs } = call;
    records.push(
      rejectedRecord({ tenant, kind: desk.kind.kind, eventId: id, source, receivedAtMs, rejection, payload }),
    );
  }
  if (records.length > 0) await desk.log.append(REJECTED_TOPIC, records);
}

function countsOf(verdicts: readonly EventVerdict[]): Pick<Admitted, 'admitted' | 'duplicates' | 'rejected'> {
  const counts = { ADMITTED: 0, DUPLICATE: 0, REJECTED: 0 };
  for (const { verdict } of verdicts) counts[verdict]++;
  return { admitted: counts.ADMITTED, duplicates: counts.DUPLICATE, rejected: counts.REJECTED };
}

function versionOf(kind: KindModel, verdicts: readonly EventVerdict[]): Version {
  const last = new Map<number, bigint>();
  for (const { position } of verdicts) {
    if (position !== null && position.offset > (last.get(position.partition) ?? -1n)) {
      last.set(position.partition, position.offset);
    }
  }
  return { offsets: last.size === 0 ? new Map() : new Map([[kind.plural, last]]), watermarksMs: new Map() };
}
