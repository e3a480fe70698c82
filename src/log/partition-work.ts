import type { LogRecord, StoredRecord } from './log.ts';

/**
 * Work shared by members. The partitions of the input topics are divided among all members of a group, wherever they run; each partition is
 * worked on by one member at a time; and what one step writes becomes visible all together, with the place up to which its input was
 * taken, or not at all. Whoever kills members at any moment, freezes them, or adds more loses nothing and doubles nothing.
 *
 * What every implementation keeps:
 *
 * - One owner. A member that was given a partition first takes the power to write from whoever had it before (a fence), and only then
 *   restores and begins. A member that lost a partition without knowing it (frozen, cut off) fails when it tries to commit; nothing
 *   of that step is ever visible. It is counted (`fenced`).
 * - State in a changelog. Beside each input topic lies a changelog with as many partitions. A task writes there, in the same transaction,
 *   what it needs to know again, the next input offset included. A new owner reads it to the end and so stands exactly where the last
 *   committed step ended. The offsets committed to the group are for show: lag.
 * - Or state by key. Where an input is `keyed`, the changelog is the work's own affair: the task puts values under keys in the same transaction
 *   and asks for them again, more of them than memory holds. A new owner finds exactly what the last committed step left.
 * - In order. Records of a partition are handed to its task in the order of their offsets, only committed ones, each in exactly one
 *   committed step.
 * - Bounded. The next records are read while a step runs, at most one step's worth: a slow task is not sent more.
 * - A step that fails is rolled back and tried again from the last commit, a little later each time; it is never left out.
 */
export interface PartitionWork {
  /** Joins the group. The topics must be there. */
  join(options: WorkOptions): Promise<WorkMember>;
  /**
   * What committed steps left under a key of a keyed input, by partition; null where nothing is. Whoever asks need not take part. A key that
   * every step puts is found at once; another one may be far back in a changelog.
   */
  lastPuts(asked: PutsAsked): Promise<readonly (Uint8Array | null)[]>;
}

export interface PutsAsked {
  readonly group: string;
  readonly input: WorkInput;
  readonly key: string;
}

export interface WorkOptions {
  readonly group: string;
  readonly inputs: readonly WorkInput[];
  /**
   * On the embedded log, whose members are threads that do not know of each other: only every `of`-th partition, from `index` on. Default all. On
   * Kafka it means nothing: there the group shares out among threads as among processes.
   */
  readonly part?: WorkPart;
  /** Called for each partition that this member was given, before anything of its input is read. Keyed state is whole by then. */
  readonly open: (place: InputPlace, state: KeyedState) => Promise<PartitionTask>;
  /** At most this many records, and about this many bytes, in one step. */
  readonly stepRecordsMax: number;
  readonly stepBytesMax: number;
  /** A step waits up to this long for more input after its first record: fewer, larger transactions. */
  readonly lingerMs: number;
  /** True: once this member has stopped, what was kept on this machine of the group's state is gone, of all partitions that ever were here. */
  readonly leavesNothing?: boolean;
  /** How long a member may be silent before its partitions go to others. Default 10 s. */
  readonly sessionTimeoutMs?: number;
}

export interface WorkPart {
  readonly index: number;
  readonly of: number;
}

export interface WorkInput {
  readonly topic: string;
  /** As many partitions as the topic. Written by this work alone. On the embedded log nothing is written to that of a keyed input. */
  readonly changelog: string;
  /** Default false. True: the task keeps its state by key, and is neither asked for `restoreFrom` nor told to `restore`. */
  readonly keyed?: boolean;
  /** True: what was no longer kept when the work began was never meant for it, and is not counted as `skipped`. */
  readonly beginsLate?: boolean;
}

export interface InputPlace {
  readonly topic: string;
  readonly partition: number;
}

/** What is done with one partition. Never called twice at the same time. */
export interface PartitionTask {
  /** The changelog offset from which on it wants to be told; 0 where nothing is known of it on this machine. */
  restoreFrom(): bigint;
  /** Records of the changelog in order, up to its end. */
  restore(records: readonly StoredHeadedRecord[]): void | Promise<void>;
  /** Asked after restoring: the input offset to go on from. Below what the topic still keeps means its first record. */
  inputFrom(): bigint;
  /** True: wants a step although there is no input. Asked about every second while all input was taken; never while nobody knows whether it was. */
  wantsStep(): boolean;
  /** Decides, and writes through the transaction. Commits when it resolves, rolls back when it rejects. */
  step(records: readonly StoredHeadedRecord[], transaction: Transaction): Promise<void>;
  /** What the last step wrote is durable; readers see it at once, or some milliseconds later where many brokers have to be told. */
  committed(): void | Promise<void>;
  /** Nothing of the last step happened. If nobody knows, the task is closed instead and a new one restored. */
  rolledBack(): void;
  close(): Promise<void>;
}

export interface Transaction {
  /**
   * The offset of the first; the others follow without a hole. Readers see them once the step is committed. Where nothing but the commit could
   * tell, the offset is a guess, and the step is rolled back and taken again if it turns out wrong.
   */
  append(topic: string, partition: number, records: readonly HeadedRecord[]): Promise<bigint>;
  /** The same for whoever need not know the offsets: nothing is waited for. What is wrong with it fails the commit. */
  write(topic: string, partition: number, records: readonly HeadedRecord[]): void;
  /** Of a keyed input: from the commit on the state has this value under the key; null removes it. The bytes must not change until then. */
  put(key: string, value: Uint8Array | null): void;
}

/**
 * What committed steps have put, of one partition. Keys are well-formed text of at most STATE_KEY_BYTES_MAX bytes in UTF-8. What the step that runs
 * has put is not in it yet.
 */
export interface KeyedState {
  /** Null where nothing is. */
  get(key: string): Uint8Array | null;
  /** Those from `from` on and before `to`, in the order of their bytes, `countMax` at most. */
  range(from: string, to: string, countMax: number): readonly StateEntry[];
}

export interface StateEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** LMDB takes keys of 1,978 bytes; what stands in front of ours takes less than the rest. */
export const STATE_KEY_BYTES_MAX = 1_900;

export interface HeadedRecord extends LogRecord {
  readonly headers?: RecordHeaders;
}

export interface StoredHeadedRecord extends StoredRecord {
  readonly headers: RecordHeaders;
}

/** Small facts about a record that are not part of its bytes. */
export type RecordHeaders = Readonly<Record<string, string>>;

export interface WorkMember {
  status(): WorkStatus;
  /** Ends after the steps that are running, leaves the group, lets go of the connections. */
  stop(deadlineMs: number): Promise<void>;
}

export interface WorkStatus {
  readonly partitions: readonly PartitionWorkStatus[];
  readonly commits: number;
  readonly rollbacks: number;
  /** Commits refused because another member owns the partition by now. */
  readonly fenced: number;
  readonly rebalances: number;
  /** Offsets of the input that were no longer kept when they were to be taken. Some may be of a transaction's marker, where no record is. */
  readonly skipped: number;
}

export interface PartitionWorkStatus extends InputPlace {
  readonly phase: 'restoring' | 'running' | 'failing';
  readonly inputNext: bigint;
  /** Records of the input that are there and not yet taken, as of the last look. */
  readonly lag: bigint;
  /** Of the step that failed last; null once one succeeded. */
  readonly lastError: string | null;
}
