// Made from schema/ by `npm run codegen`. Do not edit.
import type { Operation } from '../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Every coded error: in errors[].extensions.code for requests, in Rejection.code for events. docs/errors.md has cause and remedy of each. */
export type ErrorCode =
  /** Two currencies would be added up: group by the currency, filter on one, or use convertTo. */
  | 'MIXED_CURRENCIES'
  /** No rate for a currency on a day of the range. */
  | 'RATE_MISSING'
  /** More rows than one answer may hold, and no limit was asked for: never cut in silence. */
  | 'TOO_MANY_ROWS'
  /** It takes more time or memory than one question may: the warehouse stopped it. */
  | 'TOO_EXPENSIVE'
  /** Selected or ordered by a dimension that is not in `by`. */
  | 'NOT_GROUPED'
  /** atLeast was not reached before the deadline; retryable. */
  | 'NOT_YET_VISIBLE'
  /** The cursor is older than what is kept. */
  | 'CURSOR_EXPIRED'
  /** Slow down; extensions.retryAfterMs says for how long. */
  | 'OVERLOADED'
  /** The disk is full or fails, or Kafka cannot be reached; nothing acknowledged is lost; retryable. */
  | 'READ_ONLY'
  /** The warehouse does not answer; what is sent is kept, and loaded when it is back; retryable. */
  | 'WAREHOUSE_DOWN'
  /** The store of the cache does not answer, and what was asked needs it: stored values, throwing entries away; retryable. */
  | 'CACHE_DOWN'
  /** A batch in the log does not match its checksum; it is set aside and never served. */
  | 'LOG_CORRUPT'
  /** No kind of this name is declared. */
  | 'UNKNOWN_KIND'
  /** The job cannot run as it is written; the field that is wrong is named. */
  | 'BAD_JOB'
  /** A job of this name is there; replaceJob changes it. */
  | 'NAME_TAKEN'
  /** No submitted job has this id. */
  | 'NO_SUCH_JOB'
  /** The job was cancelled, and stays so. */
  | 'JOB_CANCELLED'
  /** What the job has counted so far does not fit what it is to be replaced with. */
  | 'STATE_DOES_NOT_FIT'
  /** The body is compressed in a way that is not taken: gzip, deflate and br are. */
  | 'UNSUPPORTED_ENCODING'
  /** The content type is not one of those the route takes. */
  | 'UNSUPPORTED_MEDIA_TYPE'
  /** The request cannot be read as one of this route. */
  | 'BAD_REQUEST'
  /** A setting is unknown or has a value that it cannot have. */
  | 'BAD_CONFIG'
  /** A declaration of a kind has mistakes. */
  | 'BAD_DECLARATION'
  /** Another process works on the data directory. */
  | 'DATA_DIR_LOCKED'
  /** A migration that was applied reads differently now. */
  | 'MIGRATION_CHANGED'
  /** A fault of the product. The message says no more; the log has the rest under the same id. */
  | 'INTERNAL'
  /** A field that must be there is not, or is null. */
  | 'MISSING_FIELD'
  /** A value of another type than declared. */
  | 'WRONG_TYPE'
  /** A value outside the limits declared. */
  | 'OUT_OF_RANGE'
  /** An event, a text or a nesting above the limit. */
  | 'TOO_LARGE'
  /** A number that would lose digits: send it as a text. */
  | 'INEXACT_NUMBER'
  /** The event says it happened later than clocks may differ. */
  | 'TIME_IN_FUTURE'
  /** The event is older than LAKEGATE_ACCEPT_PAST allows: ids cannot be remembered for ever. */
  | 'TIME_TOO_OLD'
  /** The id was admitted before with other content. */
  | 'ID_CONFLICT'
  /** Not a JSON value, or not an object. */
  | 'NOT_JSON'
  /** A field that is not declared. */
  | 'UNKNOWN_FIELD';

export type Verdict =
  /** Durable and numbered. */
  | 'ADMITTED'
  /** This id with this content was admitted before; counted once. */
  | 'DUPLICATE'
  /** Kept in `rejected`, with the reason. */
  | 'REJECTED'
  /** Durable, not yet judged: with Kafka, when admission did not answer within the deadline. `trace` has the outcome. */
  | 'PENDING';

