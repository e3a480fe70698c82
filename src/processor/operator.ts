/**
 * What a job does with the events of one key: the pure part of every job. Synchronous, without a clock, without I/O, without chance, so
 * that a replay of the same records gives the same outputs, bit for bit.
 *
 * Time is event time, in microseconds since 1970. The watermark that an operator sees is the one the event carries (a fact of the log): before an event is
 * handed over, every key of the partition that wanted to be woken at or before that watermark was woken, in the order of (wake time, key). On
 * a quiet stream the runtime wakes keys as the watermark of the kind goes on. Both give the same outputs in the same order, because no
 * later record can meet less than a watermark that was published.
 *
 * Events of a key come in log order, not in the order of their times. An operator that needs that order holds events until the watermark has
 * passed them: an event at exactly the watermark may still come, one before it is late.
 *
 * State is whatever `onEvent` and `onWake` return; null forgets the key. The runtime keeps it durable together with the outputs and the place
 * in the input, and hands it out again as it was. An operator may change the state it was handed and return it.
 */
export interface Operator<State> {
  onEvent(event: JobEvent, state: State | null, step: Step): State | null;
  /** The watermark reached what `wakeAtUs` asked for. Must then ask for a later time, or for none. */
  onWake(state: State, step: Step): State | null;
  /** When this key wants to be woken: as soon as the watermark is at least this. Null: only by an event. */
  wakeAtUs(state: State): number | null;
  /** Equal states must give equal bytes. The first byte tells the format, so that a later version can read an earlier one's state. */
  encode(state: State): Uint8Array;
  decode(bytes: Uint8Array): State;
}

/** An event as a job sees it. */
export interface JobEvent {
  readonly tenant: string;
  /** The kind's plural, which is its topic. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly id: string;
  /** The value of the field that the job is keyed by, as text. */
  readonly key: string;
  readonly timeUs: number;
  readonly receivedAtMs: number;
  /** The watermark it met; -Infinity before there was one. Late means timeUs < watermarkUs. */
  readonly watermarkUs: number;
  /** The members as they are stored: decimals, times and ids are text, counts and floats numbers; a member that is not there is null or absent. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** The moment in which an operator runs. */
export interface Step {
  readonly tenant: string;
  readonly key: string;
  /** -Infinity before there is one. */
  readonly watermarkUs: number;
  /** Goes out when the step is committed, in the order of the calls. */
  emit(output: Output): void;
}

/** What jobs write. Each stream is a topic of that name; how its records look in the log is said in src/model/streams. */
export type Output =
  | { readonly stream: 'sessions'; readonly record: SessionOutput }
  | { readonly stream: 'alerts'; readonly record: AlertOutput }
  | { readonly stream: 'results'; readonly record: ResultOutput }
  | { readonly stream: 'late'; readonly record: LateOutput };

/** One state of a session. Later revisions of the same id replace earlier ones. */
export interface SessionOutput {
  readonly id: string;
  readonly userId: string;
  readonly startUs: number;
  /** Time of its last activity. */
  readonly endUs: number;
  readonly open: boolean;
  readonly activities: number;
  readonly pageViews: number;
  /** Distinct, in the order of the first visit. */
  readonly pages: readonly string[];
  readonly entryPage: string | null;
  readonly exitPage: string | null;
  /** Changes by late events after it was published as closed. */
  readonly revision: number;
  /** The session that took this one in, when a late event joined the two; this one is no more. */
  readonly mergedInto: string | null;
}

export interface AlertOutput {
  /** The same whenever the same events match the same rule: hash of rule, key and event ids. */
  readonly id: string;
  readonly reason: string;
  /** When, in event time, the match was complete. */
  readonly matchedAtUs: number;
  /** The events that made it, in event time order; for an absence those that came before it. */
  readonly events: readonly MatchedEvent[];
}

export interface MatchedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly id: string;
  readonly timeUs: number;
  readonly members: Readonly<Record<string, unknown>>;
}

/** One window of one key. A later revision replaces an earlier one. */
export interface ResultOutput {
  readonly startUs: number;
  readonly endUs: number;
  /** 0 when first published; every correction adds one. */
  readonly revision: number;
  /** By measure, spelt as in GraphQL: count, amountSum. Decimals are text. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** An event that came after every window it belongs to had closed, or after its place in a pattern had passed. */
export interface LateOutput {
  readonly event: MatchedEvent;
  readonly missedEndUs: number;
  /** True: it was counted in a correction all the same. */
  readonly corrected: boolean;
}
