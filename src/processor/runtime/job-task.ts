import type {
  HeadedRecord,
  KeyedState,
  PartitionTask,
  StoredHeadedRecord,
  Transaction,
} from '../../log/partition-work.ts';
import { encodeOutput } from '../../model/streams/encode-output.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Job, JobSource } from '../job.ts';
import type { Operator, Output, Step } from '../operator.ts';
import type { ByKeyRecord, WatermarkMark } from './by-key-record.ts';
import { type KeyEntry, KeyStates, StateTooLarge } from './key-states.ts';
import { OperatorFailure } from './operator-failure.ts';
import { checkShape, firstMeta, type PartitionMeta, readMeta, writeMeta } from './partition-meta.ts';
import { type StoredEvent, US_PER_MS } from './stored-event.ts';
import { Timers } from './timers.ts';

export interface JobTaskOptions {
  readonly job: Job;
  readonly source: Pick<JobSource, 'where'>;
  readonly partition: number;
  readonly state: KeyedState;
  readonly input: JobInput;
  /** Every record of the partition that is not in the input yet meets at least this. Asked only while all input was taken. Null: nobody knows. */
  readonly floorMs: (inputNext: bigint) => number | null;
  readonly stateBytesInMemory: number;
  readonly clock: Clock;
}

/**
 * `direct`: records of a kind. What one meets is how far event time has come. `by-key`: what the stage before sent on. Event time has come as far
 * as in the least of the partitions it sends from, all of which are named; an event is late or not by the watermark of its own partition.
 */
export type JobInput =
  | { readonly from: 'direct'; readonly eventOf: (record: StoredHeadedRecord) => StoredEvent }
  | {
      readonly from: 'by-key';
      readonly read: (record: StoredHeadedRecord) => ByKeyRecord;
      readonly sourcePartitions: readonly string[];
    };

/**
 * One partition of a job. For each record of a step
 *
 *   wake the keys whose time its watermark has reached ─► where ─► onEvent ─► outputs, new state, new timer
 *
 * and then outputs, changed states, timers and the place in the input are one transaction. What an operator sees follows from the records
 * alone: woken keys see the time they asked for, or the watermark of the record before them where that is later. So it is the same whether time
 * went on with the next record or, on a quiet stream, without one.
 */
export class JobTask implements PartitionTask {
  readonly #options: JobTaskOptions;
  readonly #operator: Operator<unknown>;
  readonly #keys: KeyStates;
  readonly #timers: Timers;
  #meta: PartitionMeta;
  /** What the step makes of it. */
  #draft: Draft;
  #quietUs = Number.NEGATIVE_INFINITY;
  #steppedAt = 0;
  #checkpointMs: number | null = null;
  readonly #step: RunningStep;

  constructor(options: JobTaskOptions) {
    const { job, state, stateBytesInMemory } = options;
    this.#options = options;
    this.#operator = job.operator;
    const kept = readMeta(state) ?? firstMeta(job.stateShape);
    checkShape(kept, job.stateShape, job.name);
    this.#meta = { ...kept, stateShape: job.stateShape };
    this.#draft = draftOf(this.#meta);
    this.#keys = new KeyStates(state, job.operator, { bytesMax: stateBytesInMemory, isEmpty: kept.stateKeys === 0 });
    this.#timers = new Timers(state);
    this.#step = { tenant: '', key: '', watermarkUs: Number.NEGATIVE_INFINITY, emit: (output) => this.#emit(output) };
  }

  get meta(): PartitionMeta {
    return this.#meta;
  }

  /** How long the last commit took; null before the first. */
  get checkpointMs(): number | null {
    return this.#checkpointMs;
  }

  restoreFrom(): bigint {
    return 0n;
  }

  restore(): void {}

  inputFrom(): bigint {
    return this.#meta.inputNext;
  }

  wantsStep(): boolean {
    const floorMs = this.#options.floorMs(this.#meta.inputNext);
    if (floorMs === null) return false;
    this.#quietUs = floorMs * US_PER_MS;
    return this.#quietUs >= this.#timers.headUs;
  }

  async step(records: readonly StoredHeadedRecord[], transaction: Transaction): Promise<void> {
    this.#draft = draftOf(this.#meta);
    if (records.length === 0) this.#quiet();
    else await this.#takeAll(records);
    this.#write(transaction);
    this.#steppedAt = performance.now();
  }

  committed(): void {
    this.#checkpointMs = performance.now() - this.#steppedAt;
    this.#meta = metaOf(this.#draft);
    this.#keys.committed();
    this.#timers.committed();
  }

  rolledBack(): void {
    this.#keys.rolledBack();
    this.#timers.rolledBack();
  }

  async close(): Promise<void> {}

