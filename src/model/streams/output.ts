/** What jobs write. Each stream is a topic of that name; how its records look in the log is said in encode-output.ts. */
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
