import type { Job } from '../../src/processor/job.ts';
import type { JobEvent, Operator, Output } from '../../src/processor/operator.ts';
import { stateKeyOf } from '../../src/processor/runtime/stored-event.ts';
import { TimerHeap } from '../../src/processor/runtime/timer-heap.ts';

/**
 * Runs a job over events in memory, without a log. The outputs are those of the runtime over the same events in the same order, because both wake keys
 * by the same rules (operator.ts): partition by partition, before each event those whose time its watermark has reached.
 */
export function driveJob(job: Job, events: Iterable<JobEvent>, options: DriveOptions = {}): readonly DrivenOutput[] {
  const driver = new JobDriver(job, options);
  for (const event of events) driver.take(event);
  driver.goOn(options.untilUs ?? Number.NEGATIVE_INFINITY);
  return driver.outputs;
}

export interface DriveOptions {
  /** The watermark that every partition reaches after its last event, as on a quiet stream. Default: that of its last event. */
  readonly untilUs?: number;
  /** States are bytes between two steps, as where memory is short. Default false. */
  readonly asStored?: boolean;
}

export interface DrivenOutput {
  readonly tenant: string;
  readonly key: string;
  readonly partition: number;
  /** Of the step. */
  readonly watermarkUs: number;
  readonly output: Output;
}

export class JobDriver {
  readonly outputs: DrivenOutput[] = [];
  readonly #job: Job;
  readonly #source: ReadonlyMap<string, Job['sources'][number]>;
  readonly #states: (operator: Operator<unknown>) => StateHolder;
  readonly #partitions = new Map<number, DrivenPartition>();

  constructor(job: Job, { asStored = false }: DriveOptions = {}) {
    this.#job = job;
    this.#source = new Map(job.sources.map((source) => [source.topic, source]));
    this.#states = asStored ? (operator) => new StoredState(operator) : () => new HeldState();
  }

  take(event: JobEvent): void {
    const source = this.#source.get(event.topic);
    if (source === undefined) return;
    const partition = this.#partitionOf(event.partition);
    this.#wakeUntil(partition, event.watermarkUs);
    partition.recordWatermarkUs = Math.max(partition.recordWatermarkUs, event.watermarkUs);
    if (this.#job.tenant !== null && this.#job.tenant !== event.tenant) return;
    if (source.where !== null && !source.where(event)) return;
    const place = stateKeyOf(event.tenant, event.key);
    const entry = partition.keys.get(place) ?? this.#newEntry(partition, place, event);
    const step = this.#stepOf(partition, entry, event.watermarkUs);
    this.#keep(partition, entry, this.#job.operator.onEvent(event, entry.state.get(), step));
  }

  /** The watermark of every partition goes on without an event, if it is not there yet. */
  goOn(watermarkUs: number): void {
    for (const partition of this.#partitions.values()) {
      this.#wakeUntil(partition, Math.max(watermarkUs, partition.recordWatermarkUs));
    }
  }

  #partitionOf(number: number): DrivenPartition {
    const known = this.#partitions.get(number);
    if (known !== undefined) return known;
    const made = { number, keys: new Map(), timers: new TimerHeap(), recordWatermarkUs: Number.NEGATIVE_INFINITY };
    this.#partitions.set(number, made);
    return made;
  }

  #newEntry({ keys }: DrivenPartition, place: string, { tenant, key }: JobEvent): DrivenKey {
    const entry = { place, tenant, key, state: this.#states(this.#job.operator), timerUs: null };
    keys.set(place, entry);
    return entry;
  }

  #stepOf({ number: partition }: DrivenPartition, { tenant, key }: DrivenKey, watermarkUs: number) {
    const emit = (output: Output) => {
      if (output.stream === 'late' && this.#job.discardsLate) return;
      this.outputs.push({ tenant, key, partition, watermarkUs, output });
    };
    return { tenant, key, watermarkUs, emit };
  }

  #wakeUntil(partition: DrivenPartition, watermarkUs: number): void {
    const { timers, keys } = partition;
    while (timers.headUs <= watermarkUs && timers.size > 0) {
      const { headUs: timeUs, headPlace: place } = timers;
      timers.pop();
      const entry = keys.get(place);
      if (entry?.timerUs === timeUs) this.#wake(partition, entry, timeUs);
    }
  }

  /** The key may want to be woken later by now: then it gets the right timer. */
  #wake(partition: DrivenPartition, entry: DrivenKey, timeUs: number): void {
    entry.timerUs = null;
    const { operator } = this.#job;
    const state = entry.state.get();
    const wantedUs = state === null ? null : operator.wakeAtUs(state);
    if (wantedUs === null || timerTime(wantedUs) > timeUs) {
      this.#keep(partition, entry, state);
      return;
    }
    const step = this.#stepOf(partition, entry, Math.max(timeUs, partition.recordWatermarkUs));
    this.#keep(partition, entry, operator.onWake(state, step));
  }

  #keep({ keys, timers }: DrivenPartition, entry: DrivenKey, state: unknown): void {
    if (state === null) {
      keys.delete(entry.place);
      return;
    }
    entry.state.set(state);
    const wantedUs = this.#job.operator.wakeAtUs(state);
    const timerUs = wantedUs === null ? null : timerTime(wantedUs);
    if (timerUs === null || (entry.timerUs !== null && entry.timerUs <= timerUs)) return;
    entry.timerUs = timerUs;
    timers.push(timerUs, entry.place);
  }
}

interface DrivenPartition {
  readonly number: number;
  readonly keys: Map<string, DrivenKey>;
  readonly timers: TimerHeap;
  recordWatermarkUs: number;
}

interface DrivenKey {
  readonly place: string;
  readonly tenant: string;
  readonly key: string;
  readonly state: StateHolder;
  /** The one that counts; earlier ones of the key are passed over. */
  timerUs: number | null;
}

interface StateHolder {
  get(): unknown;
  set(state: unknown): void;
}

class HeldState implements StateHolder {
  #state: unknown = null;

  get(): unknown {
    return this.#state;
  }

  set(state: unknown): void {
    this.#state = state;
  }
}

class StoredState implements StateHolder {
  readonly #operator: Operator<unknown>;
  #bytes: Uint8Array | null = null;

  constructor(operator: Operator<unknown>) {
    this.#operator = operator;
  }

  get(): unknown {
    return this.#bytes === null ? null : this.#operator.decode(this.#bytes);
  }

  set(state: unknown): void {
    this.#bytes = this.#operator.encode(state);
  }
}

/** As in the runtime: whole microseconds, none before 1970. */
function timerTime(timeUs: number): number {
  return Math.max(0, Math.ceil(timeUs));
}