  /** Others of this process get their turn in between. */
  async #takeAll(records: readonly StoredHeadedRecord[]): Promise<void> {
    let turnEnds = performance.now() + TURN_MS;
    for (let i = 0; i < records.length; i++) {
      this.#take(records[i] as StoredHeadedRecord);
      if (i % LOOKED_AT_EVERY === 0 && performance.now() > turnEnds) {
        await turnOfEventLoop();
        turnEnds = performance.now() + TURN_MS;
      }
    }
    this.#draft.inputNext = (records.at(-1)?.offset ?? 0n) + 1n;
  }

  #take(record: StoredHeadedRecord): void {
    const { input } = this.#options;
    if (input.from === 'direct') {
      const event = input.eventOf(record);
      this.#reach(event.watermarkUs);
      this.#takeEvent(event);
      return;
    }
    const { event, mark } = input.read(record);
    if (event !== null) this.#takeEvent(event);
    else this.#takeMark(mark, input.sourcePartitions);
  }

  #takeMark({ topic, partition, watermarkUs }: WatermarkMark, sourcePartitions: readonly string[]): void {
    const marksUs = { ...this.#draft.marksUs, [`${topic}/${partition}`]: watermarkUs };
    this.#draft.marksUs = marksUs;
    this.#reach(Math.min(...sourcePartitions.map((name) => marksUs[name] ?? Number.NEGATIVE_INFINITY)));
  }

  /** A record says that event time has come here. */
  #reach(watermarkUs: number): void {
    this.#goOn(watermarkUs);
    const { times } = this.#draft;
    if (watermarkUs > times.recordWatermarkUs) times.recordWatermarkUs = watermarkUs;
  }

  #takeEvent(event: StoredEvent): void {
    const { job, source } = this.#options;
    const draft = this.#draft;
    if (event.receivedAtMs > draft.times.receivedAtMs) draft.times.receivedAtMs = event.receivedAtMs;
    if (job.tenant !== null && job.tenant !== event.tenant) return;
    draft.records++;
    try {
      if (source.where === null || source.where(event)) this.#onEvent(event);
    } catch (error) {
      throw new OperatorFailure(job.name, event, error);
    }
  }

  #onEvent(event: StoredEvent): void {
    const entry = this.#keys.of(event.stateKey);
    this.#begin(entry, this.#draft.times.recordWatermarkUs);
    this.#keep(entry, this.#operator.onEvent(event, entry.value, this.#step));
  }

  #quiet(): void {
    this.#goOn(this.#quietUs);
  }

  /** Event time has come here: whoever wanted to be woken until now is, in the order of times and keys. */
  #goOn(watermarkUs: number): void {
    const { times } = this.#draft;
    if (watermarkUs > times.watermarkUs) times.watermarkUs = watermarkUs;
    if (watermarkUs < this.#timers.headUs) return;
    for (let timer = this.#timers.pop(watermarkUs); timer !== null; timer = this.#timers.pop(watermarkUs)) {
      this.#wake(timer.timeUs, this.#keys.at(timer.place));
    }
  }

  /** The index may hold an earlier time than the key wants by now: it then gets the right one. */
  #wake(timeUs: number, entry: KeyEntry | null): void {
    if (entry === null || entry.timerUs !== timeUs) return;
    entry.timerUs = null;
    const wantedUs = this.#operator.wakeAtUs(entry.value);
    if (wantedUs === null || timerTime(wantedUs) > timeUs) {
      this.#keep(entry, entry.value);
      return;
    }
    this.#begin(entry, Math.max(timeUs, this.#draft.times.recordWatermarkUs));
    this.#keep(entry, this.#onWake(entry, timeUs));
  }

  #onWake(entry: KeyEntry, timeUs: number): unknown {
    const { job, partition } = this.#options;
    try {
      const value = this.#operator.onWake(entry.value, this.#step);
      const nextUs = value === null ? null : this.#operator.wakeAtUs(value);
      if (nextUs === null || timerTime(nextUs) > timeUs) return value;
      throw new Error(`woken at ${timeUs}, it wants to be woken at ${nextUs}`);
    } catch (error) {
      throw new OperatorFailure(job.name, { key: entry.key, partition, timeUs }, error);
    }
  }

  #begin({ tenant, key }: KeyEntry, watermarkUs: number): void {
    this.#step.tenant = tenant;
    this.#step.key = key;
    this.#step.watermarkUs = watermarkUs;
  }

  /**
   * A key that wants to be woken later than before keeps its place in the index and is looked at when that time comes: a session that is
   * prolonged a hundred times costs one entry and not a hundred.
   */
  #keep(entry: KeyEntry, value: unknown): void {
    if (value === null && entry.value === null && entry.storedBytes === 0) return;
    entry.value = value;
    this.#keys.changed(entry);
    const wantedUs = value === null ? null : this.#operator.wakeAtUs(value);
    if (value === null) this.#setTimer(entry, null);
    else if (wantedUs !== null && (entry.timerUs === null || timerTime(wantedUs) < entry.timerUs)) {
      this.#setTimer(entry, timerTime(wantedUs));
    }
  }

  #setTimer(entry: KeyEntry, timerUs: number | null): void {
    entry.timerUs = timerUs;
    if (timerUs !== null) this.#timers.add(timerUs, entry.place);
  }

  #emit(output: Output): void {
    const { job } = this.#options;
    const draft = this.#draft;
    if (output.stream === 'late') {
      draft.late++;
      if (job.discardsLate) return;
    }
    const { tenant, key, watermarkUs } = this.#step;
    const record = encodeOutput(output, {
      tenant,
      key,
      job: job.name,
      jobVersion: job.version,
      shadow: job.mode === 'SHADOW',
      watermarkMs: Number.isFinite(watermarkUs) ? Math.floor(watermarkUs / US_PER_MS) : null,
      receivedAtMs: draft.times.receivedAtMs,
    });
    if (record.value.byteLength > OUTPUT_BYTES_MAX) {
      const size = `${record.value.byteLength} bytes, expected at most ${OUTPUT_BYTES_MAX}`;
      throw new Error(`what it wrote to ${output.stream} takes ${size}`);
    }
    const others = draft.outputs.get(output.stream);
    if (others === undefined) draft.outputs.set(output.stream, [record]);
    else others.push(record);
  }

  #write(transaction: Transaction): void {
    const { partition, clock, job } = this.#options;
    const draft = this.#draft;
    for (const [stream, records] of draft.outputs) {
      transaction.write(stream, partition, records);
      if (isAlso(job, stream)) transaction.write(job.alsoTo, partition, records);
    }
    this.#writeKeys(transaction);
    const { keys, bytes } = this.#keys.added;
    draft.stateKeys += keys;
    draft.stateBytes += bytes;
    draft.commits++;
    draft.lastCommitAtMs = clock.nowMs();
    writeMeta(transaction, metaOf(draft));
  }

  #writeKeys(transaction: Transaction): void {
    const { job, partition } = this.#options;
    try {
      this.#keys.write(transaction);
    } catch (error) {
      if (!(error instanceof StateTooLarge)) throw error;
      const { tenant, key } = error.entry;
      throw new OperatorFailure(job.name, { tenant, key, partition }, error);
    }
  }
}

