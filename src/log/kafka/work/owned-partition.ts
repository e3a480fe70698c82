import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../platform/clock.ts';
import { invariant, LakegateError } from '../../../platform/errors.ts';
import type {
  InputPlace,
  KeyedState,
  PartitionTask,
  PartitionWorkStatus,
  StoredHeadedRecord,
  Transaction,
  WorkOptions,
} from '../../partition-work.ts';
import type { Brokers } from '../brokers.ts';
import { reasonOf } from '../kafka-away.ts';
import { readPartition } from '../reader.ts';
import { TOMBSTONE } from '../record-batch.ts';
import type { Inlet, InputFeed, OffsetSpan } from './input-feed.ts';
import type { StateChange, StateCopy } from './state-copies.ts';
import type { TransactionalWriter } from './transactional-writer.ts';
import { WorkFault } from './work-fault.ts';

/**
 * One partition while this member has it:
 *
 *   fence ──► open ──► restore ──► step, step, step … ──(let go)──► close
 *     ▲                               │
 *     └──── a little later ◄──────────┴── nobody knows what became of the step: the task is closed, a new one restored
 *
 * A step that failed and was rolled back is tried again with the same task; being fenced ends it for good.
 */
export interface OwnedPartition {
  /** As Kafka calls it. */
  readonly place: InputPlace;
  status(): PartitionWorkStatus;
  /** Up to where input is taken; null until that is known. */
  taken(): bigint | null;
  /** Lets the step that runs end, and begins no other. Resolves when the task is closed. */
  letGo(): Promise<void>;
}

export interface OwnOptions {
  /** As the task knows it. */
  readonly place: InputPlace;
  /** As Kafka calls them. */
  readonly topic: string;
  readonly changelog: string;
  /** As the task knows it. */
  readonly taskChangelog: string;
  readonly clock: Clock;
  readonly work: Pick<WorkOptions, 'open' | 'stepRecordsMax' | 'stepBytesMax' | 'lingerMs'>;
  /** Opens the copy of its state on this machine; null where the task keeps its state by itself. */
  readonly openState: (() => Promise<StateCopy>) | null;
  readonly brokers: Brokers;
  readonly feed: InputFeed;
  readonly openWriter: () => Promise<TransactionalWriter>;
  /** False while others may have been given the partition: fencing them would only make both begin again. */
  readonly mayFence: () => boolean;
  readonly counts: WorkCounts;
  /** Somebody else owns it by now. */
  readonly onFenced: (owned: OwnedPartition) => void;
  /** Records of the input are no longer kept, and were never taken. */
  readonly onSkipped: (skipped: OffsetSpan) => void;
  readonly onError: (error: unknown, place: InputPlace) => void;
}

/** Of all partitions of a member together. */
export interface WorkCounts {
  commits: number;
  rollbacks: number;
  fenced: number;
  skipped: number;
}

export function ownPartition(options: OwnOptions): OwnedPartition {
  const state: OwnState = {
    ...options,
    phase: 'restoring',
    inputNext: null,
    inlet: null,
    lastError: null,
    failures: 0,
    lettingGo: new AbortController(),
  };
  const running = run(state);
  const owned: OwnedPartition = {
    place: kafkaPlace(options),
    status: () => statusOf(state),
    taken: () => state.inputNext,
    letGo: () => {
      state.lettingGo.abort();
      state.inlet?.wake();
      return running;
    },
  };
  void running.then(() => {
    if (!state.lettingGo.signal.aborted) options.onFenced(owned);
  });
  return owned;
}

function kafkaPlace({ topic, place: { partition } }: OwnOptions): InputPlace {
  return { topic, partition };
}

interface OwnState extends OwnOptions {
  phase: PartitionWorkStatus['phase'];
  inputNext: bigint | null;
  inlet: Inlet | null;
  lastError: string | null;
  /** One after the other, without a step that succeeded in between. */
  failures: number;
  readonly lettingGo: AbortController;
}

function statusOf({ place, phase, inputNext, inlet, lastError }: OwnState): PartitionWorkStatus {
  const failure = lastError ?? inlet?.failure ?? null;
  return {
    ...place,
    phase: failure === null ? phase : 'failing',
    inputNext: inputNext ?? 0n,
    lag: inlet?.lag ?? 0n,
    lastError: failure,
  };
}

/** Ends when it is let go or fenced. Never rejects. */
async function run(state: OwnState): Promise<void> {
  const { signal } = state.lettingGo;
  while (!signal.aborted) {
    try {
      if (state.mayFence()) await work(state);
      else await pauseUnlessLetGo(state, NOT_CONFIRMED_MS);
    } catch (error) {
      noteFailure(state, error);
      if (isFenced(error)) {
        state.counts.fenced++;
        return;
      }
      await pauseUnlessLetGo(state, retryMs(state.failures));
    }
  }
}

