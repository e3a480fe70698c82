import type { Output } from '../model/streams/output.ts';

export type {
  AlertOutput,
  LateOutput,
  MatchedEvent,
  Output,
  ResultOutput,
  SessionOutput,
} from '../model/streams/output.ts';

/**
 * What a job does with the events of one key: the pure part of every job. Synchronous, without a clock, without I/O, without chance, so
 * that a replay of the same records gives the same outputs, bit for bit.
 *
 * Time is event time, in microseconds since 1970. How far it has come for the job is `Step.watermarkUs`: before an event is handed over, every key of
 * the partition that wanted to be woken at or before it was woken, in the order of (wake time, key). On a quiet stream the runtime wakes keys
 * as the watermark of the kind goes on. Both give the same outputs in the same order, because no later record can meet less than a
 * watermark that was published.
 *
 * An event carries the watermark that it met in its own partition, a fact of the log: by that alone it is late or not. Where the key of the job is that
 * of the kind, it is the job's time. Where it is another one, a key's events come from several partitions, and the job's time is the least of
 * theirs: never more than what an event met, mostly less.
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

/**
 * An event as a job sees it. Each member is read when it is asked for, by its name: `{ ...event }` has hardly any of them, `{ ...event.members }` all that
 * its producer sent.
 */
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
  /** The watermark it met in its own partition; -Infinity before there was one. Late means timeUs < watermarkUs. */
  readonly watermarkUs: number;
  /** The members as they are stored: decimals, times and ids are text, counts and floats numbers; a member that is not there is null or absent. */
  readonly members: Readonly<Record<string, unknown>>;
  /** The same as JSON, where nobody has read them yet: for whoever keeps them and may never look at them. */
  readonly membersJson?: string | null;
  /** The same, each read only when it is asked for by the name of a declared field: for whoever needs few of them. It cannot be listed or copied. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The moment in which an operator runs. */
export interface Step {
  readonly tenant: string;
  readonly key: string;
  /** How far event time has come for the job: nothing that is in time can be before it any more. -Infinity before there is one. */
  readonly watermarkUs: number;
  /** Goes out when the step is committed, in the order of the calls. */
  emit(output: Output): void;
}
