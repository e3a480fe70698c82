import type { HeadedRecord, InputPlace, PartitionTask, StoredHeadedRecord } from '../../src/log/partition-work.ts';

/**
 * The task of the tests: every record of an input partition is written into the same partition of the output with the next number in front,
 * and the number and the place in the input are kept in the changelog. A record that is lost, doubled, out of order or judged by somebody who
 * does not know what was before shows in the numbers.
 */
export interface NumberingOptions {
  readonly place: InputPlace;
  readonly output: string;
  readonly changelog: string;
  /** Between writing to the output and writing to the changelog, which otherwise happen at once. */
  readonly between?: () => Promise<void>;
  /** After a step has written and before it commits. What it rejects with fails the step. */
  readonly beforeCommit?: (place: InputPlace, records: readonly StoredHeadedRecord[]) => Promise<void> | void;
  readonly onCommitted?: (place: InputPlace) => void;
  readonly onClose?: (place: InputPlace) => void;
  readonly wantsStep?: (place: InputPlace) => boolean;
}

interface NumberingState {
  readonly count: number;
  readonly next: string;
}

export function numberingTask(options: NumberingOptions): PartitionTask {
  const { place, output, changelog } = options;
  let state: NumberingState = { count: 0, next: '0' };
  let pending = state;
  return {
    restoreFrom: () => 0n,
    restore: (records) => {
      for (const { value } of records) state = JSON.parse(textOf(value));
    },
    inputFrom: () => BigInt(state.next),
    wantsStep: () => options.wantsStep?.(place) ?? false,
    step: async (records, transaction) => {
      const last = records.at(-1);
      pending = { count: state.count + records.length, next: `${last === undefined ? state.next : last.offset + 1n}` };
      const numbered = records.map((record, index) => numberedRecord(record, state.count + index));
      const written = numbered.length === 0 ? null : transaction.append(output, place.partition, numbered);
      if (options.between !== undefined) await Promise.all([written, options.between()]);
      await Promise.all([
        written,
        transaction.append(changelog, place.partition, [textRecord(JSON.stringify(pending))]),
      ]);
      await options.beforeCommit?.(place, records);
    },
    committed: () => {
      state = pending;
      options.onCommitted?.(place);
    },
    rolledBack: () => {},
    close: async () => options.onClose?.(place),
  };
}

export function textRecord(text: string, headers: Readonly<Record<string, string>> = {}): HeadedRecord {
  return { key: text, timeMs: 1_700_000_000_000, value: Buffer.from(text), headers };
}

export function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString();
}

function numberedRecord({ key, timeMs, value, headers }: StoredHeadedRecord, number: number): HeadedRecord {
  return { key, timeMs, headers, value: Buffer.from(`${number} ${textOf(value)}`) };
}
