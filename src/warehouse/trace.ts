import type { ClaimingLog, Log, Position, StoredRecord } from '../log/log.ts';
import { GRAIN_SECONDS, type KindModel } from '../model/event-model.ts';
import { timesOf } from '../model/record-format.ts';
import { rawTable, rollupTables } from '../model/tables/tables.ts';
import { covers, type Version } from '../model/version.ts';
import type { Progress } from './progress.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

export interface TraceSources {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  /** Null where claims on ids are out of reach: an event is then found from the moment it is loaded, and all there is is waited for. */
  readonly findClaim: ClaimingLog['findClaim'] | null;
  /** The streams that hold what was not admitted: everything in them by now is waited for, so that no sighting is missing. */
  readonly rejectedTopic: string;
  readonly duplicatesTopic: string;
  readonly claimOf: (tenant: string, kind: KindModel, id: string) => string;
  readonly waitDeadlineMs: number;
}

interface TracedId {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly id: string;
}

/** One time that an id was seen, and how far that got. Times are RFC 3339. */
export interface Sighting {
  readonly verdict: 'ADMITTED' | 'DUPLICATE' | 'REJECTED';
  readonly receivedAt: string;
  readonly source: string;
  readonly position: Position | null;
  readonly rejection: TracedRejection | null;
  readonly loadedAt: string | null;
  /** `rollup_1m 2026-11-21T10:00:00Z`: table and start of each window that counts it. Empty until it is visible. */
  readonly countedIn: readonly string[];
}

interface TracedRejection {
  readonly code: string;
  readonly pointer: string;
  readonly expected: string;
  readonly got: string | null;
}

/**
 * Every time an id was seen, oldest first: admitted once at the most, seen again with the same content, refused. On Kafka an event that is
 * durable and not judged yet cannot be found: nobody knows its id before admission has read it.
 */
export async function readSightings(sources: TraceSources, traced: TracedId): Promise<readonly Sighting[]> {
  const { rejectedTopic, duplicatesTopic, findClaim } = sources;
  const ownTopic = findClaim === null ? [traced.kind.plural] : [];
  await sources.progress.waitFor(
    await endsOf(sources.log, [rejectedTopic, duplicatesTopic, ...ownTopic]),
    sources.waitDeadlineMs,
  );
  const [admitted, duplicates, rejected] = await Promise.all([
    readAdmitted(sources, traced),
    readDuplicates(sources, traced),
    readRejected(sources, traced),
  ]);
  return [...admitted, ...duplicates, ...rejected].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
}

/** A version that covers everything the topics hold as of now. */
export async function endsOf(log: Log, topics: readonly string[]): Promise<Version> {
  const offsets = new Map<string, ReadonlyMap<number, bigint>>();
  for (const topic of topics) {
    const ends = (await log.ends(topic)).filter(({ next }) => next > 0n);
    offsets.set(topic, new Map(ends.map(({ partition, next }) => [partition, next - 1n])));
  }
  return { offsets, watermarksMs: new Map() };
}

interface AdmittedRow {
  readonly _partition: number;
  readonly _offset: string;
  readonly receivedAt: string;
  readonly time: string;
}

interface AdmittedEvent {
  readonly position: Position;
  readonly receivedAt: string;
  readonly timeMs: number;
}

/**
 * From raw where it is there, else from the log by its claim: an event is found from the moment it is durable, and when its raw row has been let
 * go it is found still.
 */
async function readAdmitted(sources: TraceSources, traced: TracedId): Promise<readonly Sighting[]> {
  const inRaw = await readFromRaw(sources.warehouse, traced);
  const events = inRaw.length > 0 ? inRaw : await readFromLog(sources, traced);
  return Promise.all(events.map((event) => admittedSighting(sources, traced.kind, event)));
}

async function readFromRaw(warehouse: Warehouse, { kind, tenant, id }: TracedId): Promise<readonly AdmittedEvent[]> {
  const { rows } = await warehouse.query<AdmittedRow>(
    `SELECT _partition, _offset, _receivedAt AS receivedAt, \`${kind.timeField}\` AS time
     FROM ${DATABASE}.${rawTable(kind)} FINAL WHERE _tenant = {tenant:String} AND _id = {id:String}`,
    { params: { tenant, id } },
  );
  return rows.map(({ _partition, _offset, receivedAt, time }) => ({
    position: { topic: kind.plural, partition: Number(_partition), offset: BigInt(_offset) },
    receivedAt,
    timeMs: Date.parse(time),
  }));
}

