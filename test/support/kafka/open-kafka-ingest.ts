import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Admitted } from '../../../src/ingest/admit-events.ts';
import { type AdmissionMember, openAdmissionMember } from '../../../src/ingest/kafka/admission-member.ts';
import { openAdmissionTopics } from '../../../src/ingest/kafka/admission-topics.ts';
import { type KafkaAdmission, openKafkaAdmission } from '../../../src/ingest/kafka/kafka-admission.ts';
import { type KafkaLog, openKafkaLog } from '../../../src/log/kafka-log.ts';
import { openKafkaWork } from '../../../src/log/kafka-work.ts';
import type { PartitionWork } from '../../../src/log/partition-work.ts';
import { loadDeclarations } from '../../../src/model/declare/load-declarations.ts';
import type { EventModel, KindModel } from '../../../src/model/event-model.ts';
import { TENANT_DEFAULT } from '../../../src/model/record-format.ts';
import { type Clock, systemClock } from '../../../src/platform/clock.ts';
import { createLogger } from '../../../src/platform/telemetry.ts';
import { DAY_MS, type StoredEvent, transaction } from '../open-ingest.ts';
import { readTopic } from '../read-all.ts';

/** Admission of transactions on real brokers: topics of its own, and as many gateways and members as a test wants. */
export interface KafkaIngest {
  readonly model: EventModel;
  readonly kind: KindModel;
  readonly log: KafkaLog;
  readonly prefix: string;
  gateway(options?: { readonly verdictDeadlineMs?: number }): Promise<KafkaAdmission>;
  /** Its claims are in a directory of this name. */
  member(name?: string, options?: MemberOptions): Promise<AdmissionMember>;
  dirOf(member: string): string;
  /** What a topic holds, parsed, by partition and offset. */
  stored(topic: string): Promise<StoredEvent[]>;
  stop(): Promise<void>;
}

export interface MemberOptions {
  /** In place of the one of its name. */
  readonly dir?: string;
  readonly clock?: Clock;
  /** Stands between the member and Kafka. */
  readonly around?: (work: PartitionWork) => PartitionWork;
}

export interface KafkaIngestOptions {
  readonly brokers: string;
  readonly partitions?: number;
  /** The foreign topic of the kind; must be there. */
  readonly from?: string;
  /** That of another one, which is stopped. Default one of its own. */
  readonly prefix?: string;
}

let opened = 0;

export async function openKafkaIngest(options: KafkaIngestOptions): Promise<KafkaIngest> {
  const { brokers, partitions = 2, from, prefix = `ingest-${process.pid}-${++opened}.` } = options;
  const model = transactionsOnly(from ?? null);
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-admission-'));
  const connection = { brokers: brokers.split(','), clientId: 'ingest-test' };
  const logger = createLogger('warn');
  const log = await openKafkaLog({ ...connection, prefix });
  await openAdmissionTopics(log, model, { partitions, claimsKeptMs: CLAIMS_KEPT_MS });
  const stops: (() => Promise<void>)[] = [];
  const dirOf = (name: string) => join(dir, name);
  return {
    model,
    kind: kindOf(model),
    log,
    prefix,
    dirOf,
    gateway: async ({ verdictDeadlineMs = 20_000 } = {}) => {
      const gateway = await openKafkaAdmission({ ...LIMITS, model, log, logger, verdictDeadlineMs });
      stops.unshift(() => gateway.close());
      return gateway;
    },
    member: async (name = 'member', options = {}) => {
      const member = await openTestMember({ brokers, prefix, log, model, dir: dirOf(name), ...options });
      stops.unshift(() => member.stop(10_000));
      return member;
    },
    stored: async (topic) =>
      (await readTopic(log, topic)).map(({ partition, offset, value }) => {
        const text = Buffer.from(value).toString('utf8');
        return { partition, offset, text, members: JSON.parse(text) };
      }),
    stop: async () => {
      for (const stop of stops.splice(0)) await stop();
      await log.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const LIMITS = { acceptPastMs: 7 * DAY_MS, acceptFutureMs: 300_000 };
const CLAIMS_KEPT_MS = 8 * DAY_MS;

/** A member in this process, whose topics are there. */
export async function openTestMember(
  options: MemberOptions & {
    readonly brokers: string;
    readonly prefix: string;
    readonly log: KafkaLog;
    readonly model: EventModel;
    readonly dir: string;
  },
): Promise<AdmissionMember> {
  const { brokers, prefix, log, model, dir, clock = systemClock, around = (work: PartitionWork) => work } = options;
  const connection = { brokers: brokers.split(','), clientId: 'ingest-test' };
  const work = around(await openKafkaWork({ ...connection, prefix, kafkaName: log.kafkaName }));
  const logger = createLogger('fatal');
  const kept = { claimsKeptMs: CLAIMS_KEPT_MS, sessionTimeoutMs: 1_500 };
  return await openAdmissionMember({ ...LIMITS, ...kept, model, log, work, clock, logger, dir });
}

/** As if `from` had been declared. */
export function transactionsOnly(from: string | null): EventModel {
  const model = loadDeclarations(resolve(import.meta.dirname, '../../../schema/events'));
  return { ...model, kinds: [{ ...kindOf(model), from }] };
}

function kindOf(model: EventModel): KindModel {
  const found = model.kinds.find(({ singular }) => singular === 'transaction');
  if (found === undefined) throw new Error('expected the kind transaction');
  return found;
}

/** A transaction of now; `change` replaces members. */
export function paidNow(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return transaction({ occurredAt: new Date().toISOString(), ...change });
}

export function admitAll(
  gateway: KafkaAdmission,
  kind: KindModel,
  events: readonly unknown[],
  receivedAtMs = Date.now(),
): Promise<Admitted> {
  return gateway.admitEvents(kind, {
    tenant: TENANT_DEFAULT,
    source: 'bulk',
    receivedAtMs,
    events: events.map(bytesOf),
  });
}

export function bytesOf(event: unknown): { readonly bytes: Buffer } {
  return { bytes: Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event)) };
}