export type PayloadEncoding =
  | 'TEXT'
  | 'BASE64';

export type PipelineStatus =
  /** What comes in is loaded within seconds. */
  | 'OK'
  /** What came in ten seconds ago is not visible yet. */
  | 'BEHIND'
  /** Nothing is taken in: the disk is full or fails, or Kafka cannot be reached. What is there can be asked for. */
  | 'READ_ONLY'
  /** The warehouse does not answer. What comes in is kept, and loaded when it is back; the other figures are those of before. */
  | 'DOWN';

/** Every declared kind adds its own value. */
export type Kind =
  /** Something a user did in an app or on a site: saw a page, clicked, searched. */
  | 'ACTIVITY'
  /** One line that a service logged. */
  | 'LOG_LINE'
  /**
   * A player's live rating in a match. A correction is sent with the next `version`: an event of its own, so that history stays, and what asks
   * for the rating now takes the latest version.
   */
  | 'RATING'
  /** One line of an order: a product, how many, and for how much. */
  | 'SALE'
  /** A payment made by a user. */
  | 'TRANSACTION';

export type KindsQueryVariables = Exact<{ [key: string]: never; }>;


export type KindsQuery = { readonly kinds: ReadonlyArray<{ readonly kind: Kind, readonly plural: string, readonly description: string | null, readonly key: string, readonly time: string, readonly jsonSchema: unknown, readonly dimensions: ReadonlyArray<{ readonly name: string, readonly type: string, readonly high: boolean, readonly description: string | null }>, readonly measures: ReadonlyArray<{ readonly name: string, readonly type: string, readonly additive: boolean, readonly approximate: boolean, readonly money: boolean, readonly description: string | null }> }> | null };

export type PipelineSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type PipelineSubscription = { readonly pipeline: { readonly status: PipelineStatus, readonly eventsPerSecond: number, readonly freshnessMsP50: number | null, readonly freshnessMsP99: number | null, readonly lag: number, readonly rejectedLastHour: number, readonly lateLastHour: number, readonly subscribers: number, readonly cacheHitRatio: number, readonly ledger: { readonly gaps: number, readonly duplicates: number }, readonly intake: { readonly received: number, readonly counted: number, readonly duplicates: number, readonly rejected: number, readonly onTheWay: number } } };

export type TraceQueryVariables = Exact<{
  kind: Kind;
  id: string;
}>;


export type TraceQuery = { readonly trace: { readonly sightings: ReadonlyArray<{ readonly verdict: Verdict, readonly receivedAt: string, readonly source: string, readonly loadedAt: string | null, readonly countedIn: ReadonlyArray<string>, readonly position: { readonly topic: string, readonly partition: number, readonly offset: string } | null, readonly rejection: { readonly code: ErrorCode, readonly pointer: string, readonly expected: string, readonly got: string | null } | null, readonly alerts: ReadonlyArray<{ readonly id: string, readonly rule: string, readonly raisedAt: string }> }> } | null };

export type LedgerQueryVariables = Exact<{ [key: string]: never; }>;


export type LedgerQuery = { readonly ledger: { readonly expected: number, readonly seen: number, readonly gaps: number, readonly duplicates: number, readonly partitions: ReadonlyArray<{ readonly topic: string, readonly partition: number, readonly lastOffset: string, readonly loadedOffset: string, readonly lag: number }>, readonly asOf: { readonly version: string } } | null };

export type OpenSessionsQueryVariables = Exact<{
  first: number;
}>;


export type OpenSessionsQuery = { readonly sessions: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly userId: string, readonly start: string, readonly end: string, readonly open: boolean, readonly activities: number, readonly pageViews: number, readonly entryPage: string | null, readonly exitPage: string | null, readonly revision: number }> } | null };

export type SessionRowFragment = { readonly id: string, readonly userId: string, readonly start: string, readonly end: string, readonly open: boolean, readonly activities: number, readonly pageViews: number, readonly entryPage: string | null, readonly exitPage: string | null, readonly revision: number };

export type LatestRejectedQueryVariables = Exact<{
  first: number;
}>;


