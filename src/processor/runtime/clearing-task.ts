import { setTimeout as pause } from 'node:timers/promises';
import type { InputPlace, KeyedState, PartitionTask, WorkMember } from '../../log/partition-work.ts';
import { LakegateError } from '../../platform/errors.ts';
import { META } from './partition-meta.ts';

/**
 * Empties the state of every partition that its member was given, some thousand keys a step. Members that clear together share the partitions,
 * so that none of them sees all: each stays until what it has, and what it once had and lost to another half full, is empty.
 */
export function clearingTask(): ClearingTask {
  const emptiness = new Map<string, boolean>();
  let steps = 0;
  return {
    open: (place, state) =>
      taskOf(state, (isEmpty) => {
        steps++;
        emptiness.set(nameOf(place), isEmpty);
      }),
    async done(member) {
      let seen = { steps, atMs: performance.now() };
      while (!isCleared(member, emptiness)) {
        if (steps > seen.steps) seen = { steps, atMs: performance.now() };
        if (performance.now() - seen.atMs > STANDS_STILL_MS) throw standsStill();
        await pause(LOOK_EVERY_MS);
      }
    },
  };
}

export interface ClearingTask {
  open(place: InputPlace, state: KeyedState): PartitionTask;
  /** Resolves when the member may leave. OVERLOADED where nothing goes on for half a minute. */
  done(member: WorkMember): Promise<void>;
}

/** Three times as long as the partitions of a member that died without a word wait for another. */
const STANDS_STILL_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** Before the first sharing nobody knows what the member is to have; what moves to another comes back when that one has left. */
function isCleared(member: WorkMember, emptiness: ReadonlyMap<string, boolean>): boolean {
  const { partitions, rebalances } = member.status();
  const isKnown = rebalances > 0 && partitions.every((place) => emptiness.has(nameOf(place)));
  return isKnown && [...emptiness.values()].every((isEmpty) => isEmpty);
}

function nameOf({ topic, partition }: InputPlace): string {
  return `${topic}/${partition}`;
}

function standsStill(): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: `The state of a cancelled job could not be cleared: nothing went on for ${STANDS_STILL_MS / 1000} s.`,
    retryable: true,
  });
}

function taskOf(state: KeyedState, onStep: (isEmpty: boolean) => void): PartitionTask {
  // It goes last: where it is not, nothing is.
  let isEmpty = state.get(META) === null;
  onStep(isEmpty);
  return {
    restoreFrom: () => 0n,
    restore: () => {},
    // What it takes in is of no meaning; it is read because a step without input is only had where there is no more.
    inputFrom: () => 0n,
    wantsStep: () => !isEmpty,
    step: async (_, transaction) => {
      const entries = isEmpty ? [] : state.range(STATES, ALL, AT_ONCE);
      for (const { key } of entries) transaction.put(key, null);
      isEmpty = entries.length < AT_ONCE;
      // Last of all: as long as it is there, the rest is known to be what it was made with.
      if (isEmpty) transaction.put(META, null);
    },
    committed: () => onStep(isEmpty),
    rolledBack: () => {
      isEmpty = false;
    },
    close: async () => {},
  };
}

/** Of states and timers, and behind every key that a job has. */
const STATES = 's';
const ALL = '~';
const AT_ONCE = 4_096;
