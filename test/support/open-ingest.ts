import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Admission, openAdmission } from '../../src/ingest/admission.ts';
import type { Admitted } from '../../src/ingest/admit-events.ts';
import { type BulkAnswer, type BulkCall, type BulkDoor, openBulkDoor } from '../../src/ingest/bulk-door.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { EventModel, KindModel } from '../../src/model/event-model.ts';
import { REJECTED_TOPIC, TENANT_DEFAULT } from '../../src/model/record-format.ts';
import { KindWatermark } from '../../src/model/watermark.ts';
import { type MovedClock, movedClock } from './moved-clock.ts';
import { readTopic } from './read-all.ts';

export const DAY_MS = 86_400_000;

/** Admission and the bulk door on a real log in a directory of its own, under a clock that stands still. */
export interface TestIngest {
  readonly model: EventModel;
  readonly log: EmbeddedLog;
  readonly clock: MovedClock;
  readonly admission: Admission;
  readonly door: BulkDoor;
  kind(singular: string): KindModel;
  watermark(kind: KindModel): KindWatermark;
  /** Events as objects, or as bytes. */
  admit(kind: KindModel, events: readonly unknown[], tenant?: string): Promise<Admitted>;
  send(kind: KindModel, body: Buffer | string | readonly Buffer[], call?: Partial<BulkCall>): Promise<BulkAnswer>;
  /** Records of the topic, parsed. */
  stored(topic: string): Promise<StoredEvent[]>;
  /** The same directory, opened anew. */
  reopened(): Promise<TestIngest>;
  stop(): Promise<void>;
}

export interface StoredEvent {
  readonly partition: number;
  readonly offset: bigint;
  readonly text: string;
  readonly members: Readonly<Record<string, unknown>>;
}

export interface TestIngestOptions {
  readonly model?: EventModel;
  readonly dir?: string;
  readonly clock?: MovedClock;
  readonly bytesInFlightMax?: number;
  readonly bodyBytesMax?: number;
  readonly bodiesMax?: number;
}

export async function openIngest(options: TestIngestOptions = {}): Promise<TestIngest> {
  const model = options.model ?? loadDeclarations(resolve(import.meta.dirname, '../../schema/events'));
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'lakegate-ingest-')));
  const clock = options.clock ?? movedClock(Date.parse('2026-11-21T10:00:00Z'));
  const { bytesInFlightMax } = options;
  const log = await openEmbeddedLog({
    dir,
    clock,
    claimsKeptMs: 8 * DAY_MS,
    ...(bytesInFlightMax === undefined ? {} : { bytesInFlightMax }),
  });
  for (const { plural } of model.kinds) await log.createTopic({ topic: plural, partitions: 4, retentionMs: null });
  await log.createTopic({ topic: REJECTED_TOPIC, partitions: 1, retentionMs: null });
  const watermarks = new Map(model.kinds.map((kind) => [kind.kind, new KindWatermark(4, null)]));
  const watermark = (kind: KindModel): KindWatermark => {
    const found = watermarks.get(kind.kind);
    if (found === undefined) throw new Error(`no watermark of ${kind.kind}`);
    return found;
  };
  const admission = await openAdmission({
    model,
    log,
    clock,
    watermarkOf: watermark,
    acceptPastMs: 7 * DAY_MS,
    acceptFutureMs: 300_000,
  });
  const { bodyBytesMax = 64 * 1024 * 1024, bodiesMax = 32 } = options;
  const door = openBulkDoor({ admission, clock, bodyBytesMax, bodiesMax });
  return {
    model,
    log,
    clock,
    admission,
    door,
    watermark,
    kind: (singular) => {
      const found = model.kinds.find((kind) => kind.singular === singular);
      if (found === undefined) throw new Error(`no kind ${singular}`);
      return found;
    },
    admit: (kind, events, tenant = TENANT_DEFAULT) =>
      admission.admitEvents(kind, {
        tenant,
        source: 'bulk',
        receivedAtMs: clock.nowMs(),
        events: events.map((event) => ({ bytes: Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event)) })),
      }),
    send: (kind, body, call = {}) =>
      door.ingestBody({
        kind,
        tenant: TENANT_DEFAULT,
        contentType: 'application/x-ndjson',
        contentEncoding: undefined,
        body: chunksOf(body),
        ...call,
      }),
    stored: async (topic) =>
      (await readTopic(log, topic)).map(({ partition, offset, value }) => {
        const text = Buffer.from(value).toString('utf8');
        return { partition, offset, text, members: JSON.parse(text) };
      }),
    reopened: async () => {
      await log.close();
      return openIngest({ ...options, model, dir, clock });
    },
    stop: async () => {
      await log.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function* chunksOf(body: Buffer | string | readonly Buffer[]): AsyncGenerator<Buffer> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) yield Buffer.from(body);
  else yield* body;
}

/** A transaction that is admitted at the test clock's first moment; `change` replaces members. */
export function transaction(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 't-1',
    userId: 'ada',
    amount: '1250.00',
    currency: 'USD',
    status: 'CAPTURED',
    category: 'travel',
    occurredAt: '2026-11-21T09:59:59Z',
    ...change,
  };
}
