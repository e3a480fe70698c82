import { hash } from 'node:crypto';
import type { Tables, TextTable } from '../embedded/store.ts';
import type { InputPlace, KeyedState, StateEntry } from '../partition-work.ts';

/**
 * What tasks of shared work keep under keys, in the table "work" of the log's own environment, so that it changes in one transaction with the
 * records:
 *
 *   key    <8 characters: hash of group and topic><4 characters: partition><the task's own key>
 *   value  the task's own bytes; their checksum is the task's affair too
 */
export function openWorkState(tables: () => Pick<Tables, 'work'>, group: string, place: InputPlace): WorkState {
  const prefix = statePrefix(group, place);
  return {
    get: (key) => {
      const found = tables().work.getBinary(prefix + key);
      return found === undefined ? null : found;
    },
    range: (from, to, countMax) => rangeOf(tables().work, prefix, { from, to, countMax }),
    prefix,
  };
}

export interface WorkState extends KeyedState {
  /** Stands before each key. */
  readonly prefix: string;
}

/** 48 bits: among a thousand jobs two share it with a probability of one in 500 million. */
const HASH_LENGTH = 8;

export function statePrefix(group: string, { topic, partition }: InputPlace): string {
  return inputPrefix(group, topic) + partition.toString(36).padStart(PARTITION_LENGTH, '0');
}

/** Of all its partitions. */
export function inputPrefix(group: string, topic: string): string {
  return hash('sha256', JSON.stringify([group, topic]), 'base64url').slice(0, HASH_LENGTH);
}

/** 36^4 partitions, more than a topic can have. */
const PARTITION_LENGTH = 4;

function rangeOf(
  table: TextTable,
  prefix: string,
  { from, to, countMax }: { readonly from: string; readonly to: string; readonly countMax: number },
): readonly StateEntry[] {
  const entries: StateEntry[] = [];
  for (const { key, value } of table.getRange({ start: prefix + from, end: prefix + to, limit: countMax })) {
    entries.push({ key: key.slice(prefix.length), value });
  }
  return entries;
}
