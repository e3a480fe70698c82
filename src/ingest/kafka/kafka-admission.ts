import { randomUUID } from 'node:crypto';
import { followTopic } from '../../log/follow-topic.ts';
import type { Log, Position } from '../../log/log.ts';
import { partitionOf } from '../../log/partition-of.ts';
import type { HeadedRecord } from '../../log/partition-work.ts';
import { logKey, REJECTED_TOPIC } from '../../model/record-format.ts';
import { EVENT_HEADERS, inTopic, VERDICTS_TOPIC } from '../../model/topics.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { type Admission, admitInputs } from '../admission.ts';
import {
  type AdmitCall,
  type Admitted,
  type EventVerdict,
  type IncomingEvent,
  refusedRecords,
} from '../admit-events.ts';
import { byKind, type EventDesk, type EventDeskOptions, openEventDesks } from '../event-desk.ts';
import { type Judged, type Judgement, judgeEvent, withPointer } from '../judge-event.ts';
import { rejectedRecord } from '../rejected-record.ts';
import { admittedOf, idConflict, rejectedVerdict } from '../verdicts.ts';
import { AwaitedVerdicts, type Decided } from './awaited-verdicts.ts';
import { headersOf, type ReplyTo, replyToHeader } from './event-meta.ts';
import { decodeVerdicts } from './verdict-record.ts';

/** Admission as a gateway on Kafka sees it. */
export interface KafkaAdmission extends Admission {
  /** Whoever waits is told PENDING. */
  close(): Promise<void>;
}

interface KafkaAdmissionOptions extends EventDeskOptions {
  readonly log: HeadedLog;
  readonly logger: Logger;
  /** How long a call waits for verdicts once its events are durable. */
  readonly verdictDeadlineMs: number;
}

/** A log whose records carry headers. */
interface HeadedLog extends Log {
  append(topic: string, records: readonly HeadedRecord[]): Promise<readonly Position[]>;
}

/**
 * What this gateway can see alone (shape, limits, time) it decides at once; the rest goes into `<plural>.in` as it came, where members of
 * admission judge it, and their verdicts come back on a topic of their own.
 *
 * When a call resolves, everything in it is durable: what was refused is in `rejected`, the rest at least in `.in`. What has no verdict by the
 * deadline is PENDING: it will be judged, and its id can be asked for. A gateway that restarts has another name, and nobody waits for
 * what the old one asked.
 */
export async function openKafkaAdmission(options: KafkaAdmissionOptions): Promise<KafkaAdmission> {
  const { log, logger } = options;
  const desks = await openEventDesks(options);
  const awaited = new AwaitedVerdicts();
  const stopping = new AbortController();
  const gateway = randomUUID();
  const ends = await log.ends(VERDICTS_TOPIC);
  const partition = partitionOf(gateway, ends.length);
  const from = ends.find((end) => end.partition === partition)?.next ?? 0n;
  const following = followTopic(
    { log, logger, topic: VERDICTS_TOPIC, partition, from, signal: stopping.signal },
    (record) => {
      if (record.key !== gateway) return;
      const verdicts = decodeVerdicts(record.value);
      if (verdicts !== null) awaited.take(verdicts);
    },
  );
  const doorFor = byKind(desks.map((desk) => ({ ...desk, options, awaited, replyTo: { partition, gateway } })));
  return {
    admitEvents: (kind, call) => admit(doorFor(kind), call),
    admitInputs: (kind, call) => admitInputs(call, (events) => admit(doorFor(kind), events)),
    keepRefusedRequest: async (refused) => {
      await log.append(REJECTED_TOPIC, [rejectedRecord({ ...refused, eventId: null })]);
    },
    close: async () => {
      stopping.abort();
      awaited.close();
      await following;
    },
  };
}

interface KindDoor extends EventDesk {
  readonly options: KafkaAdmissionOptions;
  readonly awaited: AwaitedVerdicts;
  readonly replyTo: ReplyTo;
}

async function admit(door: KindDoor, call: AdmitCall): Promise<Admitted> {
  const { kind, options } = door;
  const judged = call.events.map((event) => judgeEvent(door, call, event));
  const ownRefusals = refusedRecords(
    kind,
    call,
    judged.map((event) => ('rejection' in event ? event : NOT_REFUSED)),
  );
  // Whatever comes of one, the call is not settled before the other is.
  const [kept, decided] = await Promise.allSettled([
    ownRefusals.length === 0 ? [] : options.log.append(REJECTED_TOPIC, ownRefusals),
    decide(door, call, judged),
  ]);
  if (kept.status === 'rejected') throw kept.reason;
  if (decided.status === 'rejected') throw decided.reason;
  return admittedOf(kind, verdictsOf(door, call, judged, decided.value));
}

const NOT_REFUSED = { id: null, rejection: null };

/** What admission says of those that were not refused here, in their order. */
async function decide(
  { kind, awaited, options, replyTo }: KindDoor,
  call: AdmitCall,
  judged: readonly Judged[],
): Promise<readonly (Decided | null)[]> {
  const headers = { ...headersOf(call), [EVENT_HEADERS.replyTo]: replyToHeader(replyTo) };
  const records: HeadedRecord[] = [];
  for (const [index, event] of judged.entries()) {
    if ('rejection' in event) continue;
    const key = logKey(call.tenant, event.event.key);
    const value = bytesToSend(call.events[index], event);
    records.push({ key, timeMs: call.receivedAtMs, value, headers });
  }
  if (records.length === 0) return [];
  const append = awaited.begin();
  const positions = await options.log.append(inTopic(kind), records).catch((error: unknown) => {
    awaited.forget(append);
    throw error;
  });
  return await awaited.await(append, positions, kind.plural, options.verdictDeadlineMs);
}

/** As it came. What came in an envelope stands alone from here on, with what it had from that. */
function bytesToSend(incoming: IncomingEvent | undefined, { members }: Judgement): Buffer {
  if (incoming !== undefined && 'bytes' in incoming && !('envelope' in incoming)) return incoming.bytes;
  return Buffer.concat([BRACES[0], members.bytes.subarray(members.start, members.end), BRACES[1]]);
}

const BRACES = [Buffer.from('{'), Buffer.from('}')] as const;

function verdictsOf(
  { kind }: KindDoor,
  call: AdmitCall,
  judged: readonly Judged[],
  decisions: readonly (Decided | null)[],
): EventVerdict[] {
  let sent = 0;
  return judged.map((event, index) => {
    if ('rejection' in event) return rejectedVerdict(index, event.id, event.rejection);
    const { id } = event.event;
    const decision = decisions[sent++] ?? null;
    if (decision === null) return { index, id, verdict: 'PENDING', position: null, rejection: null };
    if (decision.decided === 'admitted' || decision.decided === 'duplicate') {
      const verdict = decision.decided === 'admitted' ? 'ADMITTED' : 'DUPLICATE';
      return { index, id, verdict, position: decision.position, rejection: null };
    }
    const rejection = 'rejection' in decision ? decision.rejection : idConflict(kind, decision.position);
    const incoming = call.events[index];
    return rejectedVerdict(index, id, incoming === undefined ? rejection : withPointer(incoming, rejection));
  });
}
