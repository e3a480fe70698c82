import type { HeadedRecord, RecordHeaders, StoredHeadedRecord, Transaction } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { inTopic, VERDICTS_TOPIC } from '../../model/topics.ts';
import type { Rejection } from '../../model/validate/rejection.ts';
import { DUPLICATES_TOPIC, seenAgainRecord } from '../keep-duplicates.ts';
import { rejectedRecord } from '../rejected-record.ts';
import { idConflict } from '../verdicts.ts';
import { type EventMeta, headersOf, type ReplyTo, replyToOf } from './event-meta.ts';
import type { FirstSighting, Outcome } from './judge-step.ts';
import { encodeVerdicts, type SeenBefore } from './verdict-record.ts';

/** The place of a step's events, once it is known where the first one that it admits lies. */
interface SettledStep {
  readonly kind: KindModel;
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly outcomes: readonly Outcome[];
}

/** Everything that follows from the outcomes besides the events themselves: what is refused, seen again, sent on, and answered. */
export function consequencesOf(step: SettledStep, verdictPartitions: number): readonly Appending[] {
  return [...refused(step), ...seenAgain(step), ...sentOn(step), ...answers(step, verdictPartitions)];
}

export interface Appending {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly HeadedRecord[];
}

/** In pieces that each are one batch: to these topics others write as well, and an append over several batches may not be parted. */
export async function appendAll(transaction: Transaction, appendings: readonly Appending[]): Promise<void> {
  const pieces = appendings.flatMap((each) => piecesOf(each.records).map((records) => ({ ...each, records })));
  await Promise.all(pieces.map(({ topic, partition, records }) => transaction.append(topic, partition, records)));
}

const PIECE_BYTES_MAX = 512 * 1024;

function piecesOf(records: readonly HeadedRecord[]): readonly (readonly HeadedRecord[])[] {
  const pieces: HeadedRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (bytes > PIECE_BYTES_MAX) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(record);
    bytes += record.value.byteLength + RECORD_OVERHEAD_BYTES;
  }
  return pieces;
}

/** Key, headers, lengths. */
const RECORD_OVERHEAD_BYTES = 256;

/** A record goes on as it is, with what is known of it. */
export function sendOn(record: StoredHeadedRecord, key: string, meta: EventMeta): HeadedRecord {
  return { key, timeMs: record.timeMs, value: record.value, headers: headersOf(meta) };
}

export function refusal(
  kind: KindModel,
  record: StoredHeadedRecord,
  meta: EventMeta,
  id: string | null,
  rejection: Rejection,
) {
  const { value } = record;
  const payload = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return rejectedRecord({ ...meta, kind: kind.kind, eventId: id, rejection, payload });
}

function refused(step: SettledStep): readonly Appending[] {
  const { kind, outcomes } = step;
  const records: HeadedRecord[] = [];
  for (const each of outcomes) {
    const rejection = rejectionOf(step, each);
    if (rejection === null) continue;
    records.push(refusal(kind, each.record, each.meta, 'id' in each ? each.id : null, rejection));
  }
  return records.length === 0 ? [] : [{ topic: REJECTED_TOPIC, partition: 0, records }];
}

function rejectionOf(step: SettledStep, each: Outcome): Rejection | null {
  if (each.outcome === 'rejected') return each.rejection;
  if (each.outcome !== 'conflict') return null;
  const { kind, partition } = step;
  return idConflict(kind, { topic: kind.plural, partition, offset: offsetOf(step, each.first) });
}

function offsetOf({ firstOffset }: SettledStep, first: FirstSighting): bigint {
  return 'offset' in first ? first.offset : firstOffset + BigInt(first.place);
}

