import type { Version } from '../model/version.ts';

/**
 * What is visible, and what a read stood on. Two things that must never be confused:
 *
 * - the *version*: offsets whose insert into every view has returned, and watermarks. It moves only after the insert came back.
 * - the *read identity*: whether the tables of a kind changed while a read went on. The tables of a kind commit one after another in
 *   the middle of an insert, so equal versions before and after prove nothing.
 */
export interface Progress {
  version(topics?: readonly string[]): Version;

  /**
   * Resolves when everything `wanted` names is visible. Rejects with NOT_YET_VISIBLE at the deadline, never with an old number.
   * While somebody waits, loading of those topics is hurried.
   */
  waitFor(wanted: Version, deadlineMs: number): Promise<void>;

  /**
   * What the tables of these topics hold at this moment, or held a moment after it was asked for. Answers are kept under it: whatever is
   * written, whoever wrote it, loaded late or mended, the identity is another one then. With a scope what is outside of it does not count.
   */
  identity(topics: readonly string[], scope?: ReadScope): Promise<ReadIdentity>;

  /** The same for who only looks whether a kept answer still stands: null where it cannot be told at once. Waiting is for who has to read. */
  identityNow(topics: readonly string[], scope?: ReadScope): Promise<ReadIdentity | null>;

  /**
   * The same of many spans of event time, each by itself. Null where a load that touches the span is visible in part: nothing that is read of
   * it now can be kept. Equal texts before and after a read: the span stood still meanwhile.
   */
  identitiesOf(topic: string, scope: ReadScope): Promise<readonly (string | null)[]>;

  /**
   * Runs `read` so that no load of these topics is visible in part: what it returns was computed from exactly what `identity` names. First
   * it tries without holding anybody up; when a load overlapped, it runs again, and where loading is done here, asks it to hold, longer
   * where the read is slow. OVERLOADED at the deadline, at which the signal given to `read` is aborted. With a scope, `read` reads nothing
   * outside of it, and what is loaded there is no hindrance.
   */
  consistently<T>(
    topics: readonly string[],
    read: (version: Version, signal: AbortSignal) => Promise<T>,
    deadlineMs: number,
    options?: ConsistentOptions,
  ): Promise<ConsistentRead<T>>;

  /** Called after the version of the topic moved (by offsets or watermark). */
  onAdvance(listener: (topic: string) => void): () => void;

  /** Freshness wanted while held: somebody watches. Returns the release. */
  watch(topics: readonly string[]): () => void;
}

/** What of the tables is read, where it is not all of them. */
export interface ReadScope {
  readonly spans: readonly TimeSpan[];
  /** Without the database. Others of the topic may hold a change a moment earlier or later. */
  readonly tables: readonly string[];
}

/** Event time, half-open, microseconds since 1970. */
export interface TimeSpan {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface ConsistentOptions {
  readonly scope?: ReadScope | undefined;
  /** Aborted, `read` is told so, and the call rejects with what it rejects with. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadIdentity {
  /** Equal texts, equal data. */
  readonly identity: string;
  /**
   * What the data surely holds. Where a loader of ours makes it visible, exactly that; where ClickHouse loads by itself, it may hold what
   * is about to be committed too.
   */
  readonly version: Version;
}

export interface ConsistentRead<T> extends ReadIdentity {
  readonly value: T;
}
