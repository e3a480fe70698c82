import type { Log, Notes } from '../../log/log.ts';
import type { KindWatermark } from '../../model/watermark.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError, messageOf } from '../../platform/errors.ts';
import { mendBatch } from '../mend/mend.ts';
import type { Warehouse } from '../warehouse.ts';
import {
  type Batch,
  type BatchAgain,
  type BatchLimits,
  cutBatch,
  type OffsetRange,
  type RecordPlace,
  rangesText,
  readBatch,
} from './batch.ts';
import { checkTables } from './check-tables.ts';
import { hoursOf } from './load-marks.ts';
import {
  type BatchNote,
  encodeLoadNote,
  type LoadNote,
  noteKey,
  readLoadNote,
  rememberLeftOut,
  rememberLoad,
} from './load-note.ts';
import type { Demand } from './load-schedule.ts';
import { batchNote, RECORD_FORMAT_SETTINGS } from './load-settings.ts';
import type { LoadTarget } from './load-target.ts';
import type { LoaderProgress, TopicProgress } from './loader-progress.ts';
import { raiseWatermark } from './raise-watermark.ts';
import { findUnloadable, isDataError } from './unloadable.ts';
import { waitUntilQuiet } from './wait-until-quiet.ts';

/** What the topics of one loader share. */
interface LoadContext {
  readonly log: Log;
  readonly notes: Notes;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly limits: BatchLimits;
  readonly bootId: string;
  readonly setAside: SetAside;
  /** Told of the tables in which something had to be changed after a crash. */
  readonly onMended: (topic: string, tables: readonly string[]) => void;
  /** Aborted when the loader no longer waits for a step to end. */
  readonly signal: AbortSignal;
}

/** Told of each record that the warehouse can never take, before the loader goes past it. May be told twice after a crash. */
export type SetAside = (place: RecordPlace & { readonly topic: string }, reason: string) => Promise<void>;

/**
 *   checking ─► ready ─► inserting ─► ready
 *                            └──────► unknown ─► verifying ─► ready
 *
 * - checking: just started. What the notes say is loaded is compared with what the tables know.
 * - ready: everything up to `note.loaded` is in every table, and nothing else.
 * - unknown: a batch was begun, and nobody knows what came of it. It is inserted again with the same token and settings.
 * - verifying: it is compared with the tables, and what differs is mended. It is never inserted again.
 *
 * Each step begins from the note alone, so that a crash or an error at any point leads back to the same step.
 */
type LoadPhase = 'checking' | 'ready' | 'unknown' | 'verifying';

export interface TopicLoadStatus {
  readonly topic: string;
  readonly phase: LoadPhase;
  /** Records in the log that are not in the tables, as of the last look. */
  readonly lag: bigint;
  /** Of the step that failed last; null once one succeeded. */
  readonly lastError: string | null;
  /** Ranges that the log could not give back (damaged): they are gaps in the ledger. */
  readonly missing: readonly OffsetRange[];
  /** LOG_CORRUPT and where, for as long as this loader runs; null while nothing is missing. */
  readonly damage: string | null;
  /** Records that the warehouse can never take: they are gaps in the ledger too, and were handed to `setAside`. */
  readonly leftOut: readonly RecordPlace[];
}

/** A second doubled five times: a warehouse that refuses is asked twice a minute. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_LAST_MS = 30_000;

/** Loading of one topic. One step at a time: who calls `step` waits for it. */
export class TopicLoad {
  readonly target: LoadTarget;
  readonly shown: TopicProgress;
  readonly #context: LoadContext;
  readonly #progress: LoaderProgress;
  readonly #watermark: KindWatermark | null;
  readonly #missing: OffsetRange[] = [];
  #phase: LoadPhase = 'checking';
  #note: LoadNote;
  #next: readonly bigint[];
  #lastWatermarksMs: (number | null)[];
  /** The batch after the one that is being inserted, read meanwhile. */
  #ahead: Promise<Batch | null> | null = null;
  #pending = true;
  #backlog = false;
  #lastStartedAtMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #lastError: string | null = null;