/** One record for each tenant and source, or a few where ids are long. */
function seenAgain({ kind, outcomes }: SettledStep): readonly Appending[] {
  const groups = new Map<string, { readonly meta: EventMeta; readonly ids: string[]; length: number }>();
  const records: HeadedRecord[] = [];
  const write = ({ meta, ids }: { readonly meta: EventMeta; readonly ids: readonly string[] }) =>
    records.push(seenAgainRecord({ ...meta, kind: kind.kind, ids }));
  for (const each of outcomes) {
    if (each.outcome !== 'duplicate') continue;
    const name = JSON.stringify([each.meta.tenant, each.meta.source]);
    const group = groups.get(name) ?? { meta: each.meta, ids: [], length: 0 };
    group.ids.push(each.id);
    group.length += each.id.length;
    if (group.length < IDS_LENGTH_MAX) groups.set(name, group);
    else {
      write(group);
      groups.delete(name);
    }
  }
  for (const group of groups.values()) write(group);
  return records.length === 0 ? [] : [{ topic: DUPLICATES_TOPIC, partition: 0, records }];
}

/** Characters of ids in one record: even at three bytes each, and escaped, far below what a broker takes. */
const IDS_LENGTH_MAX = 100_000;

function sentOn({ kind, outcomes }: SettledStep): readonly Appending[] {
  const byPartition = new Map<number, HeadedRecord[]>();
  for (const each of outcomes) {
    if (each.outcome !== 'misplaced') continue;
    const records = byPartition.get(each.partition) ?? [];
    records.push(sendOn(each.record, each.key, each.meta));
    byPartition.set(each.partition, records);
  }
  return [...byPartition].map(([partition, records]) => ({ topic: inTopic(kind), partition, records }));
}

interface Answer {
  readonly replyTo: ReplyTo;
  readonly atMs: number;
  readonly admitted: { at: bigint; first: bigint; count: number }[];
  readonly duplicates: SeenBefore[];
  readonly conflicts: SeenBefore[];
  readonly rejections: { readonly at: bigint; readonly rejection: Rejection }[];
}

/** One record for each gateway that waits. */
function answers(step: SettledStep, verdictPartitions: number): readonly Appending[] {
  const byGateway = new Map<string, Answer>();
  // Records of one batch say the same about themselves, in the same object: who waits is looked up once.
  let headers: RecordHeaders | null = null;
  let answer: Answer | null = null;
  for (const each of step.outcomes) {
    if (each.record.headers !== headers) {
      headers = each.record.headers;
      answer = answerTo(byGateway, each.record, verdictPartitions);
    }
    if (answer !== null) addTo(answer, step, each);
  }
  return [...byGateway.values()].map(({ replyTo, atMs, ...runs }) => {
    const value = encodeVerdicts({ topic: step.kind.plural, partition: step.partition, ...runs });
    return {
      topic: VERDICTS_TOPIC,
      partition: replyTo.partition,
      records: [{ key: replyTo.gateway, timeMs: atMs, value }],
    };
  });
}

/** Null where nobody waits. */
function answerTo(
  byGateway: Map<string, Answer>,
  record: StoredHeadedRecord,
  verdictPartitions: number,
): Answer | null {
  const replyTo = replyToOf(record.headers, verdictPartitions);
  if (replyTo === null) return null;
  const answer = byGateway.get(replyTo.gateway) ?? newAnswer(replyTo, record.appendedAtMs);
  byGateway.set(replyTo.gateway, answer);
  return answer;
}

function newAnswer(replyTo: ReplyTo, atMs: number): Answer {
  return { replyTo, atMs, admitted: [], duplicates: [], conflicts: [], rejections: [] };
}

function addTo(answer: Answer, step: SettledStep, each: Outcome): void {
  const at = each.record.offset;
  if (each.outcome === 'admitted') addAdmitted(answer.admitted, at, step.firstOffset + BigInt(each.place));
  else if (each.outcome === 'duplicate') answer.duplicates.push({ at, first: offsetOf(step, each.first) });
  else if (each.outcome === 'conflict') answer.conflicts.push({ at, first: offsetOf(step, each.first) });
  else if (each.outcome === 'rejected') answer.rejections.push({ at, rejection: each.rejection });
  // What is misplaced is judged elsewhere. A gateway knows where its events belong, so none waits for it.
}

function addAdmitted(runs: Answer['admitted'], at: bigint, first: bigint): void {
  const last = runs.at(-1);
  const isNext = last !== undefined && Number(at - last.at) === last.count && Number(first - last.first) === last.count;
  if (isNext) last.count++;
  else runs.push({ at, first, count: 1 });
}
