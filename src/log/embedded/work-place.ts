import { setTimeout as pause } from 'node:timers/promises';
import { invariant, LakegateError, messageOf } from '../../platform/errors.ts';
import type { EmbeddedLog } from '../embedded-log.ts';
import { valueBytesOf } from '../packed-record.ts';
import type {
  HeadedRecord,
  InputPlace,
  KeyedState,
  PartitionTask,
  PartitionWorkStatus,
  StoredHeadedRecord,
  Transaction,
  WorkInput,
  WorkOptions,
} from '../partition-work.ts';
import { type StepAppend, withoutHeaders } from './work-steps.ts';

/**
 * One partition while a member has it:
 *
 *   open ──► restore ──► step, step, step … ──(let go)──► close
 *    ▲                     │
 *    └── a little later ◄──┴── nobody knows what became of the step: the task is closed, a new one restored
 *
 * A step that failed and was rolled back is tried again with the same task.
 */
export interface OwnedPlace {
  readonly place: InputPlace;
  status(): PartitionWorkStatus;
  /** Lets the step that runs end, and begins no other. Resolves when the task is closed. */
  letGo(): Promise<void>;
}

/** What shared work needs of the log: there it is in the thread that has the log, and in others. */
export type WorkLog = Pick<EmbeddedLog, 'steps' | 'read'>;

export interface OwnPlaceOptions {
  readonly log: WorkLog;
  readonly place: InputPlace;
  readonly input: WorkInput;
  readonly work: WorkOptions;
  readonly counts: WorkCounts;
  readonly onError: (error: unknown) => void;
}

/** Of all partitions of a member together. */
export interface WorkCounts {
  commits: number;
  rollbacks: number;
  skipped: number;
}

export function ownPlace(options: OwnPlaceOptions): OwnedPlace {
  const owned: Owned = {
    ...options,
    phase: 'restoring',
    taken: 0n,
    next: 0n,
    records: [],
    counted: 0,
    countedBytes: 0,
    lastError: null,
    failures: 0,
    lettingGo: new AbortController(),
    wake: () => {},
  };
  const forget = options.log.steps.follow(options.place, () => owned.wake());
  const running = run(owned).finally(forget);
  return {
    place: options.place,
    status: () => statusOf(owned),
    letGo: () => {
      owned.lettingGo.abort();
      owned.wake();
      return running;
    },
  };
}

interface Owned extends OwnPlaceOptions {
  phase: PartitionWorkStatus['phase'];
  /** Up to here input is in committed steps. */
  taken: bigint;
  /** Where to read on. */
  next: bigint;
  /** Read and not yet in a step. */
  records: StoredHeadedRecord[];
  /** The first so many of them, which take so many bytes, fit in a step. */
  counted: number;
  countedBytes: number;
  lastError: string | null;
  /** One after the other, without a step that succeeded in between. */
  failures: number;
  readonly lettingGo: AbortController;
  /** Ends the wait for something to do. */
  wake: () => void;
}

function statusOf({ place, phase, taken, lastError, log }: Owned): PartitionWorkStatus {
  const { first, next } = log.steps.end(place);
  const from = taken > first ? taken : first;
  return {
    topic: place.topic,
    partition: place.partition,
    phase: lastError === null ? phase : 'failing',
    inputNext: taken,
    lag: next > from ? next - from : 0n,
    lastError,
  };
}

/** Ends when it is let go or the log is closed. Never rejects. */
async function run(owned: Owned): Promise<void> {
  while (!isOver(owned)) {
    try {
      await work(owned);
    } catch (error) {
      noteFailure(owned, error);
      await pauseUnlessLetGo(owned, retryMs(owned.failures));
    }
  }
}

function isOver({ lettingGo, log }: Owned): boolean {
  return lettingGo.signal.aborted || log.steps.isClosed();
}

/** 50 ms, doubled up to 5 s. */
function retryMs(failures: number): number {
  return Math.min(5_000, 25 * 2 ** Math.min(failures, 10));
}