/** What went into the windows is nobody else's affair, and late events have a list of their own. */
function isAlso(job: Job, stream: Output['stream']): job is Job & { readonly alsoTo: string } {
  return typeof job.alsoTo === 'string' && job.mode === 'LIVE' && (stream === 'alerts' || stream === 'results');
}

/** 7 MiB, as of a state: Kafka takes 8 MiB at once, and would refuse it again and again. */
const OUTPUT_BYTES_MAX = 7 * 1024 * 1024;

/** 8 ms: whoever asks something of this process meanwhile does not see it. */
const TURN_MS = 8;
const LOOKED_AT_EVERY = 64;

function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Microseconds are whole, and the index has none before 1970. */
function timerTime(timeUs: number): number {
  return Math.max(0, Math.ceil(timeUs));
}

type Mutable<Of> = { -readonly [Name in keyof Of]: Of[Name] };
type RunningStep = Mutable<Step>;

type Draft = Mutable<Omit<PartitionMeta, keyof Times>> & {
  readonly times: Times;
  readonly outputs: Map<Output['stream'], HeadedRecord[]>;
};

/** Change with every event: apart from the rest, where each stays a plain number for the engine and none is made to be collected again. */
interface Times {
  /** -Infinity before there is one, here and below. */
  watermarkUs: number;
  /** The job's time as the records say it, whatever is known beside them. */
  recordWatermarkUs: number;
  receivedAtMs: number;
}

function draftOf({ watermarkUs, recordWatermarkUs, receivedAtMs, ...rest }: PartitionMeta): Draft {
  const times: Times = {
    watermarkUs: watermarkUs ?? Number.NEGATIVE_INFINITY,
    recordWatermarkUs: recordWatermarkUs ?? Number.NEGATIVE_INFINITY,
    receivedAtMs,
  };
  return { ...rest, times, outputs: new Map() };
}

function metaOf({ outputs: _, times, ...rest }: Draft): PartitionMeta {
  const { watermarkUs, recordWatermarkUs, receivedAtMs } = times;
  const { stateShape, inputNext, marksUs, ...figures } = rest;
  return {
    stateShape,
    inputNext,
    watermarkUs: timeOrNull(watermarkUs),
    recordWatermarkUs: timeOrNull(recordWatermarkUs),
    marksUs,
    receivedAtMs,
    ...figures,
  };
}

function timeOrNull(timeUs: number): number | null {
  return timeUs === Number.NEGATIVE_INFINITY ? null : timeUs;
}