async function readFromLog(
  { log, findClaim, claimOf }: TraceSources,
  { tenant, kind, id }: TracedId,
): Promise<readonly AdmittedEvent[]> {
  const claim = findClaim === null ? null : await findClaim(claimOf(tenant, kind, id));
  const record = claim === null ? null : await readRecord(log, claim.position);
  if (claim === null || record === null) return [];
  const { timeUs, receivedAtMs } = timesOf(record.value);
  return [{ position: claim.position, receivedAt: new Date(receivedAtMs).toISOString(), timeMs: timeUs / 1000 }];
}

async function readRecord(log: Log, { topic, partition, offset }: Position): Promise<StoredRecord | null> {
  const options = { signal: new AbortController().signal, follow: false, bytesMax: 1, skipCorrupt: true };
  for await (const [record] of log.read(topic, partition, offset, options)) {
    return record !== undefined && record.offset === offset ? record : null;
  }
  return null;
}

/** Counted is what the version covers and the ledger has: where a row of it is missing, the event is a gap, whatever the version says. */
async function admittedSighting(
  { warehouse, progress }: TraceSources,
  kind: KindModel,
  { position, receivedAt, timeMs }: AdmittedEvent,
): Promise<Sighting> {
  const isVisible = covers(progress.version([kind.plural]), versionAt(position));
  const loadedAt = isVisible ? await readLoadedAt(warehouse, position) : null;
  return { ...ADMITTED, receivedAt, position, loadedAt, countedIn: loadedAt === null ? [] : windowsOf(kind, timeMs) };
}

/** Which door an admitted event came by is not in its record. */
const ADMITTED = { verdict: 'ADMITTED', source: 'log', rejection: null } as const;

async function readLoadedAt(warehouse: Warehouse, { topic, partition, offset }: Position): Promise<string | null> {
  const { rows } = await warehouse.query<{ loadedAt: string }>(
    `SELECT loadedAt FROM ${DATABASE}.ledger
     WHERE topic = {topic:String} AND _partition = {partition:UInt32} AND firstOffset <= {offset:UInt64} AND lastOffset >= {offset:UInt64}
     ORDER BY loadedAt LIMIT 1`,
    { params: { topic, partition, offset: offset.toString() } },
  );
  return rows[0]?.loadedAt ?? null;
}

function windowsOf(kind: KindModel, timeMs: number): readonly string[] {
  return rollupTables(kind).map(({ shortName, grain }) => {
    const lengthMs = GRAIN_SECONDS[grain] * 1000;
    const startMs = Math.floor(timeMs / lengthMs) * lengthMs;
    return `${shortName} ${new Date(startMs).toISOString().slice(0, 19)}Z`;
  });
}

async function readDuplicates(
  { warehouse, duplicatesTopic }: TraceSources,
  { tenant, kind, id }: TracedId,
): Promise<readonly Sighting[]> {
  const { rows } = await warehouse.query<{ receivedAt: string; source: string; times: string }>(
    `SELECT receivedAt, source, countEqual(ids, {id:String}) AS times FROM ${DATABASE}.${duplicatesTopic}
     WHERE _tenant = {tenant:String} AND kind = {kind:String} AND has(ids, {id:String}) ORDER BY receivedAt`,
    { params: { tenant, kind: kind.kind, id } },
  );
  return rows.flatMap(({ receivedAt, source, times }) =>
    Array.from({ length: Number(times) }, () => ({
      ...NOT_STORED,
      verdict: 'DUPLICATE' as const,
      receivedAt,
      source,
      rejection: null,
    })),
  );
}

async function readRejected(
  { warehouse, rejectedTopic }: TraceSources,
  { tenant, kind, id }: TracedId,
): Promise<readonly Sighting[]> {
  const { rows } = await warehouse.query<TracedRejection & { receivedAt: string; source: string }>(
    `SELECT receivedAt, source, code, pointer, expected, got FROM ${DATABASE}.${rejectedTopic}
     WHERE _tenant = {tenant:String} AND kind = {kind:String} AND eventId = {id:String} ORDER BY receivedAt`,
    { params: { tenant, kind: kind.kind, id } },
  );
  return rows.map(({ receivedAt, source, ...rejection }) => ({
    ...NOT_STORED,
    verdict: 'REJECTED' as const,
    receivedAt,
    source,
    rejection,
  }));
}

const NOT_STORED = { position: null, loadedAt: null, countedIn: [] } as const;

function versionAt({ topic, partition, offset }: Position): Version {
  return { offsets: new Map([[topic, new Map([[partition, offset]])]]), watermarksMs: new Map() };
}