  constructor(made: {
    readonly context: LoadContext;
    readonly target: LoadTarget;
    readonly shown: TopicProgress;
    readonly progress: LoaderProgress;
    readonly watermark: KindWatermark | null;
    readonly partitionCount: number;
  }) {
    this.#context = made.context;
    this.target = made.target;
    this.shown = made.shown;
    this.#progress = made.progress;
    this.#watermark = made.watermark;
    this.#note = readLoadNote(made.context.notes, made.target.topic, made.partitionCount) ?? {
      epoch: 0,
      loaded: Array.from({ length: made.partitionCount }, () => -1n),
      watermarkMs: null,
      bootId: made.context.bootId,
      recent: [],
      leftOut: [],
      batch: null,
    };
    this.#next = this.#note.loaded.map((offset) => offset + 1n);
    this.#lastWatermarksMs = this.#note.loaded.map(() => null);
    this.#show();
    // Until the tables are known to hold what the notes say, nobody reads them.
    void this.shown.gate.beginLoad();
  }

  /** There may be something to load. */
  wake(): void {
    this.#pending = true;
  }

  /** What failed last is tried at once. */
  retryNow(): void {
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }

  demand(): Demand {
    return {
      pending: this.#pending || this.#phase !== 'ready',
      backlog: this.#backlog || this.#phase !== 'ready',
      watched: this.shown.watchers > 0,
      waitedForSinceMs: this.shown.waitedForSinceMs,
      lastStartedAtMs: this.#lastStartedAtMs,
      notBeforeMs: Math.max(this.#notBeforeMs, this.#heldUntilMs()),
    };
  }

  #heldUntilMs(): number {
    const { heldForMs } = this.shown.gate;
    return heldForMs === 0 ? Number.NEGATIVE_INFINITY : this.#context.clock.nowMs() + heldForMs;
  }

  status(): TopicLoadStatus {
    return {
      topic: this.target.topic,
      phase: this.#phase,
      lag: this.#next.reduce((sum, next, partition) => sum + next - 1n - (this.#note.loaded[partition] ?? -1n), 0n),
      lastError: this.#lastError,
      missing: this.#missing,
      damage: this.#missing.length === 0 ? null : `LOG_CORRUPT: ${rangesText(this.#missing)}`,
      leftOut: this.#note.leftOut,
    };
  }

  /** Does what is to be done next, once. What fails is kept as the last error and is tried again later, a little later each time. */
  async step(): Promise<void> {
    this.#lastStartedAtMs = this.#context.clock.nowMs();
    try {
      await this.#stepOf(this.#phase);
      this.#failures = 0;
      this.#lastError = null;
    } catch (error) {
      this.#pending = true;
      const waitMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** this.#failures++);
      this.#notBeforeMs = this.#context.clock.nowMs() + waitMs;
      this.#lastError = error instanceof LakegateError ? `${error.code}: ${error.message}` : String(error);
    }
  }

  /** On a quiet stream: the watermark goes on without records. Costs a note only where it moved enough to matter. */
  async moveWatermark(): Promise<void> {
    if (this.#phase !== 'ready' || this.#watermark === null) return;
    const watermarkMs = await this.#raiseWatermark(this.#note.loaded);
    if (!isWorthNoting(this.shown.watermarkMs, watermarkMs, this.#context.clock.nowMs() - this.#lastStartedAtMs))
      return;
    await this.#write({ ...this.#note, watermarkMs });
    this.#show();
    this.#progress.advanced(this.target.topic);
  }

  #stepOf(phase: LoadPhase): Promise<void> {
    switch (phase) {
      case 'checking':
        return this.#check();
      case 'ready':
        return this.#loadNext();
      case 'unknown':
        return this.#insertAgain();
      case 'verifying':
        return this.#verify();
    }
  }

  async #check(): Promise<void> {
    const { loaded, mended } = await checkTables(this.#context, this.target, this.#note);
    if (mended.length > 0) this.#context.onMended(this.target.topic, mended);
    const kept = loaded === this.#note.loaded;
    await this.#write({
      ...this.#note,
      epoch: this.#note.epoch + (kept ? 0 : 1),
      loaded,
      bootId: this.#context.bootId,
      recent: kept ? this.#note.recent : [],
      batch: kept ? this.#note.batch : null,
    });
    if (this.#note.batch === null) return this.#becomeReady();
    this.#phase = this.#note.batch.phase === 'verifying' ? 'verifying' : 'unknown';
  }

  async #loadNext(): Promise<void> {
    const batch = await (this.#ahead ?? this.#cut(this.#note.loaded));
    this.#ahead = null;
    this.#backlog = batch !== null && isFull(batch, this.#context.limits);
    if (batch === null) return;
    this.#noteMissing(batch);
    const begun = batchNote(batch, this.#note.epoch, []);
    await this.#write({ ...this.#note, batch: begun });
    // Whatever goes wrong from here on, the batch may have come through.
    this.#phase = 'unknown';
    await this.shown.gate.beginLoad(hoursOf(batch.minutes));
    const generation = generationOf(this.#context.warehouse);
    if (this.#backlog) this.#ahead = this.#readAhead(batch);
    await this.#insert(batch, begun);
    if (generationOf(this.#context.warehouse) !== generation) return;
    await this.#finish(batch);
  }

  async #insertAgain(): Promise<void> {
    const begun = this.#batchInDoubt();
    await waitUntilQuiet(this.#context.warehouse);
    const batch = await this.#readAgain(begun);
    try {
      // A batch that the log lost a part of is no longer what its token stands for: what can be read of it is mended in.
      if (batch.rows > 0 && batch.missing.length === 0) await this.#insert(batch, begun);
    } catch (error) {
      if (!isDataError(error)) throw error;
      return this.#leaveOutUnloadable(batch, begun, error);
    }
    await this.#write({ ...this.#note, batch: { ...begun, phase: 'verifying' } });
    this.#phase = 'verifying';
    await this.#verify();
  }

  async #verify(): Promise<void> {
    const begun = this.#batchInDoubt();
    const batch = await this.#readAgain(begun);
    try {
      const { warehouse, clock } = this.#context;
      const mended = await mendBatch(warehouse, this.target, batch, clock.nowMs(), batch.missing);
      if (mended.length > 0) this.#context.onMended(this.target.topic, mended);
    } catch (error) {
      if (!isDataError(error)) throw error;
      return this.#leaveOutUnloadable(batch, begun, error);
    }
    await this.#finish(batch);
    this.#missing.push(...batch.missing);
  }

  /** The engine refuses the bytes themselves: the records it refuses are named and left out, the rest is loaded. */
  async #leaveOutUnloadable(batch: BatchAgain, begun: BatchNote, error: unknown): Promise<void> {
    const refused = await findUnloadable(this.#context.warehouse, this.target, batch);
    const found = refused.filter((place) => !isWithin(place, batch.missing));
    if (found.length === 0) throw error;
    const reason = messageOf(error);
    for (const place of found) await this.#context.setAside({ topic: this.target.topic, ...place }, reason);
    const leftOut = [...begun.leftOut, ...found];
    const rest = await this.#readAgain({ ...begun, leftOut });
    const { ranges, phase } = begun;
    await this.#write({ ...this.#note, batch: { ...batchNote(rest, this.#note.epoch, leftOut), ranges, phase } });
  }

  #insert(batch: Batch, begun: BatchNote): Promise<void> {
    return this.#context.warehouse.insert(this.target.queueTable, batch.bytes, {
      format: 'JSONEachRow',
      settings: { ...RECORD_FORMAT_SETTINGS, ...begun.settings, insert_deduplication_token: begun.token },
    });
  }

  /** Everything of the batch is in every table. First that is made durable, then it is shown. */
  async #finish(batch: Batch): Promise<void> {
    // By the ranges of the note: what the log lost of them meanwhile is behind us too.
    const loaded = loadedAfter(this.#note.loaded, this.#batchInDoubt().ranges);
    for (const [partition, watermarkMs] of batch.lastWatermarksMs) this.#lastWatermarksMs[partition] = watermarkMs;
    await this.#write({
      ...this.#note,
      loaded,
      watermarkMs: await this.#raiseWatermark(loaded),
      recent: rememberLoad(this.#note.recent, batch, this.#note.loaded, this.#context.clock.nowMs()),
      leftOut: rememberLeftOut(this.#note.leftOut, this.#note.batch?.leftOut ?? []),
      batch: null,
    });
    this.#becomeReady();
  }

  #becomeReady(): void {
    this.#phase = 'ready';
    this.#show();
    this.shown.gate.endLoad();
    this.#progress.advanced(this.target.topic);
  }

  #show(): void {
    const { loaded, watermarkMs } = this.#note;
    const visible = [...loaded.entries()].filter(([, offset]) => offset >= 0n);
    this.shown.offsets = new Map(visible);
    this.shown.watermarkMs = watermarkMs;
  }

  async #write(note: LoadNote): Promise<void> {
    await this.#context.notes.put({ [noteKey(this.target.topic)]: encodeLoadNote(note) });
    this.#note = note;
  }

  async #raiseWatermark(loaded: readonly bigint[]): Promise<number | null> {
    if (this.#watermark === null) return null;
    const state = { loaded, lastWatermarksMs: this.#lastWatermarksMs };
    return raiseWatermark(this.#context.log, this.target.topic, this.#watermark, state, this.#context.clock.nowMs());
  }

  async #cut(loaded: readonly bigint[]): Promise<Batch | null> {
    const { log, limits, signal } = this.#context;
    this.#pending = false;
    const ends = await log.ends(this.target.topic);
    this.#next = ends.map(({ next }) => next);
    const spans = ends.map(({ partition, next }) => ({ partition, from: (loaded[partition] ?? -1n) + 1n, next }));
    return cutBatch(log, this.target.topic, spans, limits, signal);
  }

  /** Never rejects: what cannot be read ahead is read in its turn, and fails there. */
  #readAhead(batch: Batch): Promise<Batch | null> | null {
    const reading = this.#cut(loadedAfter(this.#note.loaded, batch.ranges));
    reading.catch(() => this.#dropAhead());
    return reading;
  }

  #dropAhead(): void {
    this.#ahead = null;
    this.#pending = true;
  }

  #readAgain(begun: BatchNote): Promise<BatchAgain> {
    this.#dropAhead();
    const { log, signal } = this.#context;
    return readBatch(log, this.target.topic, begun.ranges, begun.leftOut, signal);
  }

  #batchInDoubt(): BatchNote {
    const { batch } = this.#note;
    if (batch === null) throw new Error(`no batch of ${this.target.topic} is in doubt`);
    return batch;
  }

  #noteMissing(batch: Batch): void {
    for (const { partition, first } of batch.ranges) {
      const expected = (this.#note.loaded[partition] ?? -1n) + 1n;
      if (first > expected) this.#missing.push({ partition, first: expected, last: first - 1n });
    }
  }
}