/** How often it is asked whether the group still confirms this member. */
const NOT_CONFIRMED_MS = 100;

/** 50 ms, doubled up to 5 s: what passes by itself has mostly passed after the first; what does not must not keep a broker busy. */
function retryMs(failures: number): number {
  return Math.min(5_000, 25 * 2 ** Math.min(failures, 10));
}

async function work(state: OwnState): Promise<void> {
  state.phase = 'restoring';
  const writer = await state.openWriter();
  const copy = (await state.openState?.()) ?? null;
  const writing = { writer, copy };
  // A task of keyed state is made from it, and so after it is there.
  if (copy !== null) await restoreCopy(state, copy);
  const task = await state.work.open(state.place, copy ?? NO_STATE);
  try {
    if (copy === null) await restore(state, task);
    const inputFrom = task.inputFrom();
    state.inlet = state.feed.open(kafkaPlace(state), inputFrom, state.onSkipped);
    state.inputNext = inputFrom;
    state.phase = 'running';
    // Whatever was unknown is known now; if a step is to be taken again, it will say how it goes.
    state.lastError = null;
    await takeSteps(state, task, { ...writing, inlet: state.inlet });
  } finally {
    state.inlet?.close();
    state.inlet = null;
    await task.close();
  }
}

const NO_STATE: KeyedState = { get: () => null, range: () => [] };

/** Reads what the copy lacks. One that is not of this changelog is emptied, and all of it is read. */
async function restoreCopy(state: OwnState, copy: StateCopy): Promise<void> {
  const { signal } = state.lettingGo;
  if (copy.completeTo === 0n || !(await isOfChangelog(state, copy))) await copy.clear();
  for (let from: bigint | null = copy.completeTo; from !== null; ) {
    from = await restoreFrom(changelogSource(state), from, state, { restore: (records) => copy.restore(records) });
    signal.throwIfAborted();
  }
  await copy.restored();
}

/** The last record that the copy took must be there as it was. Where it was compacted away meanwhile nobody can say, and all is read again. */
async function isOfChangelog(state: OwnState, copy: StateCopy): Promise<boolean> {
  const { signal } = state.lettingGo;
  const at = copy.completeTo - 1n;
  try {
    for await (const [first] of readPartition(changelogSource(state), at, { signal, follow: false, bytesMax: 1 })) {
      return first !== undefined && first.offset === at && copy.isLast(first);
    }
  } catch (error) {
    if (!(error instanceof LakegateError) || error.code !== 'CURSOR_EXPIRED') throw error;
  }
  signal.throwIfAborted();
  return false;
}

function changelogSource({ brokers, changelog, place, lettingGo }: OwnState): Parameters<typeof readPartition>[0] {
  return { brokers, topic: changelog, partition: place.partition, closed: lettingGo.signal };
}

/** Nobody but us writes to the changelog since we fenced: what is there now is all there is. */
async function restore(state: OwnState, task: PartitionTask): Promise<void> {
  const source = changelogSource(state);
  for (let from: bigint | null = task.restoreFrom(); from !== null; ) {
    from = await restoreFrom(source, from, state, task);
  }
}

/** Where to try again from, because what is older is no longer kept; null when done. */
async function restoreFrom(
  source: Parameters<typeof readPartition>[0],
  from: bigint,
  { lettingGo: { signal } }: OwnState,
  task: Pick<PartitionTask, 'restore'>,
): Promise<bigint | null> {
  try {
    for await (const records of readPartition(source, from, { signal, follow: false })) await task.restore(records);
    signal.throwIfAborted();
    return null;
  } catch (error) {
    const first = error instanceof LakegateError && error.code === 'CURSOR_EXPIRED' ? error.facts.first : null;
    if (typeof first !== 'bigint' || first <= from) throw error;
    return first;
  }
}

interface Means extends Writing {
  readonly inlet: Inlet;
}

interface Writing {
  readonly writer: TransactionalWriter;
  readonly copy: StateCopy | null;
}

async function takeSteps(state: OwnState, task: PartitionTask, means: Means): Promise<void> {
  for (;;) {
    const records = await nextRecords(state, task, means.inlet);
    if (records === null) return;
    while (!(await takeStep(state, task, records, means))) {
      await pauseUnlessLetGo(state, retryMs(state.failures));
      if (state.lettingGo.signal.aborted) return;
    }
  }
}

