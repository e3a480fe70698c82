import { claimKeyOf, type KeptClaim } from '../../log/claim-store.ts';
import type { LogRecord } from '../../log/log.ts';
import { partitionOf } from '../../log/partition-of.ts';
import type { StoredHeadedRecord } from '../../log/partition-work.ts';
import { PartitionWatermark } from '../../model/partition-watermark.ts';
import { logKey } from '../../model/record-format.ts';
import type { Rejection } from '../../model/validate/rejection.ts';
import { claimOf, type IncomingEvent } from '../admit-events.ts';
import type { EventDesk } from '../event-desk.ts';
import { eventRecord } from '../event-record.ts';
import { EVENT_BYTES_MAX, tooLarge } from '../event-splitter.ts';
import { type Judgement, judgeEvent } from '../judge-event.ts';
import { type EventMeta, metaOf, onItsWayMsMax } from './event-meta.ts';
import type { PartitionState, StepClaims } from './partition-state.ts';

/** What the judge of a partition knows when a step begins. Nothing here changes by judging. */
interface StepDesk {
  readonly desk: EventDesk;
  /** The topic that is read: where an event says nothing else, it comes from there. */
  readonly input: string;
  readonly partition: number;
  /** Of the kind's topic, which are those of `.in`. */
  readonly partitions: number;
  readonly state: Pick<PartitionState, 'sequenceNext' | 'watermark'>;
  readonly findClaim: (claimKey: string) => KeptClaim | null;
}

/** What becomes of the events of a step. A function of what is given: a step that is repeated decides the same. */
interface JudgedStep {
  /** One for each record, in their order. */
  readonly outcomes: readonly Outcome[];
  /** What is to be appended to the kind's topic, in order. */
  readonly admitted: readonly LogRecord[];
  readonly claims: StepClaims['claims'];
  readonly watermark: PartitionWatermark;
}

export type Outcome = JudgedRecord &
  (
    | { readonly outcome: 'admitted'; readonly place: number }
    | { readonly outcome: 'duplicate' | 'conflict'; readonly first: FirstSighting; readonly id: string }
    | { readonly outcome: 'rejected'; readonly id: string | null; readonly rejection: Rejection }
    | { readonly outcome: 'misplaced'; readonly partition: number; readonly key: string }
  );

interface JudgedRecord {
  readonly record: StoredHeadedRecord;
  readonly meta: EventMeta;
}

/** Where the first one is: at an offset, or among those that this step admits. */
export type FirstSighting = { readonly offset: bigint } | { readonly place: number };

/**
 * Judges the records of a partition of `.in`, in order: each is admitted, seen before, refused, or belongs to another partition.
 *
 * One judge sees all events of a key, and so all of an id as long as the id does not change its key. The same id under another key may
 * belong to another partition, which has another judge: there it is another event. (The embedded log sees all ids at once and calls it a conflict.)
 */
export function judgeStep(step: StepDesk, records: readonly StoredHeadedRecord[]): JudgedStep {
  const { desk, state } = step;
  const watermark = new PartitionWatermark(state.watermark);
  const admitted: LogRecord[] = [];
  const claims: StepClaims['claims'][number][] = [];
  const placesOfStep = new Map<string, number>();
  const findFirst = (claimKey: string) => {
    const place = placesOfStep.get(claimKey);
    if (place === undefined) return claimAt(step.findClaim(claimKey));
    return { fingerprint: claims[place]?.fingerprint, first: { place } };
  };
  const originOf = originReader(step);
  const outcomes = records.map((record): Outcome => {
    const { meta, claimStart } = originOf(record);
    const judged = judgeEvent(desk, meta, incomingOf(record));
    if ('rejection' in judged) return { outcome: 'rejected', record, meta, ...judged };
    const { id, key: eventKey } = judged.event;
    const key = logKey(meta.tenant, eventKey);
    const partition = partitionOf(key, step.partitions);
    if (partition !== step.partition) return { outcome: 'misplaced', record, meta, partition, key };
    const claimKey = claimKeyOf(claimStart + id);
    const fingerprint = desk.fingerprint(desk.canonical.contentOf(judged.event.texts));
    const known = findFirst(claimKey);
    if (known !== null) {
      const outcome = known.fingerprint === fingerprint ? 'duplicate' : 'conflict';
      return { outcome, record, meta, first: known.first, id };
    }
    const place = admitted.length;
    admitted.push({ key, timeMs: judged.timeMs, value: numbered(step, meta, judged, place, watermark) });
    claims.push({ claimKey, fingerprint });
    placesOfStep.set(claimKey, place);
    return { outcome: 'admitted', record, meta, place };
  });
  return { outcomes, admitted, claims, watermark };
}

interface Origin {
  readonly meta: EventMeta;
  /** What all its claims begin with. */
  readonly claimStart: string;
}

/** Records of one call came in one batch and say the same about themselves, in the same object: that is read once. */
function originReader({ desk, input }: StepDesk): (record: StoredHeadedRecord) => Origin {
  const whence = { topic: input, onItsWayMsMax: onItsWayMsMax(desk.kind, desk.acceptPastMs) };
  let before: StoredHeadedRecord | null = null;
  let origin: Origin | null = null;
  return (record) => {
    const isSame = before?.headers === record.headers && before.appendedAtMs === record.appendedAtMs;
    before = record;
    if (origin !== null && isSame) return origin;
    const meta = metaOf(record, whence);
    origin = { meta, claimStart: claimOf(meta.tenant, desk.kind, '') };
    return origin;
  };
}

function numbered(
  { desk, state }: StepDesk,
  { tenant, receivedAtMs }: EventMeta,
  judged: Judgement,
  place: number,
  watermark: PartitionWatermark,
): Buffer {
  return eventRecord(desk, judged, {
    tenant,
    receivedAtMs,
    watermarkMs: watermark.judge(judged.timeMs),
    sequence: state.sequenceNext + BigInt(place),
  });
}

function claimAt(claim: KeptClaim | null): { readonly fingerprint: bigint; readonly first: FirstSighting } | null {
  return claim === null ? null : { fingerprint: claim.fingerprint, first: { offset: claim.offset } };
}

/** Whoever writes to Kafka directly meets no door that would have cut it. */
export function incomingOf({ value }: StoredHeadedRecord): IncomingEvent {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.length <= EVENT_BYTES_MAX ? { bytes } : tooLarge(bytes.subarray(0, EVENT_BYTES_MAX), bytes.length);
}