export type LatestRejectedQuery = { readonly rejected: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: Kind | null, readonly receivedAt: string, readonly source: string, readonly payload: string, readonly payloadEncoding: PayloadEncoding, readonly rejection: { readonly code: ErrorCode, readonly pointer: string, readonly expected: string, readonly got: string | null } }> } | null };

export type RejectedRowFragment = { readonly id: string, readonly kind: Kind | null, readonly receivedAt: string, readonly source: string, readonly payload: string, readonly payloadEncoding: PayloadEncoding, readonly rejection: { readonly code: ErrorCode, readonly pointer: string, readonly expected: string, readonly got: string | null } };

export type SessionUpdatedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SessionUpdatedSubscription = { readonly sessionUpdated: { readonly joinedInto: string | null, readonly cursor: string, readonly session: { readonly id: string, readonly userId: string, readonly start: string, readonly end: string, readonly open: boolean, readonly activities: number, readonly pageViews: number, readonly entryPage: string | null, readonly exitPage: string | null, readonly revision: number }, readonly skipped: { readonly count: number } | null } };

export type RejectedAddedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RejectedAddedSubscription = { readonly rejectedAdded: { readonly cursor: string, readonly event: { readonly id: string, readonly kind: Kind | null, readonly receivedAt: string, readonly source: string, readonly payload: string, readonly payloadEncoding: PayloadEncoding, readonly rejection: { readonly code: ErrorCode, readonly pointer: string, readonly expected: string, readonly got: string | null } }, readonly skipped: { readonly count: number } | null } };

export const kindsQuery: Operation<KindsQuery, KindsQueryVariables> = {
  text: "query Kinds{kinds{kind plural description key time dimensions{name type high description}measures{name type additive approximate money description}jsonSchema}}",
};

export const pipelineSubscription: Operation<PipelineSubscription, PipelineSubscriptionVariables> = {
  text: "subscription Pipeline{pipeline{status eventsPerSecond freshnessMsP50 freshnessMsP99 lag rejectedLastHour lateLastHour subscribers cacheHitRatio ledger{gaps duplicates}intake{received counted duplicates rejected onTheWay}}}",
};

export const traceQuery: Operation<TraceQuery, TraceQueryVariables> = {
  text: "query Trace($kind:Kind!$id:ID!){trace(kind:$kind id:$id){sightings{verdict receivedAt source position{topic partition offset}rejection{code pointer expected got}loadedAt countedIn alerts{id rule raisedAt}}}}",
};

export const ledgerQuery: Operation<LedgerQuery, LedgerQueryVariables> = {
  text: "query Ledger{ledger{expected seen gaps duplicates partitions{topic partition lastOffset loadedOffset lag}asOf{version}}}",
};

export const openSessionsQuery: Operation<OpenSessionsQuery, OpenSessionsQueryVariables> = {
  text: "query OpenSessions($first:Int!){sessions(where:{open:true}first:$first){totalCount nodes{...SessionRow}}}fragment SessionRow on Session{id userId start end open activities pageViews entryPage exitPage revision}",
};

export const latestRejectedQuery: Operation<LatestRejectedQuery, LatestRejectedQueryVariables> = {
  text: "query LatestRejected($first:Int!){rejected(first:$first){totalCount nodes{...RejectedRow}}}fragment RejectedRow on RejectedEvent{id kind receivedAt source rejection{code pointer expected got}payload payloadEncoding}",
};

export const sessionUpdatedSubscription: Operation<SessionUpdatedSubscription, SessionUpdatedSubscriptionVariables> = {
  text: "subscription SessionUpdated($after:Cursor){sessionUpdated(after:$after){session{...SessionRow}joinedInto cursor skipped{count}}}fragment SessionRow on Session{id userId start end open activities pageViews entryPage exitPage revision}",
};

export const rejectedAddedSubscription: Operation<RejectedAddedSubscription, RejectedAddedSubscriptionVariables> = {
  text: "subscription RejectedAdded($after:Cursor){rejectedAdded(after:$after){event{...RejectedRow}cursor skipped{count}}}fragment RejectedRow on RejectedEvent{id kind receivedAt source rejection{code pointer expected got}payload payloadEncoding}",
};