function loadedAfter(loaded: readonly bigint[], ranges: readonly OffsetRange[]): readonly bigint[] {
  return loaded.map((offset, partition) => ranges.find((range) => range.partition === partition)?.last ?? offset);
}

function isWithin({ partition, offset }: RecordPlace, ranges: readonly OffsetRange[]): boolean {
  return ranges.some((range) => range.partition === partition && range.first <= offset && offset <= range.last);
}

/** Full by any limit: there is likely more. */
function isFull(batch: Batch, limits: BatchLimits): boolean {
  return batch.cutShort || batch.rows >= limits.rowsMax;
}

function generationOf(warehouse: Warehouse): number | null {
  const state = warehouse.state();
  return state.state === 'up' ? state.generation : null;
}

const MINUTE_MS = 60_000;

/**
 * On a stream that was loaded within the last minute a second counts. On one that has been quiet for longer only what closes a minute
 * does: with six idle streams that is a note every ten seconds.
 */
function isWorthNoting(shownMs: number | null, watermarkMs: number | null, quietForMs: number): boolean {
  if (watermarkMs === null) return false;
  if (shownMs === null) return true;
  if (quietForMs < MINUTE_MS) return watermarkMs - shownMs >= 1000;
  return Math.floor(watermarkMs / MINUTE_MS) > Math.floor(shownMs / MINUTE_MS);
}