/** Null when the partition is let go. Nothing where the task wants a step although there is no input. */
async function nextRecords(
  state: OwnState,
  task: PartitionTask,
  inlet: Inlet,
): Promise<readonly StoredHeadedRecord[] | null> {
  const { stepRecordsMax, stepBytesMax, lingerMs } = state.work;
  const { signal } = state.lettingGo;
  for (;;) {
    if (signal.aborted) return null;
    if (!inlet.isEmpty()) {
      if (lingerMs > 0) await fill(state, inlet);
      return signal.aborted ? null : inlet.take(stepRecordsMax, stepBytesMax);
    }
    state.inputNext = inlet.next;
    await inlet.changedWithin(WANTS_STEP_MS);
    if (inlet.isDrained() && !signal.aborted && task.wantsStep()) return [];
  }
}

/** The contract says about every second. */
const WANTS_STEP_MS = 1_000;

/** Waits for as much as one step takes, but not longer than is allowed. */
async function fill({ work, lettingGo: { signal } }: OwnState, inlet: Inlet): Promise<void> {
  const end = performance.now() + work.lingerMs;
  for (;;) {
    const leftMs = end - performance.now();
    if (leftMs <= 0 || signal.aborted || inlet.isFull(work.stepRecordsMax, work.stepBytesMax)) return;
    await inlet.changedWithin(leftMs);
  }
}

/** False when nothing of it happened and it is to be tried again. Rejects when nobody knows, or another owns the partition. */
async function takeStep(
  state: OwnState,
  task: PartitionTask,
  records: readonly StoredHeadedRecord[],
  { writer, copy }: Writing,
): Promise<boolean> {
  const step = openStep(writer, copy);
  let change: StateChange | null = null;
  try {
    await task.step(records, step.transaction);
    step.close();
    if (copy !== null && step.puts.size > 0) change = await logChange(state, writer, step.puts);
    await writer.commit();
  } catch (error) {
    step.close();
    // What was never sent, or refused, can be taken back; everything else rejects here and ends this task.
    if (error instanceof WorkFault && error.kind !== 'refused') throw error;
    await writer.rollback();
    task.rolledBack();
    state.counts.rollbacks++;
    noteFailure(state, error);
    return false;
  }
  state.counts.commits++;
  state.inputNext = (records.at(-1)?.offset ?? (state.inputNext ?? 0n) - 1n) + 1n;
  // Where the copy cannot be written, the task is closed, and what it lacks is read from the changelog.
  if (change !== null) await copy?.keep(change);
  state.failures = 0;
  state.lastError = null;
  await task.committed();
  return true;
}

async function logChange(
  { taskChangelog, place, clock }: OwnState,
  writer: TransactionalWriter,
  puts: StateChange['puts'],
): Promise<StateChange> {
  const timeMs = clock.nowMs();
  const records = [...puts].map(([key, value]) => ({ key, timeMs, value: value ?? TOMBSTONE }));
  const first = await writer.append(taskChangelog, place.partition, records);
  return { puts, completeTo: first + BigInt(records.length) };
}

interface OpenStep {
  readonly transaction: Transaction;
  readonly puts: ReadonlyMap<string, Uint8Array | null>;
  readonly close: () => void;
}

/** What a task writes after its step ended would be part of the next one. */
function openStep(writer: TransactionalWriter, copy: StateCopy | null): OpenStep {
  let isOpen = true;
  const puts = new Map<string, Uint8Array | null>();
  const append: Transaction['append'] = async (topic, partition, records) => {
    invariant(isOpen, `an append to ${topic} is part of a step and comes before its end`);
    return await writer.append(topic, partition, records);
  };
  return {
    transaction: {
      append,
      // The writer remembers what failed, and does not commit.
      write: (topic, partition, records) => void append(topic, partition, records).catch(() => {}),
      put: (key, value) => {
        invariant(isOpen, 'state is put by a step, before its end');
        invariant(copy !== null, 'the input is keyed');
        puts.set(key, value);
      },
    },
    puts,
    close: () => {
      isOpen = false;
    },
  };
}

/** Told once for as long as the same thing fails. */
function noteFailure(state: OwnState, error: unknown): void {
  if (state.lettingGo.signal.aborted) return;
  const reason = reasonOf(error);
  state.failures++;
  if (reason !== state.lastError) state.onError(error, state.place);
  state.lastError = reason;
}

function isFenced(error: unknown): boolean {
  return error instanceof WorkFault && error.kind === 'fenced';
}

async function pauseUnlessLetGo({ lettingGo }: OwnState, ms: number): Promise<void> {
  await pause(ms, undefined, { signal: lettingGo.signal }).catch(() => {});
}
