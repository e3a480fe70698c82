import type { InputPlace, KeyedState, PartitionTask } from '../../log/partition-work.ts';
import { META } from './partition-meta.ts';

/** Empties the state of every partition, some thousand keys a step. */
export function clearingTask(): ClearingTask {
  const cleared = new Set<string>();
  let tell = () => {};
  return {
    open: ({ topic, partition }, state) =>
      taskOf(state, () => {
        cleared.add(`${topic}/${partition}`);
        tell();
      }),
    done: (partitions) =>
      new Promise((resolve) => {
        tell = () => {
          if (cleared.size >= partitions) resolve();
        };
        tell();
      }),
  };
}

export interface ClearingTask {
  open(place: InputPlace, state: KeyedState): PartitionTask;
  /** Resolves when so many partitions are empty. */
  done(partitions: number): Promise<void>;
}

function taskOf(state: KeyedState, onCleared: () => void): PartitionTask {
  let isEmpty = false;
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
    committed: () => {
      if (isEmpty) onCleared();
    },
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
