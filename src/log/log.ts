/**
 * The log: what came in, durable, in order, replayable. Everything else can be rebuilt from it.
 *
 * The contract every implementation keeps (test/contracts/log-contract.ts runs it on each):
 *
 * - Durable. When `append` resolves, every record of the call survives a crash of the process and of the machine. When it
 *   rejects, each record may or may not be there: the caller finds out by reading, or sends again under the same claim.
 *   The bytes handed in must not change until the call is settled.
 * - Ordered. Records of one partition are read in the order of their offsets, and that is the order in which the calls were made.
 * - Contiguous. Offsets of a partition start at 0 and have no holes, so that `end - first` counts records. (An implementation whose
 *   offsets have holes says so with `contiguousOffsets: false`.)
 * - Whole. A record is the bytes that were appended. A damaged batch is detected by its checksum, named (LOG_CORRUPT with topic, partition and
 *   offsets), set aside for inspection and never served; reading past it is an explicit choice of the reader.
 * - Bounded. At most `bytesInFlightMax` bytes may be waiting to become durable. Above it `append` rejects with OVERLOADED and a time to
 *   wait: memory never grows with the backlog. One call larger than the bound passes when nothing else is in flight.
 * - Kept as long as the topic says. Older records go, whole batches at a time, oldest first; a reader below the first kept offset is told
 *   CURSOR_EXPIRED with the offset that is there.
 * - Honest about the disk. Full or failing: `append` rejects with READ_ONLY (retryable), `health()` says so, nothing acknowledged is
 *   lost, and it recovers by itself when writing works again.
 * - Bytes only. A log never looks inside a record.
 */
export interface Log {
  readonly contiguousOffsets: boolean;

  /** Makes the topic, or checks that the one there has as many partitions. Idempotent. Lists in `topics()` afterwards. */
  createTopic(topic: TopicSpec): Promise<void>;
  topics(): readonly TopicSpec[];

  /** Resolves with one position a record, in the order given, once all are durable. */
  append(topic: string, records: readonly LogRecord[]): Promise<readonly Position[]>;

  /**
   * Chunks of records of one partition from `from` on, in offset order. Waits at the end for more unless `follow` is false.
   * Ends when `signal` aborts, when its reader leaves or when the log is closed (without an error). A chunk holds at least one record
   * and no more than `bytesMax` bytes of keys and values, unless one record alone is larger. Values stay as they are for as long as they are
   * held; all of one batch share one buffer, so whoever keeps a few of many for long copies them. A `from` beyond the end waits there.
   */
  read(topic: string, partition: number, from: bigint, options: ReadOptions): AsyncIterable<readonly StoredRecord[]>;

  /** One entry a partition, as of now: `first` is the oldest record kept, `next` the offset the next record will get. */
  ends(topic: string): Promise<readonly PartitionEnd[]>;

  /** Called after records of the topic became durable; the returned function unsubscribes. Never called inside `append`'s caller. */
  onAppended(topic: string, listener: () => void): () => void;

  health(): LogHealth;
  /** Waits for appends in flight, then lets go of the files or connections. */
  close(): Promise<void>;
}

/**
 * A log that can decide, in the same transaction that stores a record, whether its id was seen before. On the embedded log that is
 * admission; on Kafka admission is a processor step and this interface is not there.
 */
export interface ClaimingLog extends Log {
  /**
   * For each record, in order: if its claim is new, `stamp` is called once, inside the transaction, to make the record's bytes, and the
   * record gets the next offset of its partition; claim and record become durable together. If the claim is known, nothing is stored
   * and the outcome says where the first one is, and whether the fingerprint is the same. Two records with one claim in one call
   * behave like two calls.
   *
   * `stamp` runs in offset order over all concurrent calls, so state it reads and advances (a watermark) is the state at that offset. It
   * must not throw and must not call the log; if it throws, its own call fails, and what it had stamped before is stored all the same.
   * If the transaction then fails, the call rejects and `stamp` is called again on a retry: state it advanced is ahead of the log then.
   */
  appendOnce(topic: string, records: readonly ClaimedRecord[], stamp: Stamp): Promise<readonly OnceOutcome[]>;

  /** Where an id was admitted, if it is still remembered. */
  findClaim(claim: string): Promise<{ readonly position: Position; readonly fingerprint: bigint } | null>;
}

export type Stamp = (recordIndex: number, partition: number) => Uint8Array;

/** A few small durable values that live beside the log: progress, what is in flight. Not a cache and not for data. */
export interface Notes {
  get(key: string): Uint8Array | null;
  /** All of them become durable together, and before the promise resolves. `null` removes. */
  put(entries: Readonly<Record<string, Uint8Array | null>>): Promise<void>;
}

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  /** Null keeps for ever. By time of appending. */
  readonly retentionMs: number | null;
}

export interface LogRecord {
  /** Records of one key share a partition. Well-formed text: a lone surrogate becomes U+FFFD. */
  readonly key: string;
  /** When what the record tells of happened (Kafka's CreateTime), so that readers need not open the bytes to know. */
  readonly timeMs: number;
  readonly value: Uint8Array;
}

export interface ClaimedRecord {
  readonly key: string;
  readonly timeMs: number;
  /** How many bytes `stamp` will return at most, for the bound on bytes in flight. */
  readonly bytesMax: number;
  /** What makes this record the same record: tenant, kind and id. Any text; long ones are hashed by the log. */
  readonly claim: string;
  /** 64 bits of the content. Same claim and same fingerprint: a duplicate. Same claim, another fingerprint: a conflict. */
  readonly fingerprint: bigint;
}

export type OnceOutcome =
  | { readonly outcome: 'appended'; readonly position: Position }
  | { readonly outcome: 'duplicate'; readonly position: Position }
  | { readonly outcome: 'conflict'; readonly position: Position };

export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface StoredRecord extends LogRecord {
  readonly offset: bigint;
  readonly appendedAtMs: number;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Default true: wait for records that are not there yet. */
  readonly follow?: boolean;
  /** Default 1 MiB. */
  readonly bytesMax?: number;
  /** Default false: a damaged batch ends the read with LOG_CORRUPT. True steps over it. */
  readonly skipCorrupt?: boolean;
}

export interface PartitionEnd {
  readonly partition: number;
  readonly first: bigint;
  readonly next: bigint;
}

export type LogHealth =
  | { readonly state: 'ok' }
  /** Writing fails; reading goes on. `sinceMs` is wall-clock time. */
  | { readonly state: 'read-only'; readonly reason: string; readonly sinceMs: number };
