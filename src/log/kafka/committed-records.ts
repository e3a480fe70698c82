import type { StoredHeadedRecord } from '../partition-work.ts';
import { batchesOf, decodeRecords, isAbortMarker, type StoredBatch } from './record-batch.ts';
import type { Fetched } from './requests/fetch.ts';

export interface CommittedRecords {
  readonly records: readonly StoredHeadedRecord[];
  /** Where to go on: after the last batch looked at, whether it held records or not. Markers and what was rolled back have offsets too. */
  readonly next: bigint;
  /** A batch that is not what was written; told when it is the first thing met. */
  readonly damage: Damage | null;
}

export interface Damage {
  readonly from: bigint;
  /** The first offset that may be sound again. */
  readonly through: bigint;
}

/**
 * What readers may have of an answer: without the markers that end transactions, without what was rolled back, and without records before
 * `from`, which come along because batches come whole. A rolled back transaction reaches from its first offset to its marker.
 */
export function committedRecords(fetched: Fetched, from: bigint): CommittedRecords {
  const records: StoredHeadedRecord[] = [];
  const rolledBack = new RolledBack(fetched);
  let next = from;
  for (const batch of batchesOf(fetched.batches)) {
    if (batch.lastOffset < from) continue;
    if (!batch.sound) {
      const damage = next === from ? { from: batch.baseOffset, through: batch.lastOffset + 1n } : null;
      return { records, next, damage };
    }
    if (!rolledBack.holds(batch) && !batch.control) {
      for (const record of decodeRecords(batch, from)) records.push(record);
    }
    next = batch.lastOffset + 1n;
  }
  // An answer without one whole batch is damaged too: asking again would bring the same for ever.
  const stuck = next === from && fetched.batches.byteLength > 0;
  return { records, next, damage: stuck ? { from, through: from + 1n } : null };
}

/** Follows the batches in order, to know whose transaction was rolled back at each of them. */
class RolledBack {
  readonly #ahead: Fetched['aborted'];
  readonly #producers = new Set<bigint>();
  #begun = 0;

  constructor({ aborted }: Fetched) {
    this.#ahead = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  holds(batch: StoredBatch): boolean {
    for (; this.#begun < this.#ahead.length; this.#begun++) {
      const transaction = this.#ahead[this.#begun];
      if (transaction === undefined || transaction.firstOffset > batch.lastOffset) break;
      this.#producers.add(transaction.producerId);
    }
    if (!batch.transactional || !this.#producers.has(batch.producerId)) return false;
    if (batch.control && isAbortMarker(batch)) this.#producers.delete(batch.producerId);
    return true;
  }
}
