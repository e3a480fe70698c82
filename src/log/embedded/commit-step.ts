import { setTimeout as pause } from 'node:timers/promises';
import { LakegateError } from '../../platform/errors.ts';
import { statePrefix } from '../work/work-state.ts';
import { addRecord, type Group } from './group.ts';
import type { Tables } from './store.ts';
import { type OpenPartition, partitionNumbered, topicOf } from './topics.ts';
import type { StepAppend, StepWrites } from './work-steps.ts';
import { submit, type Writer } from './writer.ts';

/**
 * A step becomes part of the writer's next transaction. False: nothing of it does, because a guess was wrong. Rejects when nobody knows, after
 * which the log says what is there.
 */
export async function commitStep(writer: Writer, step: StepWrites): Promise<boolean> {
  for (;;) {
    // Whoever brings events is to find room, however far behind some work is.
    while (writer.bytesInFlight > writer.bytesInFlightMax / STEPS_SHARE) await pause(ROOM_LOOK_MS);
    try {
      await enqueueStep(writer, step);
      return true;
    } catch (error) {
      if (error instanceof WrongGuess) return false;
      if (!mayWait(writer, error)) throw error;
      await pause(error.retryAfterMs ?? WAIT_MS);
    }
  }
}

const WAIT_MS = 100;
/** Steps are put in while less than a quarter of the bound is on its way. */
const STEPS_SHARE = 4;
/** A group of 8 MiB takes some ten milliseconds. */
const ROOM_LOOK_MS = 5;

/** A log that has too much to do has taken nothing: what was decided stays right, and whoever waits takes no more input meanwhile. */
function mayWait(writer: Writer, error: unknown): error is LakegateError {
  return error instanceof LakegateError && error.code === 'OVERLOADED' && writer.phase.phase !== 'closed';
}

class WrongGuess extends Error {
  override readonly name = 'WrongGuess';
}

function enqueueStep(writer: Writer, step: StepWrites): Promise<void> {
  return new Promise((resolve, reject) =>
    submit(writer, {
      bytes: bytesOf(step),
      records: step.puts.size + step.appends.reduce((sum, { records }) => sum + records.length, 0),
      join: (group) => joinStep(writer, group, step),
      resolve,
      reject,
    }),
  );
}

function bytesOf({ appends, puts }: StepWrites): number {
  let bytes = 0;
  for (const { records } of appends) for (const { key, value } of records) bytes += key.length + value.byteLength;
  for (const [key, value] of puts) bytes += key.length + (value?.byteLength ?? 0);
  return bytes;
}

function joinStep({ topics }: Writer, group: Group, { group: name, place, appends, puts }: StepWrites): void {
  const targets = appends.map((append) => partitionNumbered(topicOf(topics, append.topic), append.partition));
  checkGuesses(appends, targets);
  for (const [index, { records }] of appends.entries()) {
    const target = targets[index] as OpenPartition;
    for (const record of records) addRecord(group, target, record, record.value);
  }
  if (puts.size === 0) return;
  group.changedValues += puts.size;
  group.changes.push((tables) => putAll(tables, statePrefix(name, place), puts));
}

/** Several appends of one step may go to one partition: each stands behind those before it. */
function checkGuesses(appends: readonly StepAppend[], targets: readonly OpenPartition[]): void {
  const ahead = new Map<OpenPartition, bigint>();
  for (const [index, { guessed, records }] of appends.entries()) {
    const target = targets[index] as OpenPartition;
    const offset = target.nextGiven + (ahead.get(target) ?? 0n);
    if (guessed !== null && guessed !== offset) throw new WrongGuess();
    ahead.set(target, offset - target.nextGiven + BigInt(records.length));
  }
}

function putAll({ work }: Tables, prefix: string, puts: StepWrites['puts']): void {
  for (const [key, value] of puts) {
    if (value === null) work.remove(prefix + key);
    else work.put(prefix + key, value);
  }
}