async function work(owned: Owned): Promise<void> {
  const { log, place, input, work: options } = owned;
  owned.phase = 'restoring';
  const state = log.steps.state(options.group, place);
  const task = await options.open(place, input.keyed === true ? state : NO_STATE);
  try {
    if (input.keyed !== true) await restore(owned, task);
    owned.next = task.inputFrom();
    owned.taken = owned.next;
    take(owned, owned.records.length);
    owned.phase = 'running';
    owned.lastError = null;
    await takeSteps(owned, task);
  } finally {
    await task.close();
  }
}

const NO_STATE: KeyedState = { get: () => null, range: () => [] };

async function restore({ log, place, input, lettingGo: { signal } }: Owned, task: PartitionTask): Promise<void> {
  const { first } = log.steps.end({ ...place, topic: input.changelog });
  let from = task.restoreFrom();
  if (from < first) from = first;
  for await (const records of log.read(input.changelog, place.partition, from, { signal, follow: false })) {
    await task.restore(records.map(withoutHeaders));
  }
  signal.throwIfAborted();
}

async function takeSteps(owned: Owned, task: PartitionTask): Promise<void> {
  for (;;) {
    const records = await nextRecords(owned, task);
    if (records === null) return;
    while (!(await takeStep(owned, task, records))) {
      await pauseUnlessLetGo(owned, retryMs(owned.failures));
      if (isOver(owned)) return;
    }
  }
}

/** Null when the partition is let go. Nothing where the task wants a step although there is no input. */
async function nextRecords(owned: Owned, task: PartitionTask): Promise<readonly StoredHeadedRecord[] | null> {
  const { work: options } = owned;
  for (let lingerUntil: number | null = null; !isOver(owned); ) {
    const records = await gather(owned);
    if (records.full || (records.count > 0 && lingerUntil !== null && performance.now() >= lingerUntil)) {
      return take(owned, records.count);
    }
    if (records.count === 0) {
      // Both are looked at in one turn of the event loop: nothing can come in between.
      if (isDrained(owned) && task.wantsStep()) return [];
      await changedWithin(owned, WANTS_STEP_MS);
      continue;
    }
    lingerUntil ??= performance.now() + options.lingerMs;
    const leftMs = lingerUntil - performance.now();
    if (leftMs > 0) await changedWithin(owned, leftMs);
  }
  return null;
}

/** It costs nothing to ask here, so that a quiet stream goes on sooner than the contract says. */
const WANTS_STEP_MS = 250;

function isDrained({ log, place, next }: Owned): boolean {
  return log.steps.end(place).next <= next;
}

interface Gathered {
  readonly count: number;
  readonly full: boolean;
}

/** Reads until there is a step's worth, or no more. */
async function gather(owned: Owned): Promise<Gathered> {
  for (;;) {
    const gathered = countStep(owned);
    if (gathered.full || isDrained(owned)) return gathered;
    const more = await readMore(owned);
    if (more.length === 0) return gathered;
    for (const record of more) owned.records.push(record);
    owned.next += BigInt(more.length);
  }
}

/** Goes on behind those that were counted before. */
function countStep(owned: Owned): Gathered {
  const { records, work } = owned;
  while (owned.counted < records.length) {
    const record = records[owned.counted] as StoredHeadedRecord;
    const bytes = owned.countedBytes + record.key.length + valueBytesOf(record);
    if (owned.counted > 0 && bytes > work.stepBytesMax) return { count: owned.counted, full: true };
    owned.counted++;
    owned.countedBytes = bytes;
    if (owned.counted === work.stepRecordsMax || bytes >= work.stepBytesMax)
      return { count: owned.counted, full: true };
  }
  return { count: owned.counted, full: false };
}

async function readMore(owned: Owned): Promise<readonly StoredHeadedRecord[]> {
  const { log, place, next, input, counts, onError } = owned;
  const { first } = log.steps.end(place);
  if (next < first) {
    if (next > 0n || input.beginsLate !== true) {
      counts.skipped += Number(first - next);
      onError(expired(place, next, first));
    }
    owned.next = first;
  }
  return await log.steps.readBatch(place, owned.next);
}

function expired({ topic, partition }: InputPlace, from: bigint, first: bigint): LakegateError {
  return new LakegateError({
    code: 'CURSOR_EXPIRED',
    message: `Records of ${topic}/${partition} from offset ${from} to ${first - 1n} expired before they were taken.`,
    facts: { topic, partition, from, first },
  });
}

function take(owned: Owned, count: number): readonly StoredHeadedRecord[] {
  owned.counted = 0;
  owned.countedBytes = 0;
  return owned.records.splice(0, count);
}

/** False when nothing of it happened and it is to be tried again. Rejects when nobody knows. */
async function takeStep(owned: Owned, task: PartitionTask, records: readonly StoredHeadedRecord[]): Promise<boolean> {
  const { log, place, work: options, input, counts } = owned;
  const step = openStep(log, input);
  let committed = false;
  let failure: unknown = new Error('others wrote where the step had counted on its offsets');
  try {
    await task.step(records, step.transaction);
    step.close();
    if (step.fault() !== null) throw step.fault();
  } catch (error) {
    step.close();
    failure = error;
    return rolledBack(owned, task, failure);
  }
  committed = await log.steps.commit({ group: options.group, place, appends: step.appends, puts: step.puts });
  if (!committed) return rolledBack(owned, task, failure);
  counts.commits++;
  owned.taken = (records.at(-1)?.offset ?? owned.taken - 1n) + 1n;
  owned.failures = 0;
  owned.lastError = null;
  await task.committed();
  return true;
}

function rolledBack(owned: Owned, task: PartitionTask, error: unknown): false {
  task.rolledBack();
  owned.counts.rollbacks++;
  noteFailure(owned, error);
  return false;
}

interface OpenStep {
  readonly transaction: Transaction;
  readonly appends: readonly StepAppend[];
  readonly puts: ReadonlyMap<string, Uint8Array | null>;
  /** The first thing that was wrong: a step without it must not be committed, even if its task took no notice. */
  fault(): unknown;
  /** What a task writes after its step ended would be part of the next one. */
  close(): void;
}

function openStep(log: WorkLog, input: WorkInput): OpenStep {
  const appends: StepAppend[] = [];
  const puts = new Map<string, Uint8Array | null>();
  let isOpen = true;
  let fault: unknown = null;
  const add = (place: InputPlace, records: readonly HeadedRecord[], asks: boolean): bigint => {
    invariant(isOpen, `an append to ${place.topic} is part of a step and comes before its end`);
    try {
      const guessed = guessOf(log, appends, place);
      checkRecords(records);
      appends.push({ ...place, records, guessed: asks ? guessed : null });
      return guessed;
    } catch (error) {
      fault ??= error;
      throw error;
    }
  };
  return {
    appends,
    puts,
    fault: () => fault,
    close: () => {
      isOpen = false;
    },
    transaction: {
      append: async (topic, partition, records) => add({ topic, partition }, records, true),
      write: (topic, partition, records) => void add({ topic, partition }, records, false),
      put: (key, value) => {
        invariant(isOpen, 'state is put by a step, before its end');
        invariant(input.keyed === true, `${input.topic} is a keyed input`);
        puts.set(key, value);
      },
    },
  };
}

function guessOf(log: WorkLog, appends: readonly StepAppend[], { topic, partition }: InputPlace): bigint {
  let guess = log.steps.guess({ topic, partition });
  for (const before of appends) {
    if (before.topic === topic && before.partition === partition) guess += BigInt(before.records.length);
  }
  return guess;
}

/** Records of the embedded log have no headers. */
function checkRecords(records: readonly HeadedRecord[]): void {
  for (const { headers } of records) {
    if (headers === undefined) continue;
    for (const name in headers) throw new Error(`the embedded log keeps no headers, and ${name} is one`);
  }
}

/** Told once for as long as the same thing fails. */
function noteFailure(owned: Owned, error: unknown): void {
  if (isOver(owned)) return;
  const reason = messageOf(error);
  owned.failures++;
  if (reason !== owned.lastError) owned.onError(error);
  owned.lastError = reason;
}

/** Resolves when something comes, at `wake`, or after this time. */
function changedWithin(owned: Owned, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      owned.wake = () => {};
      resolve();
    };
    const timer = setTimeout(done, ms);
    owned.wake = done;
    if (isOver(owned)) done();
  });
}

async function pauseUnlessLetGo({ lettingGo: { signal } }: Owned, ms: number): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}
