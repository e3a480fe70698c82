import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { GatewayContext } from '../../gateway/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** RFC 3339 with any offset in; UTC with Z out; microseconds. */
  DateTime: { input: string; output: string; }
  /** A calendar day, 2026-11-21. */
  Date: { input: string; output: string; }
  /** 30s, 5m, 6h are lengths; 1d, 1w, 1mo, 1q, 1y are calendar steps in the time zone of the question. 0s only where it says so. */
  Duration: { input: string; output: string; }
  /** An IANA name, Europe/Berlin. */
  TimeZone: { input: string; output: string; }
  /** Exact. Out: a string. In: a string, or a number of at most 15 significant digits. */
  Decimal: { input: string; output: string; }
  /** A whole number up to 2^53-1 as a JSON number (Int ends at two thousand million). */
  SafeInt: { input: number; output: number; }
  /** A 64-bit log offset as a string. */
  Offset: { input: string; output: string; }
  /** How far the warehouse had come (offsets) and what is final (watermark): opaque. From an ingest answer or from asOf. */
  Version: { input: string; output: string; }
  /** A place in a list or a stream; opaque. */
  Cursor: { input: string; output: string; }
  /** ISO 3166-1 alpha-2. */
  CountryCode: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

export type AlertStatus =
  | 'OPEN'
  /** Somebody has seen it and said so. */
  | 'ACKNOWLEDGED';

/** A hit of a rule. The same events raise it once, however often they are read again. */
export type Alert = {
  readonly __typename?: 'Alert';
  /** Always the same for the same rule and the same events. */
  readonly id: Scalars['ID']['output'];
  /** The job that raised it. */
  readonly rule: Scalars['String']['output'];
  /** The version of that job when it raised it. */
  readonly ruleVersion: Scalars['Int']['output'];
  /** Whom or what it is about: the user, for most rules. */
  readonly key: Scalars['String']['output'];
  /** In words, for people: which steps matched. */
  readonly reason: Scalars['String']['output'];
  /** When, in event time, the pattern was complete. */
  readonly matchedAt: Scalars['DateTime']['output'];
  /** When it was written into the log. */
  readonly raisedAt: Scalars['DateTime']['output'];
  /** The events that made it, in order. They are kept with the alert, so that they are there also when raw events are no longer. */
  readonly events: ReadonlyArray<Event>;
  /** Raised by a rule that is only being tried: nothing was sent on. */
  readonly shadow: Scalars['Boolean']['output'];
  /** OPEN until somebody acknowledges it. */
  readonly status: AlertStatus;
  /** When it was acknowledged first; null while it is open. */
  readonly acknowledgedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Who did; "anonymous" while nobody has to log in. Null while it is open. */
  readonly acknowledgedBy?: Maybe<Scalars['String']['output']>;
  /** What was said to it last; null if nothing was. */
  readonly note?: Maybe<Scalars['String']['output']>;
};

export type AlertConnection = {
  readonly __typename?: 'AlertConnection';
  /** The alerts of this page, each with its cursor. */
  readonly edges: ReadonlyArray<AlertEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Alert>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
};

export type AlertEdge = {
  readonly __typename?: 'AlertEdge';
  /** Give it as `after` to go on behind this alert. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The alert. */
  readonly node: Alert;
};

export type AlertWhere = {
  /** Of any of these jobs, by name. */
  readonly rules?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Whom or what it is about. */
  readonly key?: InputMaybe<StringFilter>;
  /** Open ones or acknowledged ones only. Null: both. */
  readonly status?: InputMaybe<AlertStatus>;
  /** When, in event time, it was complete. */
  readonly matchedAt?: InputMaybe<DateTimeFilter>;
  /** Those of rules that are only being tried, instead of those in earnest. */
  readonly shadow?: Scalars['Boolean']['input'];
};

export type AlertRaised = {
  readonly __typename?: 'AlertRaised';
  /** As it was raised: nobody has said anything to it yet. */
  readonly alert: Alert;
  /** Behind it. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before this message; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

/** One of: last; from (with or without to); this; previous. `last` and `from` end at `to`, or now. */
export type TimeRange = {
  /** From so long before `to`, or before now: 15m, 6h, 7d. With `every` it is widened to whole windows. */
  readonly last?: InputMaybe<Scalars['Duration']['input']>;
  /** The first instant that belongs to it. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** The first instant that no longer belongs to it. Null: now. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
  /** The unit that is going on, from its beginning to its end, in the time zone of the question. */
  readonly this?: InputMaybe<CalendarUnit>;
  /** The whole unit before that. */
  readonly previous?: InputMaybe<CalendarUnit>;
};

export type CalendarUnit =
  | 'DAY'
  | 'WEEK'
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR';

/** What stands beside each row as `previous`. */
export type Compare =
  /**
   * The period of equal length just before: each window moves back by the length of the range, by a month where a month was asked for as such (`this`, `last: "1mo"`), by days
   * where it goes from midnight to midnight.
   */
  { readonly precedingPeriod: Scalars['Boolean']['input']; readonly shift?: never; }
  |  /**
   * The same windows this long ago: 1w, 1y. By the calendar a day stands beside the same day, and one that the earlier month does not have beside its last. Windows of
   * a length (`every: 3h`) all move by the same: what the calendar says where the range begins.
   */
  { readonly precedingPeriod?: never; readonly shift: Scalars['Duration']['input']; };

export type Fill =
  /** Windows without events are left out. */
  | 'NONE'
  /** Counts and sums are 0; averages, minima and quantiles are null. */
  | 'ZERO'
  /** The value of the window before. */
  | 'PREVIOUS';

/** On what an answer stands. */
export type AsOf = {
  readonly __typename?: 'AsOf';
  /** Give it back as atLeast to see at least this. */
  readonly version: Scalars['Version']['output'];
  /** Event time has come so far: nothing older is expected any more. Null before the first event. */
  readonly watermark?: Maybe<Scalars['DateTime']['output']>;
  /** Where the numbers come from: raw, rollup_1m, rollup_merchant_1h. Whether they came by way of the cache is in the header Lakegate-Cache. */
  readonly tables: ReadonlyArray<Scalars['String']['output']>;
};

/** Why this table, and what it cost. */
export type Explain = {
  readonly __typename?: 'Explain';
  /** The table that the rows were read from. */
  readonly table: Scalars['String']['output'];
  /** Why this one. */
  readonly reason: Scalars['String']['output'];
  /** Tables that were considered and why each would have given another answer or more work. */
  readonly notUsed: ReadonlyArray<TableNotUsed>;
  /** Rows that the warehouse read to compute the answer; an answer from the cache says what it took once. */
  readonly rowsRead: Scalars['SafeInt']['output'];
  /** Bytes of columns, uncompressed, that the warehouse read to compute the answer. */
  readonly bytesRead: Scalars['SafeInt']['output'];
  /** Parts of the range that are computed and kept by themselves. */
  readonly segments: Scalars['Int']['output'];
  /** How many of them came from the cache. */
  readonly segmentsReused: Scalars['Int']['output'];
  /** The line that would make this question cheap: @rollup(by: ["merchant", "country"]). */
  readonly advice?: Maybe<Scalars['String']['output']>;
  /** Always null: SQL is not shown through the API. */
  readonly sql?: Maybe<Scalars['String']['output']>;
};

export type TableNotUsed = {
  readonly __typename?: 'TableNotUsed';
  /** A table that was considered. */
  readonly table: Scalars['String']['output'];
  /** Why it was not taken. */
  readonly reason: Scalars['String']['output'];
};

/** Named once per answer instead of once per cell. Ask with exact: true to do without. */
export type Approximation = {
  readonly __typename?: 'Approximation';
  /** The measure's name: userIdDistinct, amountP95. */
  readonly measure: Scalars['String']['output'];
  /** It is hardly ever further off than this part of the value: 0.025 is 2.5 percent. */
  readonly relativeError: Scalars['Float']['output'];
};

export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Something comes behind this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Something came before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Of the first on this page; null on an empty one. */
  readonly startCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Of the last on this page, to give as `after`; null on an empty one. */
  readonly endCursor?: Maybe<Scalars['Cursor']['output']>;
};

/** How far users came on a way of several steps. */
export type Funnel = {
  readonly __typename?: 'Funnel';
  /** In the order asked for. */
  readonly steps: ReadonlyArray<FunnelStep>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type FunnelStep = {
  readonly __typename?: 'FunnelStep';
  /** As it was asked for, or its number. */
  readonly name: Scalars['String']['output'];
  /** Users who took this step and all before it, in order and in time. */
  readonly users: Scalars['SafeInt']['output'];
  /** Of those who took the first step: 0 to 1. Null if nobody did. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** Of those who took the step before. Null if nobody did, and for the first step. */
  readonly shareOfPrevious?: Maybe<Scalars['Float']['output']>;
};

/** Who came back. A cohort is made of the users whose first event of the range is in one window. */
export type Retention = {
  readonly __typename?: 'Retention';
  /** One a window that has begun, also where nobody was new in it. */
  readonly cohorts: ReadonlyArray<RetentionCohort>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type RetentionCohort = {
  readonly __typename?: 'RetentionCohort';
  /** Of the window in which its users were seen first. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after that window. */
  readonly end: Scalars['DateTime']['output'];
  /** How many users it has. */
  readonly users: Scalars['SafeInt']['output'];
  /** One a later window that has begun. */
  readonly returns: ReadonlyArray<RetentionReturn>;
};

export type RetentionReturn = {
  readonly __typename?: 'RetentionReturn';
  /** How many windows after the cohort's own: 1 is the next. */
  readonly after: Scalars['Int']['output'];
  /** Of the later window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after it. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end. */
  readonly final: Scalars['Boolean']['output'];
  /** Users of the cohort who were seen in it. */
  readonly users: Scalars['SafeInt']['output'];
  /** Of the cohort: 0 to 1. Null where nobody is in it. */
  readonly share?: Maybe<Scalars['Float']['output']>;
};

/** The ways that were gone most often. */
export type TopPaths = {
  readonly __typename?: 'TopPaths';
  /** The most frequent first; of equally frequent ones in the order of their values. */
  readonly paths: ReadonlyArray<TopPath>;
  /** There are more ways than were asked for. */
  readonly hasMore: Scalars['Boolean']['output'];
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type TopPath = {
  readonly __typename?: 'TopPath';
  /** The values on the way, in order. */
  readonly values: ReadonlyArray<Scalars['String']['output']>;
  /** How often it was gone; one user may have gone it several times. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different users went it. */
  readonly users: Scalars['SafeInt']['output'];
};

/** Who did it again, how often, and after how long. */
export type Repeats = {
  readonly __typename?: 'Repeats';
  /** Users with at least one event in the range. */
  readonly users: Scalars['SafeInt']['output'];
  /** Users with two events or more. */
  readonly repeated: Scalars['SafeInt']['output'];
  /** Of all users: 0 to 1. Null without users. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** The average. Null without users. */
  readonly eventsPerUser?: Maybe<Scalars['Float']['output']>;
  /** In milliseconds, between neighbouring events of a user: half of the gaps are at most this long. Null where nobody did it twice. */
  readonly gapMsP50?: Maybe<Scalars['Float']['output']>;
  /** How many users have how many events. */
  readonly counts: ReadonlyArray<RepeatCount>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type RepeatCount = {
  readonly __typename?: 'RepeatCount';
  /** So many events. */
  readonly events: Scalars['Int']['output'];
  /** In the last row: this many or more. */
  readonly orMore: Scalars['Boolean']['output'];
  /** How many users have so many. */
  readonly users: Scalars['SafeInt']['output'];
};

/** Of this process; what another gateway has put into a shared store is that one's to tell of. */
export type Cache = {
  readonly __typename?: 'Cache';
  /** Of all that was asked since the start, live questions aside, the part that was answered from the cache: 0 to 1. */
  readonly hitRatio: Scalars['Float']['output'];
  /** Answers that are kept now. */
  readonly entryCount: Scalars['SafeInt']['output'];
  /** What they take, in bytes. */
  readonly bytes: Scalars['SafeInt']['output'];
  /** Entries that went because there was no room. */
  readonly evictions: Scalars['SafeInt']['output'];
  /** Largest first. */
  readonly entries: ReadonlyArray<CacheEntry>;
  /** One entry; null if there is none of this key, or no longer. */
  readonly entry?: Maybe<CacheEntry>;
};


/** Of this process; what another gateway has put into a shared store is that one's to tell of. */
export type CacheEntriesArgs = {
  kind?: InputMaybe<Kind>;
  first?: Scalars['Int']['input'];
};


/** Of this process; what another gateway has put into a shared store is that one's to tell of. */
export type CacheEntryArgs = {
  key: Scalars['ID']['input'];
};

/** An answer that is kept: of one question, or of a whole operation. */
export type CacheEntry = {
  readonly __typename?: 'CacheEntry';
  /** Names the entry, for `entry` and to throw it away. */
  readonly key: Scalars['ID']['output'];
  /** Whole: the bytes of the answer to an operation. Otherwise what the answer to one question is made of. */
  readonly whole: Scalars['Boolean']['output'];
  /** Of all whose events it was computed from. */
  readonly kinds: ReadonlyArray<Kind>;
  /** As it was asked: of an operation its text, of a question what it was understood as. */
  readonly question: Scalars['String']['output'];
  /** Which time it is about; empty where the question had none. */
  readonly range: Scalars['String']['output'];
  /** What it was computed from. */
  readonly version: Scalars['Version']['output'];
  /** What it takes, in bytes. */
  readonly bytes: Scalars['SafeInt']['output'];
  /** How often it answered. */
  readonly hits: Scalars['SafeInt']['output'];
  /** When it was computed. */
  readonly createdAt: Scalars['DateTime']['output'];
};

/** Exactly one of them. `everything` is of the caller's own tenant, and must be true. */
export type CacheTarget =
  /** One entry, by `CacheEntry.key`. */
  { readonly key: Scalars['ID']['input']; readonly kind?: never; readonly everything?: never; }
  |  /** All that was computed from events of this kind. */
  { readonly key?: never; readonly kind: Kind; readonly everything?: never; }
  |  /** All that is kept for the caller's tenant. Only `true`. */
  { readonly key?: never; readonly kind?: never; readonly everything: Scalars['Boolean']['input']; };

export type CacheInvalidation = {
  readonly __typename?: 'CacheInvalidation';
  /** How many entries went. */
  readonly removed: Scalars['SafeInt']['output'];
  /** What they took, in bytes. */
  readonly bytesFreed: Scalars['SafeInt']['output'];
};

/** A caller's own value under a caller's own key, with a life time. Kept apart from answers: nobody can plant a wrong number. */
export type StoredValue = {
  readonly __typename?: 'StoredValue';
  /** As it was stored. */
  readonly key: Scalars['String']['output'];
  /** As it was stored. */
  readonly value: Scalars['JSON']['output'];
  /** From then on it is gone. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

/** ISO 4217: every code in use, funds, metals, XTS (testing) and XXX (no currency) among them. */
export type CurrencyCode =
  | 'AED'
  | 'AFN'
  | 'ALL'
  | 'AMD'
  | 'AOA'
  | 'ARS'
  | 'AUD'
  | 'AWG'
  | 'AZN'
  | 'BAM'
  | 'BBD'
  | 'BDT'
  | 'BGN'
  | 'BHD'
  | 'BIF'
  | 'BMD'
  | 'BND'
  | 'BOB'
  | 'BOV'
  | 'BRL'
  | 'BSD'
  | 'BTN'
  | 'BWP'
  | 'BYN'
  | 'BZD'
  | 'CAD'
  | 'CDF'
  | 'CHE'
  | 'CHF'
  | 'CHW'
  | 'CLF'
  | 'CLP'
  | 'CNY'
  | 'COP'
  | 'COU'
  | 'CRC'
  | 'CUP'
  | 'CVE'
  | 'CZK'
  | 'DJF'
  | 'DKK'
  | 'DOP'
  | 'DZD'
  | 'EGP'
  | 'ERN'
  | 'ETB'
  | 'EUR'
  | 'FJD'
  | 'FKP'
  | 'GBP'
  | 'GEL'
  | 'GHS'
  | 'GIP'
  | 'GMD'
  | 'GNF'
  | 'GTQ'
  | 'GYD'
  | 'HKD'
  | 'HNL'
  | 'HTG'
  | 'HUF'
  | 'IDR'
  | 'ILS'
  | 'INR'
  | 'IQD'
  | 'IRR'
  | 'ISK'
  | 'JMD'
  | 'JOD'
  | 'JPY'
  | 'KES'
  | 'KGS'
  | 'KHR'
  | 'KMF'
  | 'KPW'
  | 'KRW'
  | 'KWD'
  | 'KYD'
  | 'KZT'
  | 'LAK'
  | 'LBP'
  | 'LKR'
  | 'LRD'
  | 'LSL'
  | 'LYD'
  | 'MAD'
  | 'MDL'
  | 'MGA'
  | 'MKD'
  | 'MMK'
  | 'MNT'
  | 'MOP'
  | 'MRU'
  | 'MUR'
  | 'MVR'
  | 'MWK'
  | 'MXN'
  | 'MXV'
  | 'MYR'
  | 'MZN'
  | 'NAD'
  | 'NGN'
  | 'NIO'
  | 'NOK'
  | 'NPR'
  | 'NZD'
  | 'OMR'
  | 'PAB'
  | 'PEN'
  | 'PGK'
  | 'PHP'
  | 'PKR'
  | 'PLN'
  | 'PYG'
  | 'QAR'
  | 'RON'
  | 'RSD'
  | 'RUB'
  | 'RWF'
  | 'SAR'
  | 'SBD'
  | 'SCR'
  | 'SDG'
  | 'SEK'
  | 'SGD'
  | 'SHP'
  | 'SLE'
  | 'SOS'
  | 'SRD'
  | 'SSP'
  | 'STN'
  | 'SVC'
  | 'SYP'
  | 'SZL'
  | 'THB'
  | 'TJS'
  | 'TMT'
  | 'TND'
  | 'TOP'
  | 'TRY'
  | 'TTD'
  | 'TWD'
  | 'TZS'
  | 'UAH'
  | 'UGX'
  | 'USD'
  | 'USN'
  | 'UYI'
  | 'UYU'
  | 'UYW'
  | 'UZS'
  | 'VED'
  | 'VES'
  | 'VND'
  | 'VUV'
  | 'WST'
  | 'XAF'
  | 'XAG'
  | 'XAU'
  | 'XBA'
  | 'XBB'
  | 'XBC'
  | 'XBD'
  | 'XCD'
  | 'XCG'
  | 'XDR'
  | 'XOF'
  | 'XPD'
  | 'XPF'
  | 'XPT'
  | 'XSU'
  | 'XTS'
  | 'XUA'
  | 'XXX'
  | 'YER'
  | 'ZAR'
  | 'ZMW'
  | 'ZWG';

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

/** What the product knows of an event beside what the producer said. */
export type Event = {
  /** What the product knows of it. */
  readonly meta: EventMeta;
};

export type EventMeta = {
  readonly __typename?: 'EventMeta';
  /** The kind it is of. */
  readonly kind: Kind;
  /** The id, also where it is made of several fields. */
  readonly id: Scalars['ID']['output'];
  /** The value of the kind's key field, as text. */
  readonly key: Scalars['String']['output'];
  /** When it happened, as the event says. */
  readonly time: Scalars['DateTime']['output'];
  /** When it came in. */
  readonly receivedAt: Scalars['DateTime']['output'];
  /** Where it stands in the log. */
  readonly position: Position;
  /** It came after the watermark had passed it. */
  readonly late: Scalars['Boolean']['output'];
};

/** A place in the log. */
export type Position = {
  readonly __typename?: 'Position';
  /** The topic: a kind's plural, for its events. */
  readonly topic: Scalars['String']['output'];
  /** The partition, from 0. */
  readonly partition: Scalars['Int']['output'];
  /** The place in the partition, from 0. */
  readonly offset: Scalars['Offset']['output'];
};

/**
 * Where is my event? Every time this id was seen, and how far each got. On Kafka an event that is durable and not judged yet (PENDING) is not found:
 * nobody knows its id before admission has read it.
 */
export type Trace = {
  readonly __typename?: 'Trace';
  /** As asked for. */
  readonly kind: Kind;
  /** As asked for. */
  readonly id: Scalars['ID']['output'];
  /** Oldest first; empty if the id was never seen. */
  readonly sightings: ReadonlyArray<Sighting>;
};

/** One time that an id was seen. */
export type Sighting = {
  readonly __typename?: 'Sighting';
  /** What became of it. */
  readonly verdict: Verdict;
  /** When it came in. */
  readonly receivedAt: Scalars['DateTime']['output'];
  /** Which way it came: graphql, bulk or kafka:<topic>. Of an admitted event it is not kept, and this says log. */
  readonly source: Scalars['String']['output'];
  /** Where an admitted event stands in the log; null for all others. */
  readonly position?: Maybe<Position>;
  /** Why it was refused; null if it was not. */
  readonly rejection?: Maybe<Rejection>;
  /** When it became visible in the warehouse. Null while it is on its way, and for what was not admitted. */
  readonly loadedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The windows that count it, each as table and start: rollup_1m 2026-11-21T10:00:00Z. Empty until it is visible. */
  readonly countedIn: ReadonlyArray<Scalars['String']['output']>;
  /** The newest hundred that it is part of; rules that are only being tried are left out. */
  readonly alerts: ReadonlyArray<Alert>;
};

export type IdFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['ID']['input']>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Scalars['ID']['input']>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type StringFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['String']['input']>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Scalars['String']['input']>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** With this text somewhere in it; capitals count. */
  readonly contains?: InputMaybe<Scalars['String']['input']>;
  /** Beginning with this text; capitals count. */
  readonly startsWith?: InputMaybe<Scalars['String']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type IntFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<Scalars['SafeInt']['input']>>;
  /** Less than this. */
  readonly lt?: InputMaybe<Scalars['SafeInt']['input']>;
  /** This or less. */
  readonly lte?: InputMaybe<Scalars['SafeInt']['input']>;
  /** More than this. */
  readonly gt?: InputMaybe<Scalars['SafeInt']['input']>;
  /** This or more. */
  readonly gte?: InputMaybe<Scalars['SafeInt']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Without ne and in: two floats that look alike need not be. */
export type FloatFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['Float']['input']>;
  /** Less than this. */
  readonly lt?: InputMaybe<Scalars['Float']['input']>;
  /** This or less. */
  readonly lte?: InputMaybe<Scalars['Float']['input']>;
  /** More than this. */
  readonly gt?: InputMaybe<Scalars['Float']['input']>;
  /** This or more. */
  readonly gte?: InputMaybe<Scalars['Float']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type DecimalFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['Decimal']['input']>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Scalars['Decimal']['input']>;
  /** Less than this. */
  readonly lt?: InputMaybe<Scalars['Decimal']['input']>;
  /** This or less. */
  readonly lte?: InputMaybe<Scalars['Decimal']['input']>;
  /** More than this. */
  readonly gt?: InputMaybe<Scalars['Decimal']['input']>;
  /** This or more. */
  readonly gte?: InputMaybe<Scalars['Decimal']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type DateTimeFilter = {
  /** Before this. */
  readonly lt?: InputMaybe<Scalars['DateTime']['input']>;
  /** This or before. */
  readonly lte?: InputMaybe<Scalars['DateTime']['input']>;
  /** After this. */
  readonly gt?: InputMaybe<Scalars['DateTime']['input']>;
  /** This or after. */
  readonly gte?: InputMaybe<Scalars['DateTime']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type DateFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['Date']['input']>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Scalars['Date']['input']>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<Scalars['Date']['input']>>;
  /** Before this. */
  readonly lt?: InputMaybe<Scalars['Date']['input']>;
  /** This or before. */
  readonly lte?: InputMaybe<Scalars['Date']['input']>;
  /** After this. */
  readonly gt?: InputMaybe<Scalars['Date']['input']>;
  /** This or after. */
  readonly gte?: InputMaybe<Scalars['Date']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type BooleanFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['Boolean']['input']>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type CurrencyCodeFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<CurrencyCode>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<CurrencyCode>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<CurrencyCode>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<CurrencyCode>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type CountryCodeFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Scalars['CountryCode']['input']>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Scalars['CountryCode']['input']>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<Scalars['CountryCode']['input']>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['CountryCode']['input']>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type Verdict =
  /** Durable and numbered. */
  | 'ADMITTED'
  /** This id with this content was admitted before; counted once. */
  | 'DUPLICATE'
  /** Kept in `rejected`, with the reason. */
  | 'REJECTED'
  /** Durable, not yet judged: with Kafka, when admission did not answer within the deadline. `trace` has the outcome. */
  | 'PENDING';

/** Shared by all ingest mutations: one fragment serves every kind. */
export type IngestPayload = {
  readonly __typename?: 'IngestPayload';
  /** Events that are durable now and were not there before. */
  readonly admitted: Scalars['Int']['output'];
  /** Events that were admitted before, with the same content. */
  readonly duplicates: Scalars['Int']['output'];
  /** Events that were refused; `verdicts` and `rejected` say why. */
  readonly rejected: Scalars['Int']['output'];
  /** Events that are durable and not judged yet. Always 0 without Kafka. */
  readonly pending: Scalars['Int']['output'];
  /** In the order of the events sent. only: [REJECTED] keeps a big answer small. */
  readonly verdicts: ReadonlyArray<EventVerdict>;
  /** Give it to a query as atLeast, and the query sees these events. */
  readonly version: Scalars['Version']['output'];
  /** True if waited for, nothing is pending, and every admitted event can be queried now. */
  readonly visible: Scalars['Boolean']['output'];
};


/** Shared by all ingest mutations: one fragment serves every kind. */
export type IngestPayloadVerdictsArgs = {
  only?: InputMaybe<ReadonlyArray<Verdict>>;
};

export type EventVerdict = {
  readonly __typename?: 'EventVerdict';
  /** The place among the events sent, from 0. */
  readonly index: Scalars['Int']['output'];
  /** The event's id; null where it had none that could be read. */
  readonly id?: Maybe<Scalars['ID']['output']>;
  /** What became of it. */
  readonly verdict: Verdict;
  /** Where an event that was admitted, now or before, stands in the log; null for others. */
  readonly position?: Maybe<Position>;
  /** Why it was refused; null if it was not. */
  readonly rejection?: Maybe<Rejection>;
};

/** Why an event was refused: what was expected, and what came. */
export type Rejection = {
  readonly __typename?: 'Rejection';
  /** The kind of fault. */
  readonly code: ErrorCode;
  /** JSON pointer: /events/3/amount */
  readonly pointer: Scalars['String']['output'];
  /** What would have been right. */
  readonly expected: Scalars['String']['output'];
  /** What came, cut if it is long; null where there was nothing. */
  readonly got?: Maybe<Scalars['String']['output']>;
};

export type RejectedEvent = {
  readonly __typename?: 'RejectedEvent';
  /** Of this refusal, not of the event. */
  readonly id: Scalars['ID']['output'];
  /** The kind it was sent as; null where that is not known, or no longer declared. */
  readonly kind?: Maybe<Kind>;
  /** When it came in. */
  readonly receivedAt: Scalars['DateTime']['output'];
  /** Which way it came: graphql, bulk or kafka:<topic>. */
  readonly source: Scalars['String']['output'];
  /** Why it was refused. */
  readonly rejection: Rejection;
  /** As it came; base64 when it is not text. */
  readonly payload: Scalars['String']['output'];
  /** How to read `payload`. */
  readonly payloadEncoding: PayloadEncoding;
  /** Always null as yet: nothing is sent again from here. */
  readonly replayedAt?: Maybe<Scalars['DateTime']['output']>;
};

export type PayloadEncoding =
  | 'TEXT'
  | 'BASE64';

export type RejectedEventConnection = {
  readonly __typename?: 'RejectedEventConnection';
  /** Those on this page, each with its cursor. */
  readonly edges: ReadonlyArray<RejectedEventEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<RejectedEvent>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
};

export type RejectedEventEdge = {
  readonly __typename?: 'RejectedEventEdge';
  /** Give it as `after` to go on behind this one. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was refused. */
  readonly node: RejectedEvent;
};

export type RejectedAdded = {
  readonly __typename?: 'RejectedAdded';
  /** What was refused. */
  readonly event: RejectedEvent;
  /** Behind it. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before this message; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

export type RejectedEventWhere = {
  /** Sent as this kind. */
  readonly kind?: InputMaybe<Kind>;
  /** With any of these codes. */
  readonly codes?: InputMaybe<ReadonlyArray<ErrorCode>>;
  /** When it came in. */
  readonly receivedAt?: InputMaybe<DateTimeFilter>;
  /** Which way it came: graphql, bulk or kafka:<topic>. */
  readonly source?: InputMaybe<StringFilter>;
  /** Whether it was sent again. Nothing is as yet: `true` finds nothing, `false` everything. */
  readonly replayed?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Windows of fixed lengths begin at multiples of their step since 1970, in UTC. */
export type JobWindow =
  /** One after another, without gaps and without overlap. */
  { readonly tumbling: TumblingWindow; readonly sliding?: never; readonly session?: never; }
  |  /** Of one size, a new one each step: they overlap. */
  { readonly tumbling?: never; readonly sliding: SlidingWindow; readonly session?: never; }
  |  /** As long as a key goes on having events. */
  { readonly tumbling?: never; readonly sliding?: never; readonly session: SessionWindow; };

export type TumblingWindow = {
  /** The length of each: more than 0, at most 366d. A day is 24 hours. */
  readonly size: Scalars['Duration']['input'];
};

/** Every event is in size/slide windows. */
export type SlidingWindow = {
  /** The length of each: more than 0, at most 366d. A day is 24 hours. */
  readonly size: Scalars['Duration']['input'];
  /** From the beginning of one to that of the next: at most `size`, at least a 288th of it. */
  readonly slide: Scalars['Duration']['input'];
};

/** One window for each run of a key's events with gaps below this. */
export type SessionWindow = {
  /** A pause this long or longer ends it. More than 0, at most 366d. */
  readonly gap: Scalars['Duration']['input'];
};

/** How a step of a pattern follows the one before. */
export type Contiguity =
  /** The very next event of the key. */
  | 'NEXT'
  /** Any later one. */
  | 'FOLLOWED_BY'
  /** None within the time; fires on a quiet stream too. */
  | 'NOT_FOLLOWED_BY';

/** Where looking goes on after a match. */
export type AfterMatch =
  /** After its last event: matches share none. */
  | 'SKIP_PAST_LAST'
  /** After its first event: matches may overlap. */
  | 'SKIP_TO_NEXT';

/** What becomes of an event that comes after its window was published. */
export type LateEvents =
  /** The window is published again, and the event is listed under lateEvents. */
  | 'CORRECT'
  /** It is only listed under lateEvents. */
  | 'SIDE_OUTPUT'
  /** It is only counted. */
  | 'DISCARD';

export type JobMode =
  | 'LIVE'
  /** Being tried: its alerts are marked, and nothing is sent on. */
  | 'SHADOW';

export type JobInput = {
  /** 1 to 63 small letters, digits and hyphens, a letter first. Unique: the same name again is refused, replaceJob changes what runs. */
  readonly name: Scalars['String']['input'];
  /** Which events it reads. */
  readonly source: JobSource;
  /** Absent for a pattern. */
  readonly window?: InputMaybe<JobWindow>;
  /** How long after a window was published an event may still correct it, in event time; for a pattern, how long events wait for earlier ones. 0s: not at all. A day is 24 hours. */
  readonly allowedLateness?: Scalars['Duration']['input'];
  /** What becomes of events that come too late for that. */
  readonly late?: LateEvents;
  /** How many threads of each process work on it at most, 1 to 64: the partitions are shared out among them. Null: as many as the process has. */
  readonly parallelism?: InputMaybe<Scalars['Int']['input']>;
  /** In earnest, or to try it. */
  readonly mode?: JobMode;
  /** Where else its results go. Null: nowhere else. */
  readonly sinks?: InputMaybe<JobSinks>;
};

/** Results can always be asked for, and are in ClickHouse. These come on top. */
export type JobSinks = {
  /** A topic of the log whose name begins with out. and goes on in letters, digits, dots and hyphens. It is made if it is not there. Null: none. */
  readonly topic?: InputMaybe<Scalars['String']['input']>;
  /** A server of yours that each result is sent to, by POST. Null: none. */
  readonly webhook?: InputMaybe<WebhookInput>;
};

export type WebhookInput = {
  /** http or https, on a host of LAKEGATE_WEBHOOK_HOSTS. */
  readonly url: Scalars['String']['input'];
  /** The name of a secret in LAKEGATE_WEBHOOK_SECRETS, never the secret itself. Deliveries are signed with it. */
  readonly secret: Scalars['String']['input'];
};

export type JobStatus =
  | 'STARTING'
  | 'RUNNING'
  | 'PAUSED'
  | 'FAILED'
  | 'CANCELLED';

/** A running piece of stateful processing. Of a cancelled one, what it had done is told as it was last known. */
export type Job = {
  readonly __typename?: 'Job';
  /** Of a submitted job: given when it is submitted. Of a built-in one: its name. */
  readonly id: Scalars['ID']['output'];
  /** As it was submitted. */
  readonly name: Scalars['String']['output'];
  /** 1 when submitted; every replacement adds one. Where the name was a cancelled job's, it goes on from that one's. */
  readonly version: Scalars['Int']['output'];
  /** In earnest, or being tried. */
  readonly mode: JobMode;
  /** Comes with the product. */
  readonly builtIn: Scalars['Boolean']['output'];
  /** What it does now. PAUSED and CANCELLED are told as soon as they are wanted. */
  readonly status: JobStatus;
  /** Since it was started or resumed, in milliseconds; 0 while it does not run. */
  readonly uptimeMs: Scalars['SafeInt']['output'];
  /** Events that it has read over its whole life, also those that its filter leaves out. */
  readonly recordsProcessed: Scalars['SafeInt']['output'];
  /** Records per second over the last minute. */
  readonly throughput: Scalars['Float']['output'];
  /** Records that are there and not yet processed. */
  readonly lag: Scalars['SafeInt']['output'];
  /** How far it has come in event time; null before the first event. */
  readonly watermark?: Maybe<Scalars['DateTime']['output']>;
  /** Events that came after their windows had been published, or their place in a pattern had passed. */
  readonly late: Scalars['SafeInt']['output'];
  /** Keys that it remembers something of. */
  readonly stateKeys: Scalars['SafeInt']['output'];
  /** What that takes, in bytes. */
  readonly stateBytes: Scalars['SafeInt']['output'];
  /** How often, when last, and how long it makes its work durable. */
  readonly checkpoints: Checkpoints;
  /** Why it failed, or what it is trying again. Null while all is well. */
  readonly error?: Maybe<Scalars['String']['output']>;
  /** What became of what it sent to its webhook. Null where it has none. */
  readonly webhook?: Maybe<WebhookDeliveries>;
  /** The latest of each window and key, newest first. */
  readonly results: JobResultConnection;
};


/** A running piece of stateful processing. Of a cancelled one, what it had done is told as it was last known. */
export type JobResultsArgs = {
  where?: InputMaybe<JobResultWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Over the life of the job; what is sent now, and not taken yet, is in neither figure. */
export type WebhookDeliveries = {
  readonly __typename?: 'WebhookDeliveries';
  /** Taken by the receiver: it answered with 2xx. */
  readonly delivered: Scalars['SafeInt']['output'];
  /** Sent no more, because the receiver refused them for good, or nobody took them for as long as is tried. They stay in `alerts` or `Job.results`. */
  readonly givenUp: Scalars['SafeInt']['output'];
  /** Those given up last, newest first, 20 at most. */
  readonly lastGivenUp: ReadonlyArray<GivenUpDelivery>;
};

export type GivenUpDelivery = {
  readonly __typename?: 'GivenUpDelivery';
  /** As its receiver was told by the header Lakegate-Delivery. */
  readonly delivery: Scalars['ID']['output'];
  /** Of the alert or result. */
  readonly key: Scalars['String']['output'];
  /** `Alert.id`; null where it was a result. */
  readonly alert?: Maybe<Scalars['ID']['output']>;
  /** When it was given up. */
  readonly at: Scalars['DateTime']['output'];
  /** How often it was sent, since the process that gave it up started. */
  readonly attempts: Scalars['Int']['output'];
  /** What came of the last attempt. */
  readonly reason: Scalars['String']['output'];
};

/** Each makes state, outputs and the place in the input durable together. */
export type Checkpoints = {
  readonly __typename?: 'Checkpoints';
  /** How many there were since it was started. */
  readonly count: Scalars['SafeInt']['output'];
  /** When the last one was made; null before the first. */
  readonly lastAt?: Maybe<Scalars['DateTime']['output']>;
  /** How long the last one took, in milliseconds; null before the first. */
  readonly durationMs?: Maybe<Scalars['SafeInt']['output']>;
};

/** One window of one key, as it stands now. */
export type JobResult = {
  readonly __typename?: 'JobResult';
  /** The same for every revision of one window and key, and no other job's, of this name or another. */
  readonly id: Scalars['ID']['output'];
  /** The value that the job groups by. */
  readonly key: Scalars['String']['output'];
  /** The first instant of the window; of a session window, its first event. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after the window; of a session window, its last event and the gap. */
  readonly end: Scalars['DateTime']['output'];
  /** 0 when first published; every correction adds one. */
  readonly revision: Scalars['Int']['output'];
  /** By measure, spelt as everywhere: count, amountSum. Decimals are text. */
  readonly values: Scalars['JSON']['output'];
};

export type JobResultWhere = {
  /** The value that the job groups by, as text. */
  readonly key?: InputMaybe<StringFilter>;
  /** The first instant of the window. */
  readonly start?: InputMaybe<DateTimeFilter>;
  /** The first instant after the window. */
  readonly end?: InputMaybe<DateTimeFilter>;
};

export type JobResultConnection = {
  readonly __typename?: 'JobResultConnection';
  /** The results of this page, each with its cursor. */
  readonly edges: ReadonlyArray<JobResultEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<JobResult>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
};

export type JobResultEdge = {
  readonly __typename?: 'JobResultEdge';
  /** Give it as `after` to go on behind this result. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The result. */
  readonly node: JobResult;
};

export type JobResultAdded = {
  readonly __typename?: 'JobResultAdded';
  /** One that was taken back, because its window became another one, has no values. */
  readonly result: JobResult;
  /** Behind it. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before this message; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

/** The job, or what is wrong with the request: expected outcomes are data. */
export type JobPayload = {
  readonly __typename?: 'JobPayload';
  /** The job as it is now; null where the request was refused. */
  readonly job?: Maybe<Job>;
  /** What is wrong, all of it at once; empty where the request was taken. */
  readonly userErrors: ReadonlyArray<UserError>;
};

export type UserError = {
  readonly __typename?: 'UserError';
  /** The kind of fault. */
  readonly code: ErrorCode;
  /** What was expected, and what came. */
  readonly message: Scalars['String']['output'];
  /** Where in the arguments; null where it is about no single one. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** A rule tried over history. It is remembered by the process that ran it. */
export type Backtest = {
  readonly __typename?: 'Backtest';
  /** How far it has come. */
  readonly run: Run;
  /** What the rule would have raised in the range; 0 until the run has succeeded. */
  readonly alerts: Scalars['SafeInt']['output'];
  /** Raised by this rule and not by the live one of the same name: the first 200. */
  readonly onlyHere: ReadonlyArray<Alert>;
  /** How many there are, shown or not. */
  readonly onlyHereCount: Scalars['SafeInt']['output'];
  /** Raised by the live one and not by this rule: the first 200. */
  readonly onlyLive: ReadonlyArray<Alert>;
  /** How many there are, shown or not. */
  readonly onlyLiveCount: Scalars['SafeInt']['output'];
};

/** Exactly one kind. Every declared kind adds its own entry, so that `where`, `key` and `measures` are checked like in any question. */
export type JobSource =
  /** Events of activities. */
  { readonly activity: ActivitySource; readonly logLine?: never; readonly rating?: never; readonly sale?: never; readonly transaction?: never; }
  |  /** Events of logLines. */
  { readonly activity?: never; readonly logLine: LogLineSource; readonly rating?: never; readonly sale?: never; readonly transaction?: never; }
  |  /** Events of ratings. */
  { readonly activity?: never; readonly logLine?: never; readonly rating: RatingSource; readonly sale?: never; readonly transaction?: never; }
  |  /** Events of sales. */
  { readonly activity?: never; readonly logLine?: never; readonly rating?: never; readonly sale: SaleSource; readonly transaction?: never; }
  |  /** Events of transactions. */
  { readonly activity?: never; readonly logLine?: never; readonly rating?: never; readonly sale?: never; readonly transaction: TransactionSource; };

/** For generic clients: dashboards, BI connectors, agents. Whatever the dashboard draws, it draws from this. */
export type KindInfo = {
  readonly __typename?: 'KindInfo';
  /** The name of the kind in arguments and answers: LOG_LINE. */
  readonly kind: Kind;
  /** What its root fields, tables and topics are named by: logLines. */
  readonly plural: Scalars['String']['output'];
  /** As the declaration has it; null if it has none. */
  readonly description?: Maybe<Scalars['String']['output']>;
  /** The field that events are ordered and shared out by. */
  readonly key: Scalars['String']['output'];
  /** The field that says when an event happened. */
  readonly time: Scalars['String']['output'];
  /** What it can be grouped by. */
  readonly dimensions: ReadonlyArray<DimensionInfo>;
  /** What can be computed for each group. */
  readonly measures: ReadonlyArray<MeasureInfo>;
  /** The tables that answers are added up from, besides the events themselves. */
  readonly rollups: ReadonlyArray<RollupInfo>;
  /** For producers in other languages; also at GET /schema/<kind>.json */
  readonly jsonSchema: Scalars['JSON']['output'];
  /** As the user wrote it, with the enums it uses. */
  readonly sdl: Scalars['String']['output'];
};

export type DimensionInfo = {
  readonly __typename?: 'DimensionInfo';
  /** The field's name: userId. In `by` it is USER_ID. */
  readonly name: Scalars['String']['output'];
  /** The GraphQL type of its values. */
  readonly type: Scalars['String']['output'];
  /** Any number of values: not part of the default rollup. */
  readonly high: Scalars['Boolean']['output'];
  /** As the declaration has it; null if it has none. */
  readonly description?: Maybe<Scalars['String']['output']>;
};

export type MeasureInfo = {
  readonly __typename?: 'MeasureInfo';
  /** The field's name in answers: amountSum. In arguments it is AMOUNT_SUM. */
  readonly name: Scalars['String']['output'];
  /** The GraphQL type of its values. */
  readonly type: Scalars['String']['output'];
  /** May be added up over windows and groups. */
  readonly additive: Scalars['Boolean']['output'];
  /** Estimated unless `exact: true` is asked for. */
  readonly approximate: Scalars['Boolean']['output'];
  /** An amount of money, which is never added up over currencies. */
  readonly money: Scalars['Boolean']['output'];
  /** What it is. */
  readonly description?: Maybe<Scalars['String']['output']>;
};

export type RollupInfo = {
  readonly __typename?: 'RollupInfo';
  /** As `asOf.tables` and `explain` name it: rollup_merchant_1h. */
  readonly name: Scalars['String']['output'];
  /** The dimensions that it keeps apart. */
  readonly by: ReadonlyArray<Scalars['String']['output']>;
  /** The length of its windows. */
  readonly every: Scalars['Duration']['output'];
  /** How many rows it has. */
  readonly rows: Scalars['SafeInt']['output'];
  /** Rows here for each raw event: above 0.3 the rollup is not worth its disk. */
  readonly rowsPerEvent: Scalars['Float']['output'];
};

/** An event that came after its window had been published, or after its place in a pattern had passed. */
export type LateEvent = {
  readonly __typename?: 'LateEvent';
  /** The event, as it came. */
  readonly event: Event;
  /** Where the window ended that had been published without it, in event time. */
  readonly missedWindowEnd: Scalars['DateTime']['output'];
  /** How far it was behind the watermark that it met, in milliseconds. */
  readonly byMs: Scalars['SafeInt']['output'];
  /** The window was published again with it in it. */
  readonly corrected: Scalars['Boolean']['output'];
  /** The job whose window it was. An event is listed once for each job that it was late for. */
  readonly job?: Maybe<Scalars['String']['output']>;
};

export type LateEventAdded = {
  readonly __typename?: 'LateEventAdded';
  /** The event, and what it was late for. */
  readonly event: LateEvent;
  /** Behind it. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before this message; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

/** Sent, seen, and the difference. Events are counted by the number that each has in its partition; where they are is told by offset. */
export type Ledger = {
  readonly __typename?: 'Ledger';
  /** Events that the log has numbered, as far as the warehouse has come. */
  readonly expected: Scalars['SafeInt']['output'];
  /** How many of these the warehouse holds. */
  readonly seen: Scalars['SafeInt']['output'];
  /** How many of these it has passed and does not hold. 0, or something is wrong. */
  readonly gaps: Scalars['SafeInt']['output'];
  /** How many it holds more than once. 0, or something is wrong. */
  readonly duplicates: Scalars['SafeInt']['output'];
  /** Where to look for what is missing, at most a hundred a partition. The event may be anywhere in the range. */
  readonly gapRanges: ReadonlyArray<OffsetRange>;
  /** Where something is held twice, at most a hundred a partition. */
  readonly duplicateRanges: ReadonlyArray<OffsetRange>;
  /** How far each partition has come, whatever the range. */
  readonly partitions: ReadonlyArray<LedgerPartition>;
  /** How far the warehouse had come. */
  readonly asOf: AsOf;
};

export type LedgerPartition = {
  readonly __typename?: 'LedgerPartition';
  /** The kind's plural. */
  readonly topic: Scalars['String']['output'];
  /** The partition, from 0. */
  readonly partition: Scalars['Int']['output'];
  /** The last offset in the log; -1 before the first event. */
  readonly lastOffset: Scalars['Offset']['output'];
  /** The last offset that is visible in every table; -1 before the first. */
  readonly loadedOffset: Scalars['Offset']['output'];
  /** Events that are durable but not yet visible. */
  readonly lag: Scalars['SafeInt']['output'];
  /** The kind's watermark: nothing older is expected any more. Null before the first event. */
  readonly watermark?: Maybe<Scalars['DateTime']['output']>;
};

/** From first to last, both included. */
export type OffsetRange = {
  readonly __typename?: 'OffsetRange';
  /** The kind's plural. */
  readonly topic: Scalars['String']['output'];
  /** The partition, from 0. */
  readonly partition: Scalars['Int']['output'];
  /** The first offset of the range. */
  readonly first: Scalars['Offset']['output'];
  /** The last offset of the range; it belongs to it. */
  readonly last: Scalars['Offset']['output'];
};

/** How far a group of readers is behind the end of one partition. */
export type PartitionLag = {
  readonly __typename?: 'PartitionLag';
  /** The topic that is read. */
  readonly topic: Scalars['String']['output'];
  /** The partition, from 0. */
  readonly partition: Scalars['Int']['output'];
  /** Who reads. */
  readonly group: ReaderGroup;
  /** The next offset that the group will take: one more than the last that it has taken. */
  readonly committedOffset: Scalars['Offset']['output'];
  /** The next offset that the log will give: one more than the last that is there. */
  readonly endOffset: Scalars['Offset']['output'];
  /** Between them. On Kafka some may be marks of transactions and no events. */
  readonly lag: Scalars['SafeInt']['output'];
};

export type ReaderGroup =
  /** Judges and numbers what producers wrote. Only on Kafka: elsewhere an event is judged before it is in the log. */
  | 'ADMISSION'
  /** Loads what was admitted. */
  | 'WAREHOUSE';

export type UpdateType =
  /** `rows` is everything: forget what you had. Comes first; as the answer to `after` it says that the cursor is too old to go on from, or of another process. */
  | 'SNAPSHOT'
  /** `rows` replace rows of the same `id` and add new ones, `removed` ones go, `total` replaces the total. */
  | 'PATCH';

/** Said once when a reader was too slow: what was left out, and the cursor to read it from. */
export type Skipped = {
  readonly __typename?: 'Skipped';
  /** How many were left out. */
  readonly count: Scalars['SafeInt']['output'];
  /** Give it as `after` of a new subscription to read them. */
  readonly readFrom: Scalars['Cursor']['output'];
};

export type PipelineStatus =
  /** What comes in is loaded within seconds. */
  | 'OK'
  /** What came in ten seconds ago is not visible yet. */
  | 'BEHIND'
  /** Nothing is taken in: the disk is full or fails, or Kafka cannot be reached. What is there can be asked for. */
  | 'READ_ONLY'
  /** The warehouse does not answer. What comes in is kept, and loaded when it is back; the other figures are those of before. */
  | 'DOWN';

export type Pipeline = {
  readonly __typename?: 'Pipeline';
  /** All in one word. */
  readonly status: PipelineStatus;
  /** Events of all kinds that became visible, over the last ten seconds. */
  readonly eventsPerSecond: Scalars['Float']['output'];
  /** From the answer to whoever sent events here until they are visible, in milliseconds: for half of them at most this, over the last five minutes. Null where nobody sent any. */
  readonly freshnessMsP50?: Maybe<Scalars['Float']['output']>;
  /** The same for 99 of 100. */
  readonly freshnessMsP99?: Maybe<Scalars['Float']['output']>;
  /** Records that are there and not yet taken, of all readers of the log together. */
  readonly lag: Scalars['SafeInt']['output'];
  /** Events that were refused. */
  readonly rejectedLastHour: Scalars['SafeInt']['output'];
  /** Events that jobs found to be late. */
  readonly lateLastHour: Scalars['SafeInt']['output'];
  /** Readers of live questions, event streams and of this, in this process. */
  readonly subscribers: Scalars['Int']['output'];
  /** Of the questions to this process, live ones aside, how many were answered from the cache: 0 to 1. */
  readonly cacheHitRatio: Scalars['Float']['output'];
  /** Of all kinds together. */
  readonly ledger: Ledger;
  /** What became of everything that was sent. */
  readonly intake: Intake;
};

/**
 * What became of everything that was sent. `received` is what the log holds of it, the rest what the warehouse does. As long as nothing is lost,
 * received = counted + duplicates + rejected + onTheWay.
 */
export type Intake = {
  readonly __typename?: 'Intake';
  /** Events that came in, good or bad. */
  readonly received: Scalars['SafeInt']['output'];
  /** Each once. */
  readonly counted: Scalars['SafeInt']['output'];
  /** Ids that were admitted before: answered as such, and counted nowhere. */
  readonly duplicates: Scalars['SafeInt']['output'];
  /** Events that were refused. */
  readonly rejected: Scalars['SafeInt']['output'];
  /** In the log, and not in the warehouse yet. */
  readonly onTheWay: Scalars['SafeInt']['output'];
};

/** A rate that an answer was converted with: one unit of `from` was `rate` units of `to` on that day. */
export type RateUsed = {
  readonly __typename?: 'RateUsed';
  /** The currency that was converted. */
  readonly from: CurrencyCode;
  /** The currency it was converted to. */
  readonly to: CurrencyCode;
  /** The UTC day of the events. */
  readonly day: Scalars['Date']['output'];
  /** How many units of `to` one unit of `from` was. */
  readonly rate: Scalars['Decimal']['output'];
};

/** One unit of `from` is `rate` units of `to`, for events of that UTC day: neither the days around it nor the way back follow from it. */
export type RateInput = {
  /** The currency to convert. */
  readonly from: CurrencyCode;
  /** The currency to convert it to; another one. */
  readonly to: CurrencyCode;
  /** The UTC day of the events. */
  readonly day: Scalars['Date']['input'];
  /** Above 0, with at most 18 digits after the point. */
  readonly rate: Scalars['Decimal']['input'];
};

export type Query = {
  readonly __typename?: 'Query';
  /** What came in, what was loaded, and the difference. `range` is by the time of appending: the ledger is about what came in, not about when it happened. */
  readonly ledger?: Maybe<Ledger>;
  /** Who reads the log, and how far each is behind, by topic and partition. */
  readonly lag?: Maybe<ReadonlyArray<PartitionLag>>;
  /** Where is my event? Every time this id was seen, and how far each got. */
  readonly trace?: Maybe<Trace>;
  /** What was refused, newest first. */
  readonly rejected?: Maybe<RejectedEventConnection>;
  /** The declared kinds: what they can be grouped by, what can be measured, what is kept. */
  readonly kinds?: Maybe<ReadonlyArray<KindInfo>>;
  /** One alert, also of a rule that is only being tried. Null if there is none of this id. */
  readonly alert?: Maybe<Alert>;
  /** The latest first, by when in event time they were complete. */
  readonly alerts?: Maybe<AlertConnection>;
  /** What is kept of answers: how much, how often it served, and each entry. */
  readonly cache?: Maybe<Cache>;
  /** Null if there is none, or no longer. Like all that is kept it may go before its time when there is no room. */
  readonly storedValue?: Maybe<StoredValue>;
  /** By the id of its run. */
  readonly backtest?: Maybe<Backtest>;
  /** One job; null if there is none of this id. */
  readonly job?: Maybe<Job>;
  /** Those that come with the product first, then in the order submitted. Cancelled ones stay listed. */
  readonly jobs?: Maybe<ReadonlyArray<Job>>;
  /** What came last stands first. `range` is by the time of receipt: when these events happened is long past. To read them all, follow lateEventAdded. */
  readonly lateEvents?: Maybe<ReadonlyArray<LateEvent>>;
  /** How it goes at this moment. */
  readonly pipeline?: Maybe<Pipeline>;
  /** One run; null if there is none of this id, or no longer. */
  readonly run?: Maybe<Run>;
  /** The newest first. */
  readonly runs?: Maybe<ReadonlyArray<Run>>;
  /** The id of a session that was joined with another gives the one that both became. */
  readonly session?: Maybe<Session>;
  /** The newest start first, each as it is now. */
  readonly sessions?: Maybe<SessionConnection>;
  /** Also of a user that nobody has heard of: such a one has no events. */
  readonly user?: Maybe<User>;
  /** Numbers over a range: how many, how much, by window and by group. */
  readonly activityMetrics?: Maybe<ActivityMetrics>;
  /** One event. Null if there is none of this id, or none yet. */
  readonly activity?: Maybe<Activity>;
  /** Events one by one, in pages: forwards with `first` and `after`, backwards with `last` and `before`. */
  readonly activities?: Maybe<ActivityConnection>;
  /** How many users took the steps in order. Other events may lie between them. */
  readonly activityFunnel?: Maybe<Funnel>;
  /** How many users came back in later windows. At most 100 windows. */
  readonly activityRetention?: Maybe<Retention>;
  /** Runs of neighbouring values on the ways of users. A value that follows itself is one, and events without a value are none. */
  readonly activityPaths?: Maybe<TopPaths>;
  /** How many users did it once, twice and more often. */
  readonly activityRepeats?: Maybe<Repeats>;
  /** Numbers over a range: how many, how much, by window and by group. */
  readonly logLineMetrics?: Maybe<LogLineMetrics>;
  /** One event. Null if there is none of this id, or none yet. */
  readonly logLine?: Maybe<LogLine>;
  /** Events one by one, in pages: forwards with `first` and `after`, backwards with `last` and `before`. */
  readonly logLines?: Maybe<LogLineConnection>;
  /** Events that hold the words, the best first; of equally good ones the newest. Looked for in message. */
  readonly searchLogLines?: Maybe<LogLineSearch>;
  /** Numbers over a range: how many, how much, by window and by group. */
  readonly ratingMetrics?: Maybe<RatingMetrics>;
  /** One event. Null if there is none of this id, or none yet. */
  readonly rating?: Maybe<Rating>;
  /** Events one by one, in pages: forwards with `first` and `after`, backwards with `last` and `before`. */
  readonly ratings?: Maybe<RatingConnection>;
  /** How many users took the steps in order. Other events may lie between them. */
  readonly ratingFunnel?: Maybe<Funnel>;
  /** How many users came back in later windows. At most 100 windows. */
  readonly ratingRetention?: Maybe<Retention>;
  /** Runs of neighbouring values on the ways of users. A value that follows itself is one, and events without a value are none. */
  readonly ratingPaths?: Maybe<TopPaths>;
  /** How many users did it once, twice and more often. */
  readonly ratingRepeats?: Maybe<Repeats>;
  /** Numbers over a range: how many, how much, by window and by group. */
  readonly saleMetrics?: Maybe<SaleMetrics>;
  /** One event. Null if there is none of this id, or none yet. */
  readonly sale?: Maybe<Sale>;
  /** Events one by one, in pages: forwards with `first` and `after`, backwards with `last` and `before`. */
  readonly sales?: Maybe<SaleConnection>;
  /** How many users took the steps in order. Other events may lie between them. */
  readonly saleFunnel?: Maybe<Funnel>;
  /** How many users came back in later windows. At most 100 windows. */
  readonly saleRetention?: Maybe<Retention>;
  /** Runs of neighbouring values on the ways of users. A value that follows itself is one, and events without a value are none. */
  readonly salePaths?: Maybe<TopPaths>;
  /** How many users did it once, twice and more often. */
  readonly saleRepeats?: Maybe<Repeats>;
  /** Events that hold the words, the best first; of equally good ones the newest. Looked for in productName. */
  readonly searchSales?: Maybe<SaleSearch>;
  /** Numbers over a range: how many, how much, by window and by group. */
  readonly transactionMetrics?: Maybe<TransactionMetrics>;
  /** One event. Null if there is none of this id, or none yet. */
  readonly transaction?: Maybe<Transaction>;
  /** Events one by one, in pages: forwards with `first` and `after`, backwards with `last` and `before`. */
  readonly transactions?: Maybe<TransactionConnection>;
  /** How many users took the steps in order. Other events may lie between them. */
  readonly transactionFunnel?: Maybe<Funnel>;
  /** How many users came back in later windows. At most 100 windows. */
  readonly transactionRetention?: Maybe<Retention>;
  /** Runs of neighbouring values on the ways of users. A value that follows itself is one, and events without a value are none. */
  readonly transactionPaths?: Maybe<TopPaths>;
  /** How many users did it once, twice and more often. */
  readonly transactionRepeats?: Maybe<Repeats>;
  /** Who did something in the last so many minutes, in the order of their ids. The pages of one walk are of one moment, that of the first. */
  readonly activeUsers?: Maybe<ActiveUserConnection>;
  /** The pages seen most; of equally many the path that sorts first. Users are counted exactly. */
  readonly topPages?: Maybe<ReadonlyArray<PageViews>>;
  /** How much was clicked on, by how many, and where. */
  readonly clicks?: Maybe<Clicks>;
  /** What was sold of each category. */
  readonly salesByCategory?: Maybe<SalesByCategory>;
  /** What was sold each day. */
  readonly salesByDay?: Maybe<SalesOverTime>;
  /** What was sold each month. */
  readonly salesByMonth?: Maybe<SalesOverTime>;
  /** What one customer bought, from the first sale on; also of one who never bought. */
  readonly customerHistory?: Maybe<CustomerHistory>;
  /** How people pay: all, or one customer. */
  readonly paymentPreferences?: Maybe<PaymentPreferences>;
  /** How the ways of paying change from window to window. */
  readonly paymentTrends?: Maybe<PaymentTrends>;
  /** One player's ratings; also of a player that nobody has rated. */
  readonly player?: Maybe<Player>;
};


export type QueryLedgerArgs = {
  kind?: InputMaybe<Kind>;
  range?: InputMaybe<TimeRange>;
};


export type QueryTraceArgs = {
  kind: Kind;
  id: Scalars['ID']['input'];
};


export type QueryRejectedArgs = {
  where?: InputMaybe<RejectedEventWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryAlertArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAlertsArgs = {
  where?: InputMaybe<AlertWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryStoredValueArgs = {
  key: Scalars['String']['input'];
};


export type QueryBacktestArgs = {
  id: Scalars['ID']['input'];
};


export type QueryJobArgs = {
  id: Scalars['ID']['input'];
};


export type QueryJobsArgs = {
  status?: InputMaybe<JobStatus>;
};


export type QueryLateEventsArgs = {
  kind?: InputMaybe<Kind>;
  range?: InputMaybe<TimeRange>;
  first?: Scalars['Int']['input'];
};


export type QueryRunArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRunsArgs = {
  status?: InputMaybe<RunStatus>;
};


export type QuerySessionArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySessionsArgs = {
  where?: InputMaybe<SessionWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


export type QueryActivityMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<ActivityDimension>;
  where?: InputMaybe<ActivityWhere>;
  having?: InputMaybe<ActivityHaving>;
  top?: InputMaybe<ActivityTop>;
  orderBy?: InputMaybe<ReadonlyArray<ActivityMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
  maxAge?: InputMaybe<Scalars['Duration']['input']>;
};


export type QueryActivityArgs = {
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryActivitiesArgs = {
  where?: InputMaybe<ActivityWhere>;
  orderBy?: InputMaybe<ActivityOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryActivityFunnelArgs = {
  range: TimeRange;
  steps: ReadonlyArray<ActivityFunnelStep>;
  within: Scalars['Duration']['input'];
  where?: InputMaybe<ActivityWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryActivityRetentionArgs = {
  range: TimeRange;
  every?: Scalars['Duration']['input'];
  first?: InputMaybe<ActivityWhere>;
  again?: InputMaybe<ActivityWhere>;
  where?: InputMaybe<ActivityWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryActivityPathsArgs = {
  range: TimeRange;
  of: ActivityDimension;
  length?: Scalars['Int']['input'];
  gap?: Scalars['Duration']['input'];
  first?: Scalars['Int']['input'];
  where?: InputMaybe<ActivityWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryActivityRepeatsArgs = {
  range: TimeRange;
  upTo?: Scalars['Int']['input'];
  where?: InputMaybe<ActivityWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryLogLineMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<LogLineDimension>;
  where?: InputMaybe<LogLineWhere>;
  having?: InputMaybe<LogLineHaving>;
  top?: InputMaybe<LogLineTop>;
  orderBy?: InputMaybe<ReadonlyArray<LogLineMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
  maxAge?: InputMaybe<Scalars['Duration']['input']>;
};


export type QueryLogLineArgs = {
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryLogLinesArgs = {
  where?: InputMaybe<LogLineWhere>;
  orderBy?: InputMaybe<LogLineOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySearchLogLinesArgs = {
  query: Scalars['String']['input'];
  match?: SearchMatch;
  range?: InputMaybe<TimeRange>;
  where?: InputMaybe<LogLineWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryRatingMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<RatingDimension>;
  where?: InputMaybe<RatingWhere>;
  having?: InputMaybe<RatingHaving>;
  top?: InputMaybe<RatingTop>;
  orderBy?: InputMaybe<ReadonlyArray<RatingMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
  maxAge?: InputMaybe<Scalars['Duration']['input']>;
};


export type QueryRatingArgs = {
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryRatingsArgs = {
  where?: InputMaybe<RatingWhere>;
  orderBy?: InputMaybe<RatingOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryRatingFunnelArgs = {
  range: TimeRange;
  steps: ReadonlyArray<RatingFunnelStep>;
  within: Scalars['Duration']['input'];
  where?: InputMaybe<RatingWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryRatingRetentionArgs = {
  range: TimeRange;
  every?: Scalars['Duration']['input'];
  first?: InputMaybe<RatingWhere>;
  again?: InputMaybe<RatingWhere>;
  where?: InputMaybe<RatingWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryRatingPathsArgs = {
  range: TimeRange;
  of: RatingDimension;
  length?: Scalars['Int']['input'];
  gap?: Scalars['Duration']['input'];
  first?: Scalars['Int']['input'];
  where?: InputMaybe<RatingWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryRatingRepeatsArgs = {
  range: TimeRange;
  upTo?: Scalars['Int']['input'];
  where?: InputMaybe<RatingWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySaleMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<SaleDimension>;
  where?: InputMaybe<SaleWhere>;
  having?: InputMaybe<SaleHaving>;
  top?: InputMaybe<SaleTop>;
  orderBy?: InputMaybe<ReadonlyArray<SaleMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
  maxAge?: InputMaybe<Scalars['Duration']['input']>;
};


export type QuerySaleArgs = {
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySalesArgs = {
  where?: InputMaybe<SaleWhere>;
  orderBy?: InputMaybe<SaleOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySaleFunnelArgs = {
  range: TimeRange;
  steps: ReadonlyArray<SaleFunnelStep>;
  within: Scalars['Duration']['input'];
  where?: InputMaybe<SaleWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySaleRetentionArgs = {
  range: TimeRange;
  every?: Scalars['Duration']['input'];
  first?: InputMaybe<SaleWhere>;
  again?: InputMaybe<SaleWhere>;
  where?: InputMaybe<SaleWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySalePathsArgs = {
  range: TimeRange;
  of: SaleDimension;
  length?: Scalars['Int']['input'];
  gap?: Scalars['Duration']['input'];
  first?: Scalars['Int']['input'];
  where?: InputMaybe<SaleWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySaleRepeatsArgs = {
  range: TimeRange;
  upTo?: Scalars['Int']['input'];
  where?: InputMaybe<SaleWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QuerySearchSalesArgs = {
  query: Scalars['String']['input'];
  match?: SearchMatch;
  range?: InputMaybe<TimeRange>;
  where?: InputMaybe<SaleWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryTransactionMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<TransactionDimension>;
  where?: InputMaybe<TransactionWhere>;
  having?: InputMaybe<TransactionHaving>;
  top?: InputMaybe<TransactionTop>;
  orderBy?: InputMaybe<ReadonlyArray<TransactionMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
  maxAge?: InputMaybe<Scalars['Duration']['input']>;
};


export type QueryTransactionArgs = {
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryTransactionsArgs = {
  where?: InputMaybe<TransactionWhere>;
  orderBy?: InputMaybe<TransactionOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryTransactionFunnelArgs = {
  range: TimeRange;
  steps: ReadonlyArray<TransactionFunnelStep>;
  within: Scalars['Duration']['input'];
  where?: InputMaybe<TransactionWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryTransactionRetentionArgs = {
  range: TimeRange;
  every?: Scalars['Duration']['input'];
  first?: InputMaybe<TransactionWhere>;
  again?: InputMaybe<TransactionWhere>;
  where?: InputMaybe<TransactionWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryTransactionPathsArgs = {
  range: TimeRange;
  of: TransactionDimension;
  length?: Scalars['Int']['input'];
  gap?: Scalars['Duration']['input'];
  first?: Scalars['Int']['input'];
  where?: InputMaybe<TransactionWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryTransactionRepeatsArgs = {
  range: TimeRange;
  upTo?: Scalars['Int']['input'];
  where?: InputMaybe<TransactionWhere>;
  timeZone?: Scalars['TimeZone']['input'];
  atLeast?: InputMaybe<Scalars['Version']['input']>;
};


export type QueryActiveUsersArgs = {
  last?: Scalars['Duration']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryTopPagesArgs = {
  last?: Scalars['Duration']['input'];
  first?: Scalars['Int']['input'];
};


export type QueryClicksArgs = {
  last?: Scalars['Duration']['input'];
};


export type QuerySalesByCategoryArgs = {
  range: TimeRange;
  convertTo?: InputMaybe<CurrencyCode>;
  timeZone?: Scalars['TimeZone']['input'];
};


export type QuerySalesByDayArgs = {
  range: TimeRange;
  convertTo?: InputMaybe<CurrencyCode>;
  timeZone?: Scalars['TimeZone']['input'];
};


export type QuerySalesByMonthArgs = {
  range: TimeRange;
  convertTo?: InputMaybe<CurrencyCode>;
  timeZone?: Scalars['TimeZone']['input'];
};


export type QueryCustomerHistoryArgs = {
  customerId: Scalars['ID']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
};


export type QueryPaymentPreferencesArgs = {
  range: TimeRange;
  customerId?: InputMaybe<Scalars['ID']['input']>;
  convertTo?: InputMaybe<CurrencyCode>;
  timeZone?: Scalars['TimeZone']['input'];
};


export type QueryPaymentTrendsArgs = {
  range: TimeRange;
  every?: Scalars['Duration']['input'];
  timeZone?: Scalars['TimeZone']['input'];
};


export type QueryPlayerArgs = {
  id: Scalars['ID']['input'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Durable, and seen by every question when it answers. Said again it changes nothing; another note replaces the one before. */
  readonly acknowledgeAlert?: Maybe<Alert>;
  /** Never needed for correctness: for memory, for tests, for peace of mind. */
  readonly invalidateCache?: Maybe<CacheInvalidation>;
  /** Computes again and keeps; readers go on with the old entry until then. */
  readonly refreshCache?: Maybe<Run>;
  /** `ttl` is 1s to 7d, the key 1 to 256 characters, the value at most 256 KiB of JSON. A value that is there is replaced. */
  readonly storeValue?: Maybe<StoredValue>;
  /**
   * Runs a pattern over everything the log keeps, by the code that would run it live, and compares what is complete in the range with what the
   * live job of the same name raised. Nothing is written or sent on.
   */
  readonly runBacktest?: Maybe<Backtest>;
  /** Checks the job and starts it. It begins with the first event that the log keeps, and goes on after every restart. */
  readonly submitJob?: Maybe<JobPayload>;
  /** What was counted so far is carried where it fits; where it does not, userErrors says why and nothing changes. */
  readonly replaceJob?: Maybe<JobPayload>;
  /** Stops reading and keeps what was counted so far. What comes meanwhile waits in the log. */
  readonly pauseJob?: Maybe<JobPayload>;
  /** Goes on where it paused: what came meanwhile is processed first. */
  readonly resumeJob?: Maybe<JobPayload>;
  /** Its state is forgotten; its results stay. */
  readonly cancelJob?: Maybe<JobPayload>;
  /** All or none. A rate set before for the same currencies and day is replaced, and no answer counts with it any more. */
  readonly setRates?: Maybe<ReadonlyArray<RateUsed>>;
  /** What it has done by then stays done. One that has ended stays as it is. */
  readonly cancelRun?: Maybe<Run>;
  /** Takes events in, and answers when they are durable. Each gets a verdict of its own; one that is refused does not hold up the others. */
  readonly ingestActivities?: Maybe<IngestPayload>;
  /** Takes events in, and answers when they are durable. Each gets a verdict of its own; one that is refused does not hold up the others. */
  readonly ingestLogLines?: Maybe<IngestPayload>;
  /** Takes events in, and answers when they are durable. Each gets a verdict of its own; one that is refused does not hold up the others. */
  readonly ingestRatings?: Maybe<IngestPayload>;
  /** Takes events in, and answers when they are durable. Each gets a verdict of its own; one that is refused does not hold up the others. */
  readonly ingestSales?: Maybe<IngestPayload>;
  /** Takes events in, and answers when they are durable. Each gets a verdict of its own; one that is refused does not hold up the others. */
  readonly ingestTransactions?: Maybe<IngestPayload>;
};


export type MutationAcknowledgeAlertArgs = {
  id: Scalars['ID']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
};


export type MutationInvalidateCacheArgs = {
  target: CacheTarget;
};


export type MutationRefreshCacheArgs = {
  target: CacheTarget;
};


export type MutationStoreValueArgs = {
  key: Scalars['String']['input'];
  value: Scalars['JSON']['input'];
  ttl?: Scalars['Duration']['input'];
};


export type MutationRunBacktestArgs = {
  job: JobInput;
  range: TimeRange;
};


export type MutationSubmitJobArgs = {
  input: JobInput;
};


export type MutationReplaceJobArgs = {
  id: Scalars['ID']['input'];
  input: JobInput;
};


export type MutationPauseJobArgs = {
  id: Scalars['ID']['input'];
};


export type MutationResumeJobArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCancelJobArgs = {
  id: Scalars['ID']['input'];
};


export type MutationSetRatesArgs = {
  rates: ReadonlyArray<RateInput>;
};


export type MutationCancelRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationIngestActivitiesArgs = {
  events: ReadonlyArray<ActivityInput>;
  wait?: Scalars['Boolean']['input'];
};


export type MutationIngestLogLinesArgs = {
  events: ReadonlyArray<LogLineInput>;
  wait?: Scalars['Boolean']['input'];
};


export type MutationIngestRatingsArgs = {
  events: ReadonlyArray<RatingInput>;
  wait?: Scalars['Boolean']['input'];
};


export type MutationIngestSalesArgs = {
  events: ReadonlyArray<SaleInput>;
  wait?: Scalars['Boolean']['input'];
};


export type MutationIngestTransactionsArgs = {
  events: ReadonlyArray<TransactionInput>;
  wait?: Scalars['Boolean']['input'];
};

/** The same questions, answered again and again: what changes is told as it changes. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Alerts as they are raised, or from a cursor on. */
  readonly alertRaised: AlertRaised;
  /** What is refused as it comes in, or from a cursor on. */
  readonly rejectedAdded: RejectedAdded;
  /** Results of a job as they are published, corrections too, or from a cursor on. */
  readonly jobResultAdded: JobResultAdded;
  /** Events as jobs find that they are late, or from a cursor on: of one kind, or of all that are declared. */
  readonly lateEventAdded: LateEventAdded;
  /** Now, and at most once a second when something changed. */
  readonly pipeline: Pipeline;
  /** Every state of every session as it is written, or from a cursor on. The filter is about the state, so that `open: false` tells of sessions as they close. */
  readonly sessionUpdated: SessionUpdated;
  /** The same question as `query` takes, answered at once and again whenever the answer changes. */
  readonly activityMetrics: ActivityMetricsUpdate;
  /** Events as they are admitted, or from a cursor on. */
  readonly activityAdded: ActivitiesAdded;
  /** The same question as `query` takes, answered at once and again whenever the answer changes. */
  readonly logLineMetrics: LogLineMetricsUpdate;
  /** Events as they are admitted, or from a cursor on. */
  readonly logLineAdded: LogLinesAdded;
  /** The same question as `query` takes, answered at once and again whenever the answer changes. */
  readonly ratingMetrics: RatingMetricsUpdate;
  /** Events as they are admitted, or from a cursor on. */
  readonly ratingAdded: RatingsAdded;
  /** The same question as `query` takes, answered at once and again whenever the answer changes. */
  readonly saleMetrics: SaleMetricsUpdate;
  /** Events as they are admitted, or from a cursor on. */
  readonly saleAdded: SalesAdded;
  /** The same question as `query` takes, answered at once and again whenever the answer changes. */
  readonly transactionMetrics: TransactionMetricsUpdate;
  /** Events as they are admitted, or from a cursor on. */
  readonly transactionAdded: TransactionsAdded;
  /** The player's average as it is now, and again whenever a rating changes it. */
  readonly liveRatingUpdates: Player;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionAlertRaisedArgs = {
  where?: InputMaybe<AlertWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionRejectedAddedArgs = {
  where?: InputMaybe<RejectedEventWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionJobResultAddedArgs = {
  job: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionLateEventAddedArgs = {
  kind?: InputMaybe<Kind>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionSessionUpdatedArgs = {
  where?: InputMaybe<SessionWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionActivityMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<ActivityDimension>;
  where?: InputMaybe<ActivityWhere>;
  having?: InputMaybe<ActivityHaving>;
  top?: InputMaybe<ActivityTop>;
  orderBy?: InputMaybe<ReadonlyArray<ActivityMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  throttle?: Scalars['Duration']['input'];
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionActivityAddedArgs = {
  where?: InputMaybe<ActivityWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionLogLineMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<LogLineDimension>;
  where?: InputMaybe<LogLineWhere>;
  having?: InputMaybe<LogLineHaving>;
  top?: InputMaybe<LogLineTop>;
  orderBy?: InputMaybe<ReadonlyArray<LogLineMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  throttle?: Scalars['Duration']['input'];
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionLogLineAddedArgs = {
  where?: InputMaybe<LogLineWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionRatingMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<RatingDimension>;
  where?: InputMaybe<RatingWhere>;
  having?: InputMaybe<RatingHaving>;
  top?: InputMaybe<RatingTop>;
  orderBy?: InputMaybe<ReadonlyArray<RatingMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  throttle?: Scalars['Duration']['input'];
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionRatingAddedArgs = {
  where?: InputMaybe<RatingWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionSaleMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<SaleDimension>;
  where?: InputMaybe<SaleWhere>;
  having?: InputMaybe<SaleHaving>;
  top?: InputMaybe<SaleTop>;
  orderBy?: InputMaybe<ReadonlyArray<SaleMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  throttle?: Scalars['Duration']['input'];
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionSaleAddedArgs = {
  where?: InputMaybe<SaleWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionTransactionMetricsArgs = {
  range: TimeRange;
  every?: InputMaybe<Scalars['Duration']['input']>;
  by?: ReadonlyArray<TransactionDimension>;
  where?: InputMaybe<TransactionWhere>;
  having?: InputMaybe<TransactionHaving>;
  top?: InputMaybe<TransactionTop>;
  orderBy?: InputMaybe<ReadonlyArray<TransactionMetricsOrder>>;
  fill?: Fill;
  compare?: InputMaybe<Compare>;
  timeZone?: Scalars['TimeZone']['input'];
  convertTo?: InputMaybe<CurrencyCode>;
  exact?: Scalars['Boolean']['input'];
  limit?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  throttle?: Scalars['Duration']['input'];
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionTransactionAddedArgs = {
  where?: InputMaybe<TransactionWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** The same questions, answered again and again: what changes is told as it changes. */
export type SubscriptionLiveRatingUpdatesArgs = {
  playerId: Scalars['ID']['input'];
};

export type RunStatus =
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED';

/** Work that takes longer than a request. It is remembered by the process that does it, for as long as that is there. */
export type Run = {
  readonly __typename?: 'Run';
  /** For `run` and cancelRun. */
  readonly id: Scalars['ID']['output'];
  /** What it does: runBacktest, refreshCache. */
  readonly type: Scalars['String']['output'];
  /** How far it has come. Of one type one runs at a time; the others are queued. */
  readonly status: RunStatus;
  /** 0 to 1. */
  readonly progress: Scalars['Float']['output'];
  /** How many it has read: events, or entries of the cache. */
  readonly read: Scalars['SafeInt']['output'];
  /** How many it has written. */
  readonly written: Scalars['SafeInt']['output'];
  /** What it found to be other than it was. */
  readonly differences: Scalars['SafeInt']['output'];
  /** When it began; null while it is queued. */
  readonly startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it ended, however it did; null before. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it failed; null if it did not. */
  readonly error?: Maybe<Scalars['String']['output']>;
};

export type OrderDirection =
  | 'ASC'
  | 'DESC';

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

export type SearchMatch =
  /** Every word, in any of the fields. */
  | 'ALL'
  /** At least one word. */
  | 'ANY';

/** A passage of a field that was found, cut into what was looked for and what was not. */
export type Highlight = {
  readonly __typename?: 'Highlight';
  /** The field's name. */
  readonly field: Scalars['String']['output'];
  /** The passage, in order; put together they are its text. */
  readonly parts: ReadonlyArray<HighlightPart>;
};

export type HighlightPart = {
  readonly __typename?: 'HighlightPart';
  /** A piece of the passage, as it is. */
  readonly text: Scalars['String']['output'];
  /** One of the words that were looked for. */
  readonly hit: Scalars['Boolean']['output'];
};

/** A run of one user's activities with gaps below the inactivity gap. Revised when a late event joins or extends it. */
export type Session = {
  readonly __typename?: 'Session';
  /** Stays the same as the session grows. */
  readonly id: Scalars['ID']['output'];
  /** Whose it is. */
  readonly userId: Scalars['ID']['output'];
  /** Of its first activity. */
  readonly start: Scalars['DateTime']['output'];
  /** Of its last activity so far. */
  readonly end: Scalars['DateTime']['output'];
  /** More may still come. */
  readonly open: Scalars['Boolean']['output'];
  /** Everything the user did, page views among them. */
  readonly activities: Scalars['Int']['output'];
  /** How many of them are page views. */
  readonly pageViews: Scalars['Int']['output'];
  /** Different ones, in the order of the first visit. */
  readonly pages: ReadonlyArray<Scalars['String']['output']>;
  /** The path of the first page view; null where there was none with a path. */
  readonly entryPage?: Maybe<Scalars['String']['output']>;
  /** The path of the last page view so far; null where there was none with a path. */
  readonly exitPage?: Maybe<Scalars['String']['output']>;
  /** How often late events changed it after it was published as closed. */
  readonly revision: Scalars['Int']['output'];
};

export type SessionConnection = {
  readonly __typename?: 'SessionConnection';
  /** The sessions of this page, each with its cursor. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Session>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
};

export type SessionEdge = {
  readonly __typename?: 'SessionEdge';
  /** Give it as `after` to go on behind this session. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The session. */
  readonly node: Session;
};

export type SessionWhere = {
  /** Whose it is. */
  readonly userId?: InputMaybe<IdFilter>;
  /** Going on, or ended. Null: both. */
  readonly open?: InputMaybe<Scalars['Boolean']['input']>;
  /** The time of its first activity. */
  readonly start?: InputMaybe<DateTimeFilter>;
  /** How many pages were seen in it. */
  readonly pageViews?: InputMaybe<IntFilter>;
};

export type SessionUpdated = {
  readonly __typename?: 'SessionUpdated';
  /** As it is from now on. */
  readonly session: Session;
  /** The id of the session that it became part of, when a late event joined the two; else null. From then on this one is no more; that other one is told by itself. */
  readonly joinedInto?: Maybe<Scalars['ID']['output']>;
  /** Behind this state of it. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before this message; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type User = {
  readonly __typename?: 'User';
  /** The value of the kinds' key fields. */
  readonly id: Scalars['ID']['output'];
  /** Those about this user. */
  readonly alerts?: Maybe<AlertConnection>;
  /** The newest start first, each as it is now. */
  readonly sessions?: Maybe<SessionConnection>;
  /** Those of this user, the newest first. */
  readonly activities?: Maybe<ActivityConnection>;
  /** Those of this user, the newest first. */
  readonly ratings?: Maybe<RatingConnection>;
  /** Those of this user, the newest first. */
  readonly sales?: Maybe<SaleConnection>;
  /** Those of this user, the newest first. */
  readonly transactions?: Maybe<TransactionConnection>;
  /** Sessions with an activity in the last so many minutes. */
  readonly activeSessions?: Maybe<Scalars['Int']['output']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserAlertsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserSessionsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserActivitiesArgs = {
  where?: InputMaybe<ActivityWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserRatingsArgs = {
  where?: InputMaybe<RatingWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserSalesArgs = {
  where?: InputMaybe<SaleWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserTransactionsArgs = {
  where?: InputMaybe<TransactionWhere>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** One user over all kinds: whoever their keys name. Asked for many users at once, each field is one query, not one a user. */
export type UserActiveSessionsArgs = {
  last?: Scalars['Duration']['input'];
};

/** Something a user did in an app or on a site: saw a page, clicked, searched. */
export type Activity = Event & {
  readonly __typename?: 'Activity';
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['output'];
  /** Who did it; a stable anonymous id where nobody is logged in. */
  readonly userId: Scalars['ID']['output'];
  /** What was done. */
  readonly type: ActivityType;
  /** The visit as the client counts it. */
  readonly sessionId?: Maybe<Scalars['ID']['output']>;
  /** The whole address, with query and fragment. */
  readonly url?: Maybe<Scalars['String']['output']>;
  /** The path of the page, without query and fragment: /pricing. */
  readonly path?: Maybe<Scalars['String']['output']>;
  /** Where the user came from: the host of the page before. */
  readonly referrer?: Maybe<Scalars['String']['output']>;
  /** What it was done on. */
  readonly device?: Maybe<Device>;
  /** Where it was done. */
  readonly country?: Maybe<Scalars['CountryCode']['output']>;
  /** When it was done. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** What the product knows of it beside what it says itself. */
  readonly meta: EventMeta;
};

/** Something a user did in an app or on a site: saw a page, clicked, searched. */
export type ActivityInput = {
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['input'];
  /** Who did it; a stable anonymous id where nobody is logged in. */
  readonly userId: Scalars['ID']['input'];
  /** What was done. */
  readonly type: ActivityType;
  /** The visit as the client counts it. */
  readonly sessionId?: InputMaybe<Scalars['ID']['input']>;
  /** The whole address, with query and fragment. */
  readonly url?: InputMaybe<Scalars['String']['input']>;
  /** The path of the page, without query and fragment: /pricing. */
  readonly path?: InputMaybe<Scalars['String']['input']>;
  /** Where the user came from: the host of the page before. */
  readonly referrer?: InputMaybe<Scalars['String']['input']>;
  /** What it was done on. */
  readonly device?: InputMaybe<Device>;
  /** Where it was done. */
  readonly country?: InputMaybe<Scalars['CountryCode']['input']>;
  /** When it was done. */
  readonly occurredAt: Scalars['DateTime']['input'];
};

export type ActivityTypeFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<ActivityType>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<ActivityType>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<ActivityType>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<ActivityType>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type DeviceFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<Device>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<Device>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<Device>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<Device>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns. */
export type ActivityWhere = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<ActivityWhere>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<ActivityWhere>>;
  /** Not this. */
  readonly not?: InputMaybe<ActivityWhere>;
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id?: InputMaybe<IdFilter>;
  /** Who did it; a stable anonymous id where nobody is logged in. */
  readonly userId?: InputMaybe<IdFilter>;
  /** What was done. */
  readonly type?: InputMaybe<ActivityTypeFilter>;
  /** The visit as the client counts it. */
  readonly sessionId?: InputMaybe<IdFilter>;
  /** The whole address, with query and fragment. */
  readonly url?: InputMaybe<StringFilter>;
  /** The path of the page, without query and fragment: /pricing. */
  readonly path?: InputMaybe<StringFilter>;
  /** Where the user came from: the host of the page before. */
  readonly referrer?: InputMaybe<StringFilter>;
  /** What it was done on. */
  readonly device?: InputMaybe<DeviceFilter>;
  /** Where it was done. */
  readonly country?: InputMaybe<CountryCodeFilter>;
  /** When it was done. */
  readonly occurredAt?: InputMaybe<DateTimeFilter>;
};

export type ActivityDimension =
  /** Who did it; a stable anonymous id where nobody is logged in. */
  | 'USER_ID'
  /** What was done. */
  | 'TYPE'
  /** The whole address, with query and fragment. */
  | 'URL'
  /** The path of the page, without query and fragment: /pricing. */
  | 'PATH'
  /** Where the user came from: the host of the page before. */
  | 'REFERRER'
  /** What it was done on. */
  | 'DEVICE'
  /** Where it was done. */
  | 'COUNTRY';

export type ActivityMeasure =
  /** How many events. */
  | 'COUNT'
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  | 'USER_ID_DISTINCT'
  /** How many different values of `sessionId` there are. Approximate unless exact: true. */
  | 'SESSION_ID_DISTINCT'
  /** @metric: count where {'type':{'eq':'PAGE_VIEW'}} */
  | 'PAGE_VIEWS'
  /** @metric: count where {'type':{'eq':'CLICK'}} */
  | 'CLICKS';

/** Measures that may be added up: over windows, over groups, as a share of the whole. */
export type ActivityAdditive =
  | 'COUNT'
  | 'PAGE_VIEWS'
  | 'CLICKS';

/** Filters on the result. */
export type ActivityHaving = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<ActivityHaving>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<ActivityHaving>>;
  /** Not this. */
  readonly not?: InputMaybe<ActivityHaving>;
  /** How many events. */
  readonly count?: InputMaybe<IntFilter>;
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  readonly userIdDistinct?: InputMaybe<IntFilter>;
  /** How many different values of `sessionId` there are. Approximate unless exact: true. */
  readonly sessionIdDistinct?: InputMaybe<IntFilter>;
  /** @metric: count where {'type':{'eq':'PAGE_VIEW'}} */
  readonly pageViews?: InputMaybe<IntFilter>;
  /** @metric: count where {'type':{'eq':'CLICK'}} */
  readonly clicks?: InputMaybe<IntFilter>;
};

/** The n greatest groups over the whole range; the rest together as one row with others: true. */
export type ActivityTop = {
  /** 1 to 1000. */
  readonly n: Scalars['Int']['input'];
  /** What makes a group great. */
  readonly by?: ActivityMeasure;
  /** Whether the row of the rest is there. */
  readonly others?: Scalars['Boolean']['input'];
};

export type ActivityMetricsOrderBy =
  | 'START'
  | 'USER_ID'
  | 'TYPE'
  | 'URL'
  | 'PATH'
  | 'REFERRER'
  | 'DEVICE'
  | 'COUNTRY'
  | 'COUNT'
  | 'USER_ID_DISTINCT'
  | 'SESSION_ID_DISTINCT'
  | 'PAGE_VIEWS'
  | 'CLICKS';

export type ActivityMetricsOrder = {
  /** The start of the window, a dimension of `by`, or a measure, also one that is not selected. */
  readonly by: ActivityMetricsOrderBy;
  /** Rows without a value come last either way. */
  readonly direction?: OrderDirection;
};

export type ActivityMetrics = {
  readonly __typename?: 'ActivityMetrics';
  /** One for each window and group. */
  readonly rows: ReadonlyArray<ActivityMetricsRow>;
  /** There are more rows than `limit` lets through. */
  readonly hasMore: Scalars['Boolean']['output'];
  /** Over the whole range: computed, not added up, so distinct counts and averages are right. */
  readonly total: ActivityMeasures;
  /** The measures of this answer that are estimated, and how well. Empty if none is. */
  readonly approximations: ReadonlyArray<Approximation>;
  /** The rates that amounts were converted with. Empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
  /** How it was computed. */
  readonly explain: Explain;
};

/** One window of one group. Without `every` the window is the range. */
export type ActivityMetricsRow = {
  readonly __typename?: 'ActivityMetricsRow';
  /** Stable for the same question, window and group. */
  readonly id: Scalars['ID']['output'];
  /** The first instant of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after the window. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end: nothing more is expected. A late event may still revise it: see revision. */
  readonly final: Scalars['Boolean']['output'];
  /** Late events counted in it: each is one revision of what was shown before. */
  readonly revision: Scalars['Int']['output'];
  /** The same number: events that came after the watermark had passed them. */
  readonly lateCount: Scalars['SafeInt']['output'];
  /** All groups outside `top` together. */
  readonly others: Scalars['Boolean']['output'];
  /** Who did it; a stable anonymous id where nobody is logged in. Only with USER_ID in `by`; null for events without one, and for `others`. */
  readonly userId?: Maybe<Scalars['ID']['output']>;
  /** What was done. Only with TYPE in `by`; null for events without one, and for `others`. */
  readonly type?: Maybe<ActivityType>;
  /** The whole address, with query and fragment. Only with URL in `by`; null for events without one, and for `others`. */
  readonly url?: Maybe<Scalars['String']['output']>;
  /** The path of the page, without query and fragment: /pricing. Only with PATH in `by`; null for events without one, and for `others`. */
  readonly path?: Maybe<Scalars['String']['output']>;
  /** Where the user came from: the host of the page before. Only with REFERRER in `by`; null for events without one, and for `others`. */
  readonly referrer?: Maybe<Scalars['String']['output']>;
  /** What it was done on. Only with DEVICE in `by`; null for events without one, and for `others`. */
  readonly device?: Maybe<Device>;
  /** Where it was done. Only with COUNTRY in `by`; null for events without one, and for `others`. */
  readonly country?: Maybe<Scalars['CountryCode']['output']>;
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  readonly userIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `sessionId` there are. Approximate unless exact: true. */
  readonly sessionIdDistinct: Scalars['SafeInt']['output'];
  /** @metric: count where {'type':{'eq':'PAGE_VIEW'}} */
  readonly pageViews: Scalars['SafeInt']['output'];
  /** @metric: count where {'type':{'eq':'CLICK'}} */
  readonly clicks: Scalars['SafeInt']['output'];
  /** Per second, or per any other time. */
  readonly rate?: Maybe<Scalars['Float']['output']>;
  /** Of the same window's total: 0 to 1. Null where that is 0. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** Cumulative since the start of the range. */
  readonly running?: Maybe<Scalars['Decimal']['output']>;
  /** The same window of the period compared with; null without `compare`. */
  readonly previous?: Maybe<ActivityMeasures>;
  /** Relative to previous: 0.1 is ten percent more. Null where there is nothing to compare with, or zero. */
  readonly change?: Maybe<Scalars['Float']['output']>;
};


/** One window of one group. Without `every` the window is the range. */
export type ActivityMetricsRowRateArgs = {
  of?: ActivityAdditive;
  per?: Scalars['Duration']['input'];
};


/** One window of one group. Without `every` the window is the range. */
export type ActivityMetricsRowShareArgs = {
  of?: ActivityAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type ActivityMetricsRowRunningArgs = {
  of?: ActivityAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type ActivityMetricsRowChangeArgs = {
  of?: ActivityMeasure;
};

export type ActivityMeasures = {
  readonly __typename?: 'ActivityMeasures';
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  readonly userIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `sessionId` there are. Approximate unless exact: true. */
  readonly sessionIdDistinct: Scalars['SafeInt']['output'];
  /** @metric: count where {'type':{'eq':'PAGE_VIEW'}} */
  readonly pageViews: Scalars['SafeInt']['output'];
  /** @metric: count where {'type':{'eq':'CLICK'}} */
  readonly clicks: Scalars['SafeInt']['output'];
};

export type ActivityConnection = {
  readonly __typename?: 'ActivityConnection';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<ActivityEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Activity>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type ActivityEdge = {
  readonly __typename?: 'ActivityEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: Activity;
};

export type ActivityOrderBy =
  | 'TIME';

export type ActivityOrder = {
  /** When it happened, or a number that it has. */
  readonly by?: ActivityOrderBy;
  /** Events without the number come last either way; equal ones stand in the order of their ids. */
  readonly direction?: OrderDirection;
};

/** One step of a funnel: any event that matches; one event is one step only. */
export type ActivityFunnelStep = {
  /** What it is called in the answer. Null: its number, from 1. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<ActivityWhere>;
};

export type ActivityMetricsUpdate = {
  readonly __typename?: 'ActivityMetricsUpdate';
  /** Whether it is everything, or what changed. */
  readonly type: UpdateType;
  /** Give it as `after` to go on from here after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** SNAPSHOT: all rows. PATCH: those that are new or changed, to be put in place by `id`. */
  readonly rows: ReadonlyArray<ActivityMetricsRow>;
  /** The ids of rows that are gone. Empty in a SNAPSHOT. */
  readonly removed: ReadonlyArray<Scalars['ID']['output']>;
  /** Over the whole range, as it is now. */
  readonly total: ActivityMeasures;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

/** Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed. */
export type ActivitiesAdded = {
  readonly __typename?: 'ActivitiesAdded';
  /** The events. */
  readonly nodes: ReadonlyArray<Activity>;
  /** Behind the last of them: give it as `after` to go on after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before these; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

export type ActivitySource = {
  /** Only events like this; all others are as if they had not happened. Null: all. */
  readonly where?: InputMaybe<ActivityWhere>;
  /** Each value has windows, or matches, of its own. */
  readonly key?: ActivityDimension;
  /** With a window: what is measured in it. At least one. */
  readonly measures?: InputMaybe<ReadonlyArray<ActivityMeasure>>;
  /** Instead of a window: which events, one after another, raise an alert. */
  readonly pattern?: InputMaybe<ActivityPattern>;
};

export type ActivityPattern = {
  /** 1 to 16, in order. */
  readonly steps: ReadonlyArray<ActivityPatternStep>;
  /** From the first event to the last, inclusive: at most 31d. A day is 24 hours here. */
  readonly within: Scalars['Duration']['input'];
  /** Where looking goes on after a match. */
  readonly afterMatch?: AfterMatch;
};

export type ActivityPatternStep = {
  /** A letter, then letters, digits, _ or -: at most 64 in all. Unique among the steps. */
  readonly name: Scalars['String']['input'];
  /** How it follows the step before. */
  readonly contiguity?: Contiguity;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<ActivityWhere>;
  /** How many such events, from 1 on. Of all steps together at most 100. */
  readonly times?: Scalars['Int']['input'];
  /** So many or more, as many as there are. */
  readonly orMore?: Scalars['Boolean']['input'];
};

/** One line that a service logged. */
export type LogLine = Event & {
  readonly __typename?: 'LogLine';
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['output'];
  /** The service that logged it. */
  readonly service: Scalars['String']['output'];
  /** How serious it is. */
  readonly level: LogLevel;
  /** What it says. */
  readonly message: Scalars['String']['output'];
  /** The machine or the pod it ran on. */
  readonly host?: Maybe<Scalars['String']['output']>;
  /** The part of the service that logged it. */
  readonly logger?: Maybe<Scalars['String']['output']>;
  /** The trace it belongs to. */
  readonly traceId?: Maybe<Scalars['ID']['output']>;
  /** How long the work took that it tells of. */
  readonly durationMs?: Maybe<Scalars['Decimal']['output']>;
  /** When it was logged. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** What the product knows of it beside what it says itself. */
  readonly meta: EventMeta;
};

/** One line that a service logged. */
export type LogLineInput = {
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['input'];
  /** The service that logged it. */
  readonly service: Scalars['String']['input'];
  /** How serious it is. */
  readonly level: LogLevel;
  /** What it says. */
  readonly message: Scalars['String']['input'];
  /** The machine or the pod it ran on. */
  readonly host?: InputMaybe<Scalars['String']['input']>;
  /** The part of the service that logged it. */
  readonly logger?: InputMaybe<Scalars['String']['input']>;
  /** The trace it belongs to. */
  readonly traceId?: InputMaybe<Scalars['ID']['input']>;
  /** How long the work took that it tells of. */
  readonly durationMs?: InputMaybe<Scalars['Decimal']['input']>;
  /** When it was logged. */
  readonly occurredAt: Scalars['DateTime']['input'];
};

export type LogLevelFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<LogLevel>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<LogLevel>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<LogLevel>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<LogLevel>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns. */
export type LogLineWhere = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<LogLineWhere>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<LogLineWhere>>;
  /** Not this. */
  readonly not?: InputMaybe<LogLineWhere>;
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id?: InputMaybe<IdFilter>;
  /** The service that logged it. */
  readonly service?: InputMaybe<StringFilter>;
  /** How serious it is. */
  readonly level?: InputMaybe<LogLevelFilter>;
  /** What it says. */
  readonly message?: InputMaybe<StringFilter>;
  /** The machine or the pod it ran on. */
  readonly host?: InputMaybe<StringFilter>;
  /** The part of the service that logged it. */
  readonly logger?: InputMaybe<StringFilter>;
  /** The trace it belongs to. */
  readonly traceId?: InputMaybe<IdFilter>;
  /** How long the work took that it tells of. */
  readonly durationMs?: InputMaybe<DecimalFilter>;
  /** When it was logged. */
  readonly occurredAt?: InputMaybe<DateTimeFilter>;
};

export type LogLineDimension =
  /** The service that logged it. */
  | 'SERVICE'
  /** How serious it is. */
  | 'LEVEL'
  /** The machine or the pod it ran on. */
  | 'HOST';

export type LogLineMeasure =
  /** How many events. */
  | 'COUNT'
  /** How many different values of `host` there are. Approximate unless exact: true. */
  | 'HOST_DISTINCT'
  /** The sum of `durationMs`, exact. 0 without any. */
  | 'DURATION_MS_SUM'
  /** The average of `durationMs`. Null without any. */
  | 'DURATION_MS_AVG'
  /** The least value of `durationMs`. Null without any. */
  | 'DURATION_MS_MIN'
  /** The greatest value of `durationMs`. Null without any. */
  | 'DURATION_MS_MAX'
  /** 50 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  | 'DURATION_MS_P50'
  /** 90 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  | 'DURATION_MS_P90'
  /** 95 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  | 'DURATION_MS_P95'
  /** 99 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  | 'DURATION_MS_P99'
  /** @metric: count where {'level':{'in':['ERROR','FATAL']}} */
  | 'ERRORS';

/** Measures that may be added up: over windows, over groups, as a share of the whole. */
export type LogLineAdditive =
  | 'COUNT'
  | 'DURATION_MS_SUM'
  | 'ERRORS';

/** Filters on the result. */
export type LogLineHaving = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<LogLineHaving>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<LogLineHaving>>;
  /** Not this. */
  readonly not?: InputMaybe<LogLineHaving>;
  /** How many events. */
  readonly count?: InputMaybe<IntFilter>;
  /** How many different values of `host` there are. Approximate unless exact: true. */
  readonly hostDistinct?: InputMaybe<IntFilter>;
  /** The sum of `durationMs`, exact. 0 without any. */
  readonly durationMsSum?: InputMaybe<DecimalFilter>;
  /** The average of `durationMs`. Null without any. */
  readonly durationMsAvg?: InputMaybe<DecimalFilter>;
  /** The least value of `durationMs`. Null without any. */
  readonly durationMsMin?: InputMaybe<DecimalFilter>;
  /** The greatest value of `durationMs`. Null without any. */
  readonly durationMsMax?: InputMaybe<DecimalFilter>;
  /** 50 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP50?: InputMaybe<DecimalFilter>;
  /** 90 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP90?: InputMaybe<DecimalFilter>;
  /** 95 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP95?: InputMaybe<DecimalFilter>;
  /** 99 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP99?: InputMaybe<DecimalFilter>;
  /** @metric: count where {'level':{'in':['ERROR','FATAL']}} */
  readonly errors?: InputMaybe<IntFilter>;
};

/** The n greatest groups over the whole range; the rest together as one row with others: true. */
export type LogLineTop = {
  /** 1 to 1000. */
  readonly n: Scalars['Int']['input'];
  /** What makes a group great. */
  readonly by?: LogLineMeasure;
  /** Whether the row of the rest is there. */
  readonly others?: Scalars['Boolean']['input'];
};

export type LogLineMetricsOrderBy =
  | 'START'
  | 'SERVICE'
  | 'LEVEL'
  | 'HOST'
  | 'COUNT'
  | 'HOST_DISTINCT'
  | 'DURATION_MS_SUM'
  | 'DURATION_MS_AVG'
  | 'DURATION_MS_MIN'
  | 'DURATION_MS_MAX'
  | 'DURATION_MS_P50'
  | 'DURATION_MS_P90'
  | 'DURATION_MS_P95'
  | 'DURATION_MS_P99'
  | 'ERRORS';

export type LogLineMetricsOrder = {
  /** The start of the window, a dimension of `by`, or a measure, also one that is not selected. */
  readonly by: LogLineMetricsOrderBy;
  /** Rows without a value come last either way. */
  readonly direction?: OrderDirection;
};

export type LogLineMetrics = {
  readonly __typename?: 'LogLineMetrics';
  /** One for each window and group. */
  readonly rows: ReadonlyArray<LogLineMetricsRow>;
  /** There are more rows than `limit` lets through. */
  readonly hasMore: Scalars['Boolean']['output'];
  /** Over the whole range: computed, not added up, so distinct counts and averages are right. */
  readonly total: LogLineMeasures;
  /** The measures of this answer that are estimated, and how well. Empty if none is. */
  readonly approximations: ReadonlyArray<Approximation>;
  /** The rates that amounts were converted with. Empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
  /** How it was computed. */
  readonly explain: Explain;
};

/** One window of one group. Without `every` the window is the range. */
export type LogLineMetricsRow = {
  readonly __typename?: 'LogLineMetricsRow';
  /** Stable for the same question, window and group. */
  readonly id: Scalars['ID']['output'];
  /** The first instant of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after the window. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end: nothing more is expected. A late event may still revise it: see revision. */
  readonly final: Scalars['Boolean']['output'];
  /** Late events counted in it: each is one revision of what was shown before. */
  readonly revision: Scalars['Int']['output'];
  /** The same number: events that came after the watermark had passed them. */
  readonly lateCount: Scalars['SafeInt']['output'];
  /** All groups outside `top` together. */
  readonly others: Scalars['Boolean']['output'];
  /** The service that logged it. Only with SERVICE in `by`; null for events without one, and for `others`. */
  readonly service?: Maybe<Scalars['String']['output']>;
  /** How serious it is. Only with LEVEL in `by`; null for events without one, and for `others`. */
  readonly level?: Maybe<LogLevel>;
  /** The machine or the pod it ran on. Only with HOST in `by`; null for events without one, and for `others`. */
  readonly host?: Maybe<Scalars['String']['output']>;
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `host` there are. Approximate unless exact: true. */
  readonly hostDistinct: Scalars['SafeInt']['output'];
  /** The sum of `durationMs`, exact. 0 without any. */
  readonly durationMsSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `durationMs`. Null without any. */
  readonly durationMsAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `durationMs`. Null without any. */
  readonly durationMsMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `durationMs`. Null without any. */
  readonly durationMsMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP99?: Maybe<Scalars['Decimal']['output']>;
  /** @metric: count where {'level':{'in':['ERROR','FATAL']}} */
  readonly errors: Scalars['SafeInt']['output'];
  /** Per second, or per any other time. */
  readonly rate?: Maybe<Scalars['Float']['output']>;
  /** Of the same window's total: 0 to 1. Null where that is 0. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** Cumulative since the start of the range. */
  readonly running?: Maybe<Scalars['Decimal']['output']>;
  /** The same window of the period compared with; null without `compare`. */
  readonly previous?: Maybe<LogLineMeasures>;
  /** Relative to previous: 0.1 is ten percent more. Null where there is nothing to compare with, or zero. */
  readonly change?: Maybe<Scalars['Float']['output']>;
};


/** One window of one group. Without `every` the window is the range. */
export type LogLineMetricsRowRateArgs = {
  of?: LogLineAdditive;
  per?: Scalars['Duration']['input'];
};


/** One window of one group. Without `every` the window is the range. */
export type LogLineMetricsRowShareArgs = {
  of?: LogLineAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type LogLineMetricsRowRunningArgs = {
  of?: LogLineAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type LogLineMetricsRowChangeArgs = {
  of?: LogLineMeasure;
};

export type LogLineMeasures = {
  readonly __typename?: 'LogLineMeasures';
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `host` there are. Approximate unless exact: true. */
  readonly hostDistinct: Scalars['SafeInt']['output'];
  /** The sum of `durationMs`, exact. 0 without any. */
  readonly durationMsSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `durationMs`. Null without any. */
  readonly durationMsAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `durationMs`. Null without any. */
  readonly durationMsMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `durationMs`. Null without any. */
  readonly durationMsMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `durationMs` are at most this. Null without any. Approximate unless exact: true. */
  readonly durationMsP99?: Maybe<Scalars['Decimal']['output']>;
  /** @metric: count where {'level':{'in':['ERROR','FATAL']}} */
  readonly errors: Scalars['SafeInt']['output'];
};

export type LogLineConnection = {
  readonly __typename?: 'LogLineConnection';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<LogLineEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<LogLine>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type LogLineEdge = {
  readonly __typename?: 'LogLineEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: LogLine;
};

export type LogLineOrderBy =
  | 'TIME'
  | 'DURATION_MS';

export type LogLineOrder = {
  /** When it happened, or a number that it has. */
  readonly by?: LogLineOrderBy;
  /** Events without the number come last either way; equal ones stand in the order of their ids. */
  readonly direction?: OrderDirection;
};

export type LogLineSearch = {
  readonly __typename?: 'LogLineSearch';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<LogLineSearchEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<LogLine>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type LogLineSearchEdge = {
  readonly __typename?: 'LogLineSearchEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: LogLine;
  /** The greater the better: rare words count most, and each time one comes up again a little less. Only for comparing within one search. */
  readonly score: Scalars['Float']['output'];
  /** Of each field in which something was found, the passage around the first hit. */
  readonly highlights: ReadonlyArray<Highlight>;
};

export type LogLineMetricsUpdate = {
  readonly __typename?: 'LogLineMetricsUpdate';
  /** Whether it is everything, or what changed. */
  readonly type: UpdateType;
  /** Give it as `after` to go on from here after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** SNAPSHOT: all rows. PATCH: those that are new or changed, to be put in place by `id`. */
  readonly rows: ReadonlyArray<LogLineMetricsRow>;
  /** The ids of rows that are gone. Empty in a SNAPSHOT. */
  readonly removed: ReadonlyArray<Scalars['ID']['output']>;
  /** Over the whole range, as it is now. */
  readonly total: LogLineMeasures;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

/** Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed. */
export type LogLinesAdded = {
  readonly __typename?: 'LogLinesAdded';
  /** The events. */
  readonly nodes: ReadonlyArray<LogLine>;
  /** Behind the last of them: give it as `after` to go on after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before these; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

export type LogLineSource = {
  /** Only events like this; all others are as if they had not happened. Null: all. */
  readonly where?: InputMaybe<LogLineWhere>;
  /** Each value has windows, or matches, of its own. */
  readonly key?: LogLineDimension;
  /** With a window: what is measured in it. At least one. */
  readonly measures?: InputMaybe<ReadonlyArray<LogLineMeasure>>;
  /** Instead of a window: which events, one after another, raise an alert. */
  readonly pattern?: InputMaybe<LogLinePattern>;
};

export type LogLinePattern = {
  /** 1 to 16, in order. */
  readonly steps: ReadonlyArray<LogLinePatternStep>;
  /** From the first event to the last, inclusive: at most 31d. A day is 24 hours here. */
  readonly within: Scalars['Duration']['input'];
  /** Where looking goes on after a match. */
  readonly afterMatch?: AfterMatch;
};

export type LogLinePatternStep = {
  /** A letter, then letters, digits, _ or -: at most 64 in all. Unique among the steps. */
  readonly name: Scalars['String']['input'];
  /** How it follows the step before. */
  readonly contiguity?: Contiguity;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<LogLineWhere>;
  /** How many such events, from 1 on. Of all steps together at most 100. */
  readonly times?: Scalars['Int']['input'];
  /** So many or more, as many as there are. */
  readonly orMore?: Scalars['Boolean']['input'];
};

/**
 * A player's live rating in a match. A correction is sent with the next `version`: an event of its own, so that history stays, and what asks
 * for the rating now takes the latest version.
 */
export type Rating = Event & {
  readonly __typename?: 'Rating';
  /** One per player and match, the same for all its versions. */
  readonly ratingId: Scalars['ID']['output'];
  /** Grows by one with every correction of the same rating. */
  readonly version: Scalars['Int']['output'];
  /** Whose rating it is. */
  readonly playerId: Scalars['ID']['output'];
  /** The match it was given in. */
  readonly matchId: Scalars['ID']['output'];
  /** 0 to 10, two digits after the point. */
  readonly rating: Scalars['Decimal']['output'];
  /** The competition the match belongs to. */
  readonly competition?: Maybe<Scalars['String']['output']>;
  /** Where the player played. */
  readonly role?: Maybe<PlayerRole>;
  /** The minute of the match. */
  readonly minute?: Maybe<Scalars['Int']['output']>;
  /** When the rating was given. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** What the product knows of it beside what it says itself. */
  readonly meta: EventMeta;
};

/**
 * A player's live rating in a match. A correction is sent with the next `version`: an event of its own, so that history stays, and what asks
 * for the rating now takes the latest version.
 */
export type RatingInput = {
  /** One per player and match, the same for all its versions. */
  readonly ratingId: Scalars['ID']['input'];
  /** Grows by one with every correction of the same rating. */
  readonly version: Scalars['Int']['input'];
  /** Whose rating it is. */
  readonly playerId: Scalars['ID']['input'];
  /** The match it was given in. */
  readonly matchId: Scalars['ID']['input'];
  /** 0 to 10, two digits after the point. */
  readonly rating: Scalars['Decimal']['input'];
  /** The competition the match belongs to. */
  readonly competition?: InputMaybe<Scalars['String']['input']>;
  /** Where the player played. */
  readonly role?: InputMaybe<PlayerRole>;
  /** The minute of the match. */
  readonly minute?: InputMaybe<Scalars['Int']['input']>;
  /** When the rating was given. */
  readonly occurredAt: Scalars['DateTime']['input'];
};

export type PlayerRoleFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<PlayerRole>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<PlayerRole>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<PlayerRole>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<PlayerRole>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns. */
export type RatingWhere = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<RatingWhere>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<RatingWhere>>;
  /** Not this. */
  readonly not?: InputMaybe<RatingWhere>;
  /** One per player and match, the same for all its versions. */
  readonly ratingId?: InputMaybe<IdFilter>;
  /** Grows by one with every correction of the same rating. */
  readonly version?: InputMaybe<IntFilter>;
  /** Whose rating it is. */
  readonly playerId?: InputMaybe<IdFilter>;
  /** The match it was given in. */
  readonly matchId?: InputMaybe<IdFilter>;
  /** 0 to 10, two digits after the point. */
  readonly rating?: InputMaybe<DecimalFilter>;
  /** The competition the match belongs to. */
  readonly competition?: InputMaybe<StringFilter>;
  /** Where the player played. */
  readonly role?: InputMaybe<PlayerRoleFilter>;
  /** The minute of the match. */
  readonly minute?: InputMaybe<IntFilter>;
  /** When the rating was given. */
  readonly occurredAt?: InputMaybe<DateTimeFilter>;
};

export type RatingDimension =
  /** Whose rating it is. */
  | 'PLAYER_ID'
  /** The match it was given in. */
  | 'MATCH_ID'
  /** The competition the match belongs to. */
  | 'COMPETITION'
  /** Where the player played. */
  | 'ROLE';

export type RatingMeasure =
  /** How many events. */
  | 'COUNT'
  /** How many different values of `playerId` there are. Approximate unless exact: true. */
  | 'PLAYER_ID_DISTINCT'
  /** How many different values of `matchId` there are. Approximate unless exact: true. */
  | 'MATCH_ID_DISTINCT'
  /** The sum of `rating`, exact. 0 without any. */
  | 'RATING_SUM'
  /** The average of `rating`. Null without any. */
  | 'RATING_AVG'
  /** The least value of `rating`. Null without any. */
  | 'RATING_MIN'
  /** The greatest value of `rating`. Null without any. */
  | 'RATING_MAX'
  /** 50 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  | 'RATING_P50'
  /** 90 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  | 'RATING_P90'
  /** 95 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  | 'RATING_P95'
  /** 99 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  | 'RATING_P99';

/** Measures that may be added up: over windows, over groups, as a share of the whole. */
export type RatingAdditive =
  | 'COUNT'
  | 'RATING_SUM';

/** Filters on the result. */
export type RatingHaving = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<RatingHaving>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<RatingHaving>>;
  /** Not this. */
  readonly not?: InputMaybe<RatingHaving>;
  /** How many events. */
  readonly count?: InputMaybe<IntFilter>;
  /** How many different values of `playerId` there are. Approximate unless exact: true. */
  readonly playerIdDistinct?: InputMaybe<IntFilter>;
  /** How many different values of `matchId` there are. Approximate unless exact: true. */
  readonly matchIdDistinct?: InputMaybe<IntFilter>;
  /** The sum of `rating`, exact. 0 without any. */
  readonly ratingSum?: InputMaybe<DecimalFilter>;
  /** The average of `rating`. Null without any. */
  readonly ratingAvg?: InputMaybe<DecimalFilter>;
  /** The least value of `rating`. Null without any. */
  readonly ratingMin?: InputMaybe<DecimalFilter>;
  /** The greatest value of `rating`. Null without any. */
  readonly ratingMax?: InputMaybe<DecimalFilter>;
  /** 50 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP50?: InputMaybe<DecimalFilter>;
  /** 90 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP90?: InputMaybe<DecimalFilter>;
  /** 95 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP95?: InputMaybe<DecimalFilter>;
  /** 99 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP99?: InputMaybe<DecimalFilter>;
};

/** The n greatest groups over the whole range; the rest together as one row with others: true. */
export type RatingTop = {
  /** 1 to 1000. */
  readonly n: Scalars['Int']['input'];
  /** What makes a group great. */
  readonly by?: RatingMeasure;
  /** Whether the row of the rest is there. */
  readonly others?: Scalars['Boolean']['input'];
};

export type RatingMetricsOrderBy =
  | 'START'
  | 'PLAYER_ID'
  | 'MATCH_ID'
  | 'COMPETITION'
  | 'ROLE'
  | 'COUNT'
  | 'PLAYER_ID_DISTINCT'
  | 'MATCH_ID_DISTINCT'
  | 'RATING_SUM'
  | 'RATING_AVG'
  | 'RATING_MIN'
  | 'RATING_MAX'
  | 'RATING_P50'
  | 'RATING_P90'
  | 'RATING_P95'
  | 'RATING_P99';

export type RatingMetricsOrder = {
  /** The start of the window, a dimension of `by`, or a measure, also one that is not selected. */
  readonly by: RatingMetricsOrderBy;
  /** Rows without a value come last either way. */
  readonly direction?: OrderDirection;
};

export type RatingMetrics = {
  readonly __typename?: 'RatingMetrics';
  /** One for each window and group. */
  readonly rows: ReadonlyArray<RatingMetricsRow>;
  /** There are more rows than `limit` lets through. */
  readonly hasMore: Scalars['Boolean']['output'];
  /** Over the whole range: computed, not added up, so distinct counts and averages are right. */
  readonly total: RatingMeasures;
  /** The measures of this answer that are estimated, and how well. Empty if none is. */
  readonly approximations: ReadonlyArray<Approximation>;
  /** The rates that amounts were converted with. Empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
  /** How it was computed. */
  readonly explain: Explain;
};

/** One window of one group. Without `every` the window is the range. */
export type RatingMetricsRow = {
  readonly __typename?: 'RatingMetricsRow';
  /** Stable for the same question, window and group. */
  readonly id: Scalars['ID']['output'];
  /** The first instant of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after the window. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end: nothing more is expected. A late event may still revise it: see revision. */
  readonly final: Scalars['Boolean']['output'];
  /** Late events counted in it: each is one revision of what was shown before. */
  readonly revision: Scalars['Int']['output'];
  /** The same number: events that came after the watermark had passed them. */
  readonly lateCount: Scalars['SafeInt']['output'];
  /** All groups outside `top` together. */
  readonly others: Scalars['Boolean']['output'];
  /** Whose rating it is. Only with PLAYER_ID in `by`; null for events without one, and for `others`. */
  readonly playerId?: Maybe<Scalars['ID']['output']>;
  /** The match it was given in. Only with MATCH_ID in `by`; null for events without one, and for `others`. */
  readonly matchId?: Maybe<Scalars['ID']['output']>;
  /** The competition the match belongs to. Only with COMPETITION in `by`; null for events without one, and for `others`. */
  readonly competition?: Maybe<Scalars['String']['output']>;
  /** Where the player played. Only with ROLE in `by`; null for events without one, and for `others`. */
  readonly role?: Maybe<PlayerRole>;
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `playerId` there are. Approximate unless exact: true. */
  readonly playerIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `matchId` there are. Approximate unless exact: true. */
  readonly matchIdDistinct: Scalars['SafeInt']['output'];
  /** The sum of `rating`, exact. 0 without any. */
  readonly ratingSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `rating`. Null without any. */
  readonly ratingAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `rating`. Null without any. */
  readonly ratingMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `rating`. Null without any. */
  readonly ratingMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP99?: Maybe<Scalars['Decimal']['output']>;
  /** Per second, or per any other time. */
  readonly rate?: Maybe<Scalars['Float']['output']>;
  /** Of the same window's total: 0 to 1. Null where that is 0. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** Cumulative since the start of the range. */
  readonly running?: Maybe<Scalars['Decimal']['output']>;
  /** The same window of the period compared with; null without `compare`. */
  readonly previous?: Maybe<RatingMeasures>;
  /** Relative to previous: 0.1 is ten percent more. Null where there is nothing to compare with, or zero. */
  readonly change?: Maybe<Scalars['Float']['output']>;
};


/** One window of one group. Without `every` the window is the range. */
export type RatingMetricsRowRateArgs = {
  of?: RatingAdditive;
  per?: Scalars['Duration']['input'];
};


/** One window of one group. Without `every` the window is the range. */
export type RatingMetricsRowShareArgs = {
  of?: RatingAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type RatingMetricsRowRunningArgs = {
  of?: RatingAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type RatingMetricsRowChangeArgs = {
  of?: RatingMeasure;
};

export type RatingMeasures = {
  readonly __typename?: 'RatingMeasures';
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `playerId` there are. Approximate unless exact: true. */
  readonly playerIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `matchId` there are. Approximate unless exact: true. */
  readonly matchIdDistinct: Scalars['SafeInt']['output'];
  /** The sum of `rating`, exact. 0 without any. */
  readonly ratingSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `rating`. Null without any. */
  readonly ratingAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `rating`. Null without any. */
  readonly ratingMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `rating`. Null without any. */
  readonly ratingMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `rating` are at most this. Null without any. Approximate unless exact: true. */
  readonly ratingP99?: Maybe<Scalars['Decimal']['output']>;
};

export type RatingConnection = {
  readonly __typename?: 'RatingConnection';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<RatingEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Rating>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type RatingEdge = {
  readonly __typename?: 'RatingEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: Rating;
};

export type RatingOrderBy =
  | 'TIME'
  | 'RATING';

export type RatingOrder = {
  /** When it happened, or a number that it has. */
  readonly by?: RatingOrderBy;
  /** Events without the number come last either way; equal ones stand in the order of their ids. */
  readonly direction?: OrderDirection;
};

/** One step of a funnel: any event that matches; one event is one step only. */
export type RatingFunnelStep = {
  /** What it is called in the answer. Null: its number, from 1. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<RatingWhere>;
};

export type RatingMetricsUpdate = {
  readonly __typename?: 'RatingMetricsUpdate';
  /** Whether it is everything, or what changed. */
  readonly type: UpdateType;
  /** Give it as `after` to go on from here after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** SNAPSHOT: all rows. PATCH: those that are new or changed, to be put in place by `id`. */
  readonly rows: ReadonlyArray<RatingMetricsRow>;
  /** The ids of rows that are gone. Empty in a SNAPSHOT. */
  readonly removed: ReadonlyArray<Scalars['ID']['output']>;
  /** Over the whole range, as it is now. */
  readonly total: RatingMeasures;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

/** Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed. */
export type RatingsAdded = {
  readonly __typename?: 'RatingsAdded';
  /** The events. */
  readonly nodes: ReadonlyArray<Rating>;
  /** Behind the last of them: give it as `after` to go on after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before these; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

export type RatingSource = {
  /** Only events like this; all others are as if they had not happened. Null: all. */
  readonly where?: InputMaybe<RatingWhere>;
  /** Each value has windows, or matches, of its own. */
  readonly key?: RatingDimension;
  /** With a window: what is measured in it. At least one. */
  readonly measures?: InputMaybe<ReadonlyArray<RatingMeasure>>;
  /** Instead of a window: which events, one after another, raise an alert. */
  readonly pattern?: InputMaybe<RatingPattern>;
};

export type RatingPattern = {
  /** 1 to 16, in order. */
  readonly steps: ReadonlyArray<RatingPatternStep>;
  /** From the first event to the last, inclusive: at most 31d. A day is 24 hours here. */
  readonly within: Scalars['Duration']['input'];
  /** Where looking goes on after a match. */
  readonly afterMatch?: AfterMatch;
};

export type RatingPatternStep = {
  /** A letter, then letters, digits, _ or -: at most 64 in all. Unique among the steps. */
  readonly name: Scalars['String']['input'];
  /** How it follows the step before. */
  readonly contiguity?: Contiguity;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<RatingWhere>;
  /** How many such events, from 1 on. Of all steps together at most 100. */
  readonly times?: Scalars['Int']['input'];
  /** So many or more, as many as there are. */
  readonly orMore?: Scalars['Boolean']['input'];
};

/** One line of an order: a product, how many, and for how much. */
export type Sale = Event & {
  readonly __typename?: 'Sale';
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['output'];
  /** The order it is a line of. */
  readonly orderId?: Maybe<Scalars['ID']['output']>;
  /** Who bought. */
  readonly customerId: Scalars['ID']['output'];
  /** What was bought. */
  readonly productId: Scalars['ID']['output'];
  /** What it is called in the shop. */
  readonly productName: Scalars['String']['output'];
  /** Who makes it. */
  readonly brand?: Maybe<Scalars['String']['output']>;
  /** The shelf it stands on. */
  readonly category: Scalars['String']['output'];
  /** How many pieces. */
  readonly quantity: Scalars['Int']['output'];
  /** Of one piece. */
  readonly price: Scalars['Decimal']['output'];
  /** Of the whole line, discounts taken off. */
  readonly amount: Scalars['Decimal']['output'];
  /** The currency of `price` and `amount`. */
  readonly currency: CurrencyCode;
  /** How it was paid. */
  readonly paymentMethod: PaymentMethod;
  /** Where it was delivered to. */
  readonly country?: Maybe<Scalars['CountryCode']['output']>;
  /** When it was bought. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** What the product knows of it beside what it says itself. */
  readonly meta: EventMeta;
};

/** One line of an order: a product, how many, and for how much. */
export type SaleInput = {
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['input'];
  /** The order it is a line of. */
  readonly orderId?: InputMaybe<Scalars['ID']['input']>;
  /** Who bought. */
  readonly customerId: Scalars['ID']['input'];
  /** What was bought. */
  readonly productId: Scalars['ID']['input'];
  /** What it is called in the shop. */
  readonly productName: Scalars['String']['input'];
  /** Who makes it. */
  readonly brand?: InputMaybe<Scalars['String']['input']>;
  /** The shelf it stands on. */
  readonly category: Scalars['String']['input'];
  /** How many pieces. */
  readonly quantity: Scalars['Int']['input'];
  /** Of one piece. */
  readonly price: Scalars['Decimal']['input'];
  /** Of the whole line, discounts taken off. */
  readonly amount: Scalars['Decimal']['input'];
  /** The currency of `price` and `amount`. */
  readonly currency: CurrencyCode;
  /** How it was paid. */
  readonly paymentMethod: PaymentMethod;
  /** Where it was delivered to. */
  readonly country?: InputMaybe<Scalars['CountryCode']['input']>;
  /** When it was bought. */
  readonly occurredAt: Scalars['DateTime']['input'];
};

export type PaymentMethodFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<PaymentMethod>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<PaymentMethod>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<PaymentMethod>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<PaymentMethod>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns. */
export type SaleWhere = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<SaleWhere>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<SaleWhere>>;
  /** Not this. */
  readonly not?: InputMaybe<SaleWhere>;
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id?: InputMaybe<IdFilter>;
  /** The order it is a line of. */
  readonly orderId?: InputMaybe<IdFilter>;
  /** Who bought. */
  readonly customerId?: InputMaybe<IdFilter>;
  /** What was bought. */
  readonly productId?: InputMaybe<IdFilter>;
  /** What it is called in the shop. */
  readonly productName?: InputMaybe<StringFilter>;
  /** Who makes it. */
  readonly brand?: InputMaybe<StringFilter>;
  /** The shelf it stands on. */
  readonly category?: InputMaybe<StringFilter>;
  /** How many pieces. */
  readonly quantity?: InputMaybe<IntFilter>;
  /** Of one piece. */
  readonly price?: InputMaybe<DecimalFilter>;
  /** Of the whole line, discounts taken off. */
  readonly amount?: InputMaybe<DecimalFilter>;
  /** The currency of `price` and `amount`. */
  readonly currency?: InputMaybe<CurrencyCodeFilter>;
  /** How it was paid. */
  readonly paymentMethod?: InputMaybe<PaymentMethodFilter>;
  /** Where it was delivered to. */
  readonly country?: InputMaybe<CountryCodeFilter>;
  /** When it was bought. */
  readonly occurredAt?: InputMaybe<DateTimeFilter>;
};

export type SaleDimension =
  /** Who bought. */
  | 'CUSTOMER_ID'
  /** What was bought. */
  | 'PRODUCT_ID'
  /** What it is called in the shop. */
  | 'PRODUCT_NAME'
  /** Who makes it. */
  | 'BRAND'
  /** The shelf it stands on. */
  | 'CATEGORY'
  /** The currency of `price` and `amount`. */
  | 'CURRENCY'
  /** How it was paid. */
  | 'PAYMENT_METHOD'
  /** Where it was delivered to. */
  | 'COUNTRY';

export type SaleMeasure =
  /** How many events. */
  | 'COUNT'
  /** How many different values of `orderId` there are. Approximate unless exact: true. */
  | 'ORDER_ID_DISTINCT'
  /** How many different values of `customerId` there are. Approximate unless exact: true. */
  | 'CUSTOMER_ID_DISTINCT'
  /** How many different values of `productId` there are. Approximate unless exact: true. */
  | 'PRODUCT_ID_DISTINCT'
  /** The sum of `quantity`, exact. 0 without any. */
  | 'QUANTITY_SUM'
  /** The average of `quantity`. Null without any. */
  | 'QUANTITY_AVG'
  /** The least value of `quantity`. Null without any. */
  | 'QUANTITY_MIN'
  /** The greatest value of `quantity`. Null without any. */
  | 'QUANTITY_MAX'
  /** The sum of `price`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  | 'PRICE_SUM'
  /** The average of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'PRICE_AVG'
  /** The least value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'PRICE_MIN'
  /** The greatest value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'PRICE_MAX'
  /** 50 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'PRICE_P50'
  /** 90 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'PRICE_P90'
  /** 95 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'PRICE_P95'
  /** 99 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'PRICE_P99'
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_SUM'
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_AVG'
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_MIN'
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_MAX'
  /** @metric: amountSum where {'paymentMethod':{'ne':'VOUCHER'}} */
  | 'REVENUE';

/** Measures that may be added up: over windows, over groups, as a share of the whole. */
export type SaleAdditive =
  | 'COUNT'
  | 'QUANTITY_SUM'
  | 'PRICE_SUM'
  | 'AMOUNT_SUM'
  | 'REVENUE';

/** Filters on the result. */
export type SaleHaving = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<SaleHaving>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<SaleHaving>>;
  /** Not this. */
  readonly not?: InputMaybe<SaleHaving>;
  /** How many events. */
  readonly count?: InputMaybe<IntFilter>;
  /** How many different values of `orderId` there are. Approximate unless exact: true. */
  readonly orderIdDistinct?: InputMaybe<IntFilter>;
  /** How many different values of `customerId` there are. Approximate unless exact: true. */
  readonly customerIdDistinct?: InputMaybe<IntFilter>;
  /** How many different values of `productId` there are. Approximate unless exact: true. */
  readonly productIdDistinct?: InputMaybe<IntFilter>;
  /** The sum of `quantity`, exact. 0 without any. */
  readonly quantitySum?: InputMaybe<IntFilter>;
  /** The average of `quantity`. Null without any. */
  readonly quantityAvg?: InputMaybe<FloatFilter>;
  /** The least value of `quantity`. Null without any. */
  readonly quantityMin?: InputMaybe<IntFilter>;
  /** The greatest value of `quantity`. Null without any. */
  readonly quantityMax?: InputMaybe<IntFilter>;
  /** The sum of `price`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly priceSum?: InputMaybe<DecimalFilter>;
  /** The average of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceAvg?: InputMaybe<DecimalFilter>;
  /** The least value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceMin?: InputMaybe<DecimalFilter>;
  /** The greatest value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceMax?: InputMaybe<DecimalFilter>;
  /** 50 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP50?: InputMaybe<DecimalFilter>;
  /** 90 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP90?: InputMaybe<DecimalFilter>;
  /** 95 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP95?: InputMaybe<DecimalFilter>;
  /** 99 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP99?: InputMaybe<DecimalFilter>;
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly amountSum?: InputMaybe<DecimalFilter>;
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountAvg?: InputMaybe<DecimalFilter>;
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMin?: InputMaybe<DecimalFilter>;
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMax?: InputMaybe<DecimalFilter>;
  /** @metric: amountSum where {'paymentMethod':{'ne':'VOUCHER'}} */
  readonly revenue?: InputMaybe<DecimalFilter>;
};

/** The n greatest groups over the whole range; the rest together as one row with others: true. */
export type SaleTop = {
  /** 1 to 1000. */
  readonly n: Scalars['Int']['input'];
  /** What makes a group great. */
  readonly by?: SaleMeasure;
  /** Whether the row of the rest is there. */
  readonly others?: Scalars['Boolean']['input'];
};

export type SaleMetricsOrderBy =
  | 'START'
  | 'CUSTOMER_ID'
  | 'PRODUCT_ID'
  | 'PRODUCT_NAME'
  | 'BRAND'
  | 'CATEGORY'
  | 'CURRENCY'
  | 'PAYMENT_METHOD'
  | 'COUNTRY'
  | 'COUNT'
  | 'ORDER_ID_DISTINCT'
  | 'CUSTOMER_ID_DISTINCT'
  | 'PRODUCT_ID_DISTINCT'
  | 'QUANTITY_SUM'
  | 'QUANTITY_AVG'
  | 'QUANTITY_MIN'
  | 'QUANTITY_MAX'
  | 'PRICE_SUM'
  | 'PRICE_AVG'
  | 'PRICE_MIN'
  | 'PRICE_MAX'
  | 'PRICE_P50'
  | 'PRICE_P90'
  | 'PRICE_P95'
  | 'PRICE_P99'
  | 'AMOUNT_SUM'
  | 'AMOUNT_AVG'
  | 'AMOUNT_MIN'
  | 'AMOUNT_MAX'
  | 'REVENUE';

export type SaleMetricsOrder = {
  /** The start of the window, a dimension of `by`, or a measure, also one that is not selected. */
  readonly by: SaleMetricsOrderBy;
  /** Rows without a value come last either way. */
  readonly direction?: OrderDirection;
};

export type SaleMetrics = {
  readonly __typename?: 'SaleMetrics';
  /** One for each window and group. */
  readonly rows: ReadonlyArray<SaleMetricsRow>;
  /** There are more rows than `limit` lets through. */
  readonly hasMore: Scalars['Boolean']['output'];
  /** Over the whole range: computed, not added up, so distinct counts and averages are right. */
  readonly total: SaleMeasures;
  /** The measures of this answer that are estimated, and how well. Empty if none is. */
  readonly approximations: ReadonlyArray<Approximation>;
  /** The rates that amounts were converted with. Empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
  /** How it was computed. */
  readonly explain: Explain;
};

/** One window of one group. Without `every` the window is the range. */
export type SaleMetricsRow = {
  readonly __typename?: 'SaleMetricsRow';
  /** Stable for the same question, window and group. */
  readonly id: Scalars['ID']['output'];
  /** The first instant of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after the window. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end: nothing more is expected. A late event may still revise it: see revision. */
  readonly final: Scalars['Boolean']['output'];
  /** Late events counted in it: each is one revision of what was shown before. */
  readonly revision: Scalars['Int']['output'];
  /** The same number: events that came after the watermark had passed them. */
  readonly lateCount: Scalars['SafeInt']['output'];
  /** All groups outside `top` together. */
  readonly others: Scalars['Boolean']['output'];
  /** Who bought. Only with CUSTOMER_ID in `by`; null for events without one, and for `others`. */
  readonly customerId?: Maybe<Scalars['ID']['output']>;
  /** What was bought. Only with PRODUCT_ID in `by`; null for events without one, and for `others`. */
  readonly productId?: Maybe<Scalars['ID']['output']>;
  /** What it is called in the shop. Only with PRODUCT_NAME in `by`; null for events without one, and for `others`. */
  readonly productName?: Maybe<Scalars['String']['output']>;
  /** Who makes it. Only with BRAND in `by`; null for events without one, and for `others`. */
  readonly brand?: Maybe<Scalars['String']['output']>;
  /** The shelf it stands on. Only with CATEGORY in `by`; null for events without one, and for `others`. */
  readonly category?: Maybe<Scalars['String']['output']>;
  /** The currency of `price` and `amount`. Only with CURRENCY in `by`; null for events without one, and for `others`. */
  readonly currency?: Maybe<CurrencyCode>;
  /** How it was paid. Only with PAYMENT_METHOD in `by`; null for events without one, and for `others`. */
  readonly paymentMethod?: Maybe<PaymentMethod>;
  /** Where it was delivered to. Only with COUNTRY in `by`; null for events without one, and for `others`. */
  readonly country?: Maybe<Scalars['CountryCode']['output']>;
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `orderId` there are. Approximate unless exact: true. */
  readonly orderIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `customerId` there are. Approximate unless exact: true. */
  readonly customerIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `productId` there are. Approximate unless exact: true. */
  readonly productIdDistinct: Scalars['SafeInt']['output'];
  /** The sum of `quantity`, exact. 0 without any. */
  readonly quantitySum?: Maybe<Scalars['SafeInt']['output']>;
  /** The average of `quantity`. Null without any. */
  readonly quantityAvg?: Maybe<Scalars['Float']['output']>;
  /** The least value of `quantity`. Null without any. */
  readonly quantityMin?: Maybe<Scalars['SafeInt']['output']>;
  /** The greatest value of `quantity`. Null without any. */
  readonly quantityMax?: Maybe<Scalars['SafeInt']['output']>;
  /** The sum of `price`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly priceSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP99?: Maybe<Scalars['Decimal']['output']>;
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly amountSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMax?: Maybe<Scalars['Decimal']['output']>;
  /** @metric: amountSum where {'paymentMethod':{'ne':'VOUCHER'}} */
  readonly revenue?: Maybe<Scalars['Decimal']['output']>;
  /** Per second, or per any other time. */
  readonly rate?: Maybe<Scalars['Float']['output']>;
  /** Of the same window's total: 0 to 1. Null where that is 0. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** Cumulative since the start of the range. */
  readonly running?: Maybe<Scalars['Decimal']['output']>;
  /** The same window of the period compared with; null without `compare`. */
  readonly previous?: Maybe<SaleMeasures>;
  /** Relative to previous: 0.1 is ten percent more. Null where there is nothing to compare with, or zero. */
  readonly change?: Maybe<Scalars['Float']['output']>;
};


/** One window of one group. Without `every` the window is the range. */
export type SaleMetricsRowRateArgs = {
  of?: SaleAdditive;
  per?: Scalars['Duration']['input'];
};


/** One window of one group. Without `every` the window is the range. */
export type SaleMetricsRowShareArgs = {
  of?: SaleAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type SaleMetricsRowRunningArgs = {
  of?: SaleAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type SaleMetricsRowChangeArgs = {
  of?: SaleMeasure;
};

export type SaleMeasures = {
  readonly __typename?: 'SaleMeasures';
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `orderId` there are. Approximate unless exact: true. */
  readonly orderIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `customerId` there are. Approximate unless exact: true. */
  readonly customerIdDistinct: Scalars['SafeInt']['output'];
  /** How many different values of `productId` there are. Approximate unless exact: true. */
  readonly productIdDistinct: Scalars['SafeInt']['output'];
  /** The sum of `quantity`, exact. 0 without any. */
  readonly quantitySum?: Maybe<Scalars['SafeInt']['output']>;
  /** The average of `quantity`. Null without any. */
  readonly quantityAvg?: Maybe<Scalars['Float']['output']>;
  /** The least value of `quantity`. Null without any. */
  readonly quantityMin?: Maybe<Scalars['SafeInt']['output']>;
  /** The greatest value of `quantity`. Null without any. */
  readonly quantityMax?: Maybe<Scalars['SafeInt']['output']>;
  /** The sum of `price`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly priceSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `price`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly priceMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `price` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly priceP99?: Maybe<Scalars['Decimal']['output']>;
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly amountSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMax?: Maybe<Scalars['Decimal']['output']>;
  /** @metric: amountSum where {'paymentMethod':{'ne':'VOUCHER'}} */
  readonly revenue?: Maybe<Scalars['Decimal']['output']>;
};

export type SaleConnection = {
  readonly __typename?: 'SaleConnection';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<SaleEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Sale>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type SaleEdge = {
  readonly __typename?: 'SaleEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: Sale;
};

export type SaleOrderBy =
  | 'TIME'
  | 'QUANTITY'
  | 'PRICE'
  | 'AMOUNT';

export type SaleOrder = {
  /** When it happened, or a number that it has. */
  readonly by?: SaleOrderBy;
  /** Events without the number come last either way; equal ones stand in the order of their ids. */
  readonly direction?: OrderDirection;
};

/** One step of a funnel: any event that matches; one event is one step only. */
export type SaleFunnelStep = {
  /** What it is called in the answer. Null: its number, from 1. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<SaleWhere>;
};

export type SaleSearch = {
  readonly __typename?: 'SaleSearch';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<SaleSearchEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Sale>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type SaleSearchEdge = {
  readonly __typename?: 'SaleSearchEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: Sale;
  /** The greater the better: rare words count most, and each time one comes up again a little less. Only for comparing within one search. */
  readonly score: Scalars['Float']['output'];
  /** Of each field in which something was found, the passage around the first hit. */
  readonly highlights: ReadonlyArray<Highlight>;
};

export type SaleMetricsUpdate = {
  readonly __typename?: 'SaleMetricsUpdate';
  /** Whether it is everything, or what changed. */
  readonly type: UpdateType;
  /** Give it as `after` to go on from here after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** SNAPSHOT: all rows. PATCH: those that are new or changed, to be put in place by `id`. */
  readonly rows: ReadonlyArray<SaleMetricsRow>;
  /** The ids of rows that are gone. Empty in a SNAPSHOT. */
  readonly removed: ReadonlyArray<Scalars['ID']['output']>;
  /** Over the whole range, as it is now. */
  readonly total: SaleMeasures;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

/** Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed. */
export type SalesAdded = {
  readonly __typename?: 'SalesAdded';
  /** The events. */
  readonly nodes: ReadonlyArray<Sale>;
  /** Behind the last of them: give it as `after` to go on after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before these; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

export type SaleSource = {
  /** Only events like this; all others are as if they had not happened. Null: all. */
  readonly where?: InputMaybe<SaleWhere>;
  /** Each value has windows, or matches, of its own. */
  readonly key?: SaleDimension;
  /** With a window: what is measured in it. At least one. */
  readonly measures?: InputMaybe<ReadonlyArray<SaleMeasure>>;
  /** Instead of a window: which events, one after another, raise an alert. */
  readonly pattern?: InputMaybe<SalePattern>;
};

export type SalePattern = {
  /** 1 to 16, in order. */
  readonly steps: ReadonlyArray<SalePatternStep>;
  /** From the first event to the last, inclusive: at most 31d. A day is 24 hours here. */
  readonly within: Scalars['Duration']['input'];
  /** Where looking goes on after a match. */
  readonly afterMatch?: AfterMatch;
};

export type SalePatternStep = {
  /** A letter, then letters, digits, _ or -: at most 64 in all. Unique among the steps. */
  readonly name: Scalars['String']['input'];
  /** How it follows the step before. */
  readonly contiguity?: Contiguity;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<SaleWhere>;
  /** How many such events, from 1 on. Of all steps together at most 100. */
  readonly times?: Scalars['Int']['input'];
  /** So many or more, as many as there are. */
  readonly orMore?: Scalars['Boolean']['input'];
};

/** A payment made by a user. */
export type Transaction = Event & {
  readonly __typename?: 'Transaction';
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['output'];
  /** Who paid. */
  readonly userId: Scalars['ID']['output'];
  /** What was paid, in `currency`. */
  readonly amount: Scalars['Decimal']['output'];
  /** The currency of `amount`. */
  readonly currency: CurrencyCode;
  /** How far the payment came. */
  readonly status: TransactionStatus;
  /** What was paid for: travel, groceries. */
  readonly category: Scalars['String']['output'];
  /** Where the payment was made. */
  readonly country?: Maybe<Scalars['CountryCode']['output']>;
  /** Who was paid. */
  readonly merchant?: Maybe<Scalars['String']['output']>;
  /** When the payment was made. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** What the product knows of it beside what it says itself. */
  readonly meta: EventMeta;
};

/** A payment made by a user. */
export type TransactionInput = {
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id: Scalars['ID']['input'];
  /** Who paid. */
  readonly userId: Scalars['ID']['input'];
  /** What was paid, in `currency`. */
  readonly amount: Scalars['Decimal']['input'];
  /** The currency of `amount`. */
  readonly currency: CurrencyCode;
  /** How far the payment came. */
  readonly status: TransactionStatus;
  /** What was paid for: travel, groceries. */
  readonly category: Scalars['String']['input'];
  /** Where the payment was made. */
  readonly country?: InputMaybe<Scalars['CountryCode']['input']>;
  /** Who was paid. */
  readonly merchant?: InputMaybe<Scalars['String']['input']>;
  /** When the payment was made. */
  readonly occurredAt: Scalars['DateTime']['input'];
};

export type TransactionStatusFilter = {
  /** Equal to this. */
  readonly eq?: InputMaybe<TransactionStatus>;
  /** Not equal to this: the opposite of `eq`, so a missing value counts too. */
  readonly ne?: InputMaybe<TransactionStatus>;
  /** Equal to one of these. */
  readonly in?: InputMaybe<ReadonlyArray<TransactionStatus>>;
  /** Equal to none of these: the opposite of `in`, so a missing value counts too. */
  readonly notIn?: InputMaybe<ReadonlyArray<TransactionStatus>>;
  /** true: without a value. false: with one. */
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns. */
export type TransactionWhere = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<TransactionWhere>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<TransactionWhere>>;
  /** Not this. */
  readonly not?: InputMaybe<TransactionWhere>;
  /** Which event it is. Sent again with the same content, it is counted once. */
  readonly id?: InputMaybe<IdFilter>;
  /** Who paid. */
  readonly userId?: InputMaybe<IdFilter>;
  /** What was paid, in `currency`. */
  readonly amount?: InputMaybe<DecimalFilter>;
  /** The currency of `amount`. */
  readonly currency?: InputMaybe<CurrencyCodeFilter>;
  /** How far the payment came. */
  readonly status?: InputMaybe<TransactionStatusFilter>;
  /** What was paid for: travel, groceries. */
  readonly category?: InputMaybe<StringFilter>;
  /** Where the payment was made. */
  readonly country?: InputMaybe<CountryCodeFilter>;
  /** Who was paid. */
  readonly merchant?: InputMaybe<StringFilter>;
  /** When the payment was made. */
  readonly occurredAt?: InputMaybe<DateTimeFilter>;
};

export type TransactionDimension =
  /** Who paid. */
  | 'USER_ID'
  /** The currency of `amount`. */
  | 'CURRENCY'
  /** How far the payment came. */
  | 'STATUS'
  /** What was paid for: travel, groceries. */
  | 'CATEGORY'
  /** Where the payment was made. */
  | 'COUNTRY'
  /** Who was paid. */
  | 'MERCHANT';

export type TransactionMeasure =
  /** How many events. */
  | 'COUNT'
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  | 'USER_ID_DISTINCT'
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_SUM'
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_AVG'
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_MIN'
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_MAX'
  /** 50 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_P50'
  /** 90 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_P90'
  /** 95 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_P95'
  /** 99 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  | 'AMOUNT_P99'
  /** @metric: amountSum where {'status':{'eq':'CAPTURED'}} */
  | 'REVENUE';

/** Measures that may be added up: over windows, over groups, as a share of the whole. */
export type TransactionAdditive =
  | 'COUNT'
  | 'AMOUNT_SUM'
  | 'REVENUE';

/** Filters on the result. */
export type TransactionHaving = {
  /** All of these. */
  readonly and?: InputMaybe<ReadonlyArray<TransactionHaving>>;
  /** At least one of these. */
  readonly or?: InputMaybe<ReadonlyArray<TransactionHaving>>;
  /** Not this. */
  readonly not?: InputMaybe<TransactionHaving>;
  /** How many events. */
  readonly count?: InputMaybe<IntFilter>;
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  readonly userIdDistinct?: InputMaybe<IntFilter>;
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly amountSum?: InputMaybe<DecimalFilter>;
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountAvg?: InputMaybe<DecimalFilter>;
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMin?: InputMaybe<DecimalFilter>;
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMax?: InputMaybe<DecimalFilter>;
  /** 50 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP50?: InputMaybe<DecimalFilter>;
  /** 90 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP90?: InputMaybe<DecimalFilter>;
  /** 95 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP95?: InputMaybe<DecimalFilter>;
  /** 99 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP99?: InputMaybe<DecimalFilter>;
  /** @metric: amountSum where {'status':{'eq':'CAPTURED'}} */
  readonly revenue?: InputMaybe<DecimalFilter>;
};

/** The n greatest groups over the whole range; the rest together as one row with others: true. */
export type TransactionTop = {
  /** 1 to 1000. */
  readonly n: Scalars['Int']['input'];
  /** What makes a group great. */
  readonly by?: TransactionMeasure;
  /** Whether the row of the rest is there. */
  readonly others?: Scalars['Boolean']['input'];
};

export type TransactionMetricsOrderBy =
  | 'START'
  | 'USER_ID'
  | 'CURRENCY'
  | 'STATUS'
  | 'CATEGORY'
  | 'COUNTRY'
  | 'MERCHANT'
  | 'COUNT'
  | 'USER_ID_DISTINCT'
  | 'AMOUNT_SUM'
  | 'AMOUNT_AVG'
  | 'AMOUNT_MIN'
  | 'AMOUNT_MAX'
  | 'AMOUNT_P50'
  | 'AMOUNT_P90'
  | 'AMOUNT_P95'
  | 'AMOUNT_P99'
  | 'REVENUE';

export type TransactionMetricsOrder = {
  /** The start of the window, a dimension of `by`, or a measure, also one that is not selected. */
  readonly by: TransactionMetricsOrderBy;
  /** Rows without a value come last either way. */
  readonly direction?: OrderDirection;
};

export type TransactionMetrics = {
  readonly __typename?: 'TransactionMetrics';
  /** One for each window and group. */
  readonly rows: ReadonlyArray<TransactionMetricsRow>;
  /** There are more rows than `limit` lets through. */
  readonly hasMore: Scalars['Boolean']['output'];
  /** Over the whole range: computed, not added up, so distinct counts and averages are right. */
  readonly total: TransactionMeasures;
  /** The measures of this answer that are estimated, and how well. Empty if none is. */
  readonly approximations: ReadonlyArray<Approximation>;
  /** The rates that amounts were converted with. Empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
  /** How it was computed. */
  readonly explain: Explain;
};

/** One window of one group. Without `every` the window is the range. */
export type TransactionMetricsRow = {
  readonly __typename?: 'TransactionMetricsRow';
  /** Stable for the same question, window and group. */
  readonly id: Scalars['ID']['output'];
  /** The first instant of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after the window. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end: nothing more is expected. A late event may still revise it: see revision. */
  readonly final: Scalars['Boolean']['output'];
  /** Late events counted in it: each is one revision of what was shown before. */
  readonly revision: Scalars['Int']['output'];
  /** The same number: events that came after the watermark had passed them. */
  readonly lateCount: Scalars['SafeInt']['output'];
  /** All groups outside `top` together. */
  readonly others: Scalars['Boolean']['output'];
  /** Who paid. Only with USER_ID in `by`; null for events without one, and for `others`. */
  readonly userId?: Maybe<Scalars['ID']['output']>;
  /** The currency of `amount`. Only with CURRENCY in `by`; null for events without one, and for `others`. */
  readonly currency?: Maybe<CurrencyCode>;
  /** How far the payment came. Only with STATUS in `by`; null for events without one, and for `others`. */
  readonly status?: Maybe<TransactionStatus>;
  /** What was paid for: travel, groceries. Only with CATEGORY in `by`; null for events without one, and for `others`. */
  readonly category?: Maybe<Scalars['String']['output']>;
  /** Where the payment was made. Only with COUNTRY in `by`; null for events without one, and for `others`. */
  readonly country?: Maybe<Scalars['CountryCode']['output']>;
  /** Who was paid. Only with MERCHANT in `by`; null for events without one, and for `others`. */
  readonly merchant?: Maybe<Scalars['String']['output']>;
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  readonly userIdDistinct: Scalars['SafeInt']['output'];
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly amountSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP99?: Maybe<Scalars['Decimal']['output']>;
  /** @metric: amountSum where {'status':{'eq':'CAPTURED'}} */
  readonly revenue?: Maybe<Scalars['Decimal']['output']>;
  /** Per second, or per any other time. */
  readonly rate?: Maybe<Scalars['Float']['output']>;
  /** Of the same window's total: 0 to 1. Null where that is 0. */
  readonly share?: Maybe<Scalars['Float']['output']>;
  /** Cumulative since the start of the range. */
  readonly running?: Maybe<Scalars['Decimal']['output']>;
  /** The same window of the period compared with; null without `compare`. */
  readonly previous?: Maybe<TransactionMeasures>;
  /** Relative to previous: 0.1 is ten percent more. Null where there is nothing to compare with, or zero. */
  readonly change?: Maybe<Scalars['Float']['output']>;
};


/** One window of one group. Without `every` the window is the range. */
export type TransactionMetricsRowRateArgs = {
  of?: TransactionAdditive;
  per?: Scalars['Duration']['input'];
};


/** One window of one group. Without `every` the window is the range. */
export type TransactionMetricsRowShareArgs = {
  of?: TransactionAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type TransactionMetricsRowRunningArgs = {
  of?: TransactionAdditive;
};


/** One window of one group. Without `every` the window is the range. */
export type TransactionMetricsRowChangeArgs = {
  of?: TransactionMeasure;
};

export type TransactionMeasures = {
  readonly __typename?: 'TransactionMeasures';
  /** How many events. */
  readonly count: Scalars['SafeInt']['output'];
  /** How many different values of `userId` there are. Approximate unless exact: true. */
  readonly userIdDistinct: Scalars['SafeInt']['output'];
  /** The sum of `amount`, exact. 0 without any. In one currency, or refused: see `convertTo`. */
  readonly amountSum?: Maybe<Scalars['Decimal']['output']>;
  /** The average of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountAvg?: Maybe<Scalars['Decimal']['output']>;
  /** The least value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMin?: Maybe<Scalars['Decimal']['output']>;
  /** The greatest value of `amount`. Null without any. In one currency, or refused: see `convertTo`. */
  readonly amountMax?: Maybe<Scalars['Decimal']['output']>;
  /** 50 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP50?: Maybe<Scalars['Decimal']['output']>;
  /** 90 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP90?: Maybe<Scalars['Decimal']['output']>;
  /** 95 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP95?: Maybe<Scalars['Decimal']['output']>;
  /** 99 of 100 values of `amount` are at most this. Null without any. Approximate unless exact: true. In one currency, or refused: see `convertTo`. */
  readonly amountP99?: Maybe<Scalars['Decimal']['output']>;
  /** @metric: amountSum where {'status':{'eq':'CAPTURED'}} */
  readonly revenue?: Maybe<Scalars['Decimal']['output']>;
};

export type TransactionConnection = {
  readonly __typename?: 'TransactionConnection';
  /** The events of this page, each with its cursor. */
  readonly edges: ReadonlyArray<TransactionEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Transaction>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** On all pages together. Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was read from. */
  readonly asOf: AsOf;
};

export type TransactionEdge = {
  readonly __typename?: 'TransactionEdge';
  /** Give it as `after` to go on behind this event. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The event. */
  readonly node: Transaction;
};

export type TransactionOrderBy =
  | 'TIME'
  | 'AMOUNT';

export type TransactionOrder = {
  /** When it happened, or a number that it has. */
  readonly by?: TransactionOrderBy;
  /** Events without the number come last either way; equal ones stand in the order of their ids. */
  readonly direction?: OrderDirection;
};

/** One step of a funnel: any event that matches; one event is one step only. */
export type TransactionFunnelStep = {
  /** What it is called in the answer. Null: its number, from 1. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<TransactionWhere>;
};

export type TransactionMetricsUpdate = {
  readonly __typename?: 'TransactionMetricsUpdate';
  /** Whether it is everything, or what changed. */
  readonly type: UpdateType;
  /** Give it as `after` to go on from here after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** SNAPSHOT: all rows. PATCH: those that are new or changed, to be put in place by `id`. */
  readonly rows: ReadonlyArray<TransactionMetricsRow>;
  /** The ids of rows that are gone. Empty in a SNAPSHOT. */
  readonly removed: ReadonlyArray<Scalars['ID']['output']>;
  /** Over the whole range, as it is now. */
  readonly total: TransactionMeasures;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

/** Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed. */
export type TransactionsAdded = {
  readonly __typename?: 'TransactionsAdded';
  /** The events. */
  readonly nodes: ReadonlyArray<Transaction>;
  /** Behind the last of them: give it as `after` to go on after a break. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What was left out before these; null if nothing was. */
  readonly skipped?: Maybe<Skipped>;
};

export type TransactionSource = {
  /** Only events like this; all others are as if they had not happened. Null: all. */
  readonly where?: InputMaybe<TransactionWhere>;
  /** Each value has windows, or matches, of its own. */
  readonly key?: TransactionDimension;
  /** With a window: what is measured in it. At least one. */
  readonly measures?: InputMaybe<ReadonlyArray<TransactionMeasure>>;
  /** Instead of a window: which events, one after another, raise an alert. */
  readonly pattern?: InputMaybe<TransactionPattern>;
};

export type TransactionPattern = {
  /** 1 to 16, in order. */
  readonly steps: ReadonlyArray<TransactionPatternStep>;
  /** From the first event to the last, inclusive: at most 31d. A day is 24 hours here. */
  readonly within: Scalars['Duration']['input'];
  /** Where looking goes on after a match. */
  readonly afterMatch?: AfterMatch;
};

export type TransactionPatternStep = {
  /** A letter, then letters, digits, _ or -: at most 64 in all. Unique among the steps. */
  readonly name: Scalars['String']['input'];
  /** How it follows the step before. */
  readonly contiguity?: Contiguity;
  /** Which events it is. Null: any. */
  readonly where?: InputMaybe<TransactionWhere>;
  /** How many such events, from 1 on. Of all steps together at most 100. */
  readonly times?: Scalars['Int']['input'];
  /** So many or more, as many as there are. */
  readonly orMore?: Scalars['Boolean']['input'];
};

/** What a user can do. */
export type ActivityType =
  /** A page was shown. */
  | 'PAGE_VIEW'
  /** A link or a button was used. */
  | 'CLICK'
  /** Something was looked for. */
  | 'SEARCH'
  /** A form was sent. */
  | 'SUBMIT'
  /** Something was put into the cart. */
  | 'ADD_TO_CART'
  /** A film or a song was started. */
  | 'PLAY'
  /** A new account was made. */
  | 'SIGN_UP'
  /** A known user came back. */
  | 'SIGN_IN'
  /** A user left by their own will. */
  | 'SIGN_OUT';

/** What an app or a site is used on. */
export type Device =
  | 'DESKTOP'
  | 'MOBILE'
  | 'TABLET'
  | 'TV'
  | 'OTHER';

/** How serious a log line is. */
export type LogLevel =
  | 'TRACE'
  | 'DEBUG'
  | 'INFO'
  | 'WARN'
  | 'ERROR'
  | 'FATAL';

/** Where a player plays. */
export type PlayerRole =
  | 'GOALKEEPER'
  | 'DEFENDER'
  | 'MIDFIELDER'
  | 'FORWARD'
  | 'SUBSTITUTE';

/** How a sale was paid. */
export type PaymentMethod =
  | 'CARD'
  | 'BANK_TRANSFER'
  | 'WALLET'
  | 'CASH'
  | 'INVOICE'
  /** A voucher or points: no money moved. */
  | 'VOUCHER';

/** How far a payment came. */
export type TransactionStatus =
  /** The bank agreed; no money has moved yet. */
  | 'AUTHORIZED'
  /** The money has moved. */
  | 'CAPTURED'
  /** The bank refused. */
  | 'DECLINED'
  /** The money went back. */
  | 'REFUNDED';

/** A user who did something lately. */
export type ActiveUser = {
  readonly __typename?: 'ActiveUser';
  /** Whose activities they are. */
  readonly userId: Scalars['ID']['output'];
  /** Different sessions, as the clients count them; activities without one are one session together. */
  readonly sessions: Scalars['Int']['output'];
  /** All that is known of this user. */
  readonly user: User;
};

export type ActiveUserConnection = {
  readonly __typename?: 'ActiveUserConnection';
  /** The users of this page, each with a cursor. */
  readonly edges: ReadonlyArray<ActiveUserEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<ActiveUser>;
  /** Whether there are more, and where this page ends. */
  readonly pageInfo: PageInfo;
  /** Counted only when asked for. */
  readonly totalCount: Scalars['SafeInt']['output'];
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type ActiveUserEdge = {
  readonly __typename?: 'ActiveUserEdge';
  /** Give it as `after` to go on behind this user. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The user. */
  readonly node: ActiveUser;
};

export type PageViews = {
  readonly __typename?: 'PageViews';
  /** The path of the page. */
  readonly path: Scalars['String']['output'];
  /** How often it was seen. */
  readonly views: Scalars['SafeInt']['output'];
  /** By how many different users, counted exactly. */
  readonly uniqueUsers: Scalars['SafeInt']['output'];
};

export type Clicks = {
  readonly __typename?: 'Clicks';
  /** How many there were. */
  readonly totalClicks: Scalars['SafeInt']['output'];
  /** By how many different users, counted exactly. */
  readonly uniqueUsers: Scalars['SafeInt']['output'];
  /** The pages that were clicked on most; `views` are the clicks on the page. */
  readonly topPages: ReadonlyArray<PageViews>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};


export type ClicksTopPagesArgs = {
  first?: Scalars['Int']['input'];
};

export type Money = {
  readonly __typename?: 'Money';
  /** What it is an amount of. */
  readonly currency: CurrencyCode;
  /** Exact. */
  readonly amount: Scalars['Decimal']['output'];
};

export type CategorySales = {
  readonly __typename?: 'CategorySales';
  /** `category` of the sales. */
  readonly category: Scalars['String']['output'];
  /** How many sales: lines of orders. */
  readonly sales: Scalars['SafeInt']['output'];
  /** How many pieces. */
  readonly quantity: Scalars['SafeInt']['output'];
  /** What was paid for them: one sum a currency, or one in that of `convertTo`. */
  readonly amounts: ReadonlyArray<Money>;
};

export type SalesByCategory = {
  readonly __typename?: 'SalesByCategory';
  /** Most sales first. */
  readonly rows: ReadonlyArray<CategorySales>;
  /** The rates that amounts were converted with; empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type SalesWindow = {
  readonly __typename?: 'SalesWindow';
  /** Of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after it. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end. */
  readonly final: Scalars['Boolean']['output'];
  /** How many sales: lines of orders. */
  readonly sales: Scalars['SafeInt']['output'];
  /** How many pieces. */
  readonly quantity: Scalars['SafeInt']['output'];
  /** What was paid for them: one sum a currency, or one in that of `convertTo`. */
  readonly amounts: ReadonlyArray<Money>;
};

export type SalesOverTime = {
  readonly __typename?: 'SalesOverTime';
  /** Windows with sales, oldest first. */
  readonly rows: ReadonlyArray<SalesWindow>;
  /** The rates that amounts were converted with; empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

/** All that a customer ever bought. */
export type CustomerHistory = {
  readonly __typename?: 'CustomerHistory';
  /** As asked for. */
  readonly customerId: Scalars['ID']['output'];
  /** How many sales: lines of orders. */
  readonly sales: Scalars['SafeInt']['output'];
  /** How many pieces. */
  readonly quantity: Scalars['SafeInt']['output'];
  /** When the first was bought; null for who never bought. */
  readonly firstAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the last was bought; null for who never bought. */
  readonly lastAt?: Maybe<Scalars['DateTime']['output']>;
  /** What was paid for them: one sum a currency, or one in that of `convertTo`. */
  readonly amounts: ReadonlyArray<Money>;
  /** Most sales first. */
  readonly categories: ReadonlyArray<CategorySales>;
  /** The rates that amounts were converted with; empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** One by one, newest first. */
  readonly events?: Maybe<SaleConnection>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};


/** All that a customer ever bought. */
export type CustomerHistoryEventsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

export type PaymentPreference = {
  readonly __typename?: 'PaymentPreference';
  /** `paymentMethod` of the sales. */
  readonly paymentMethod: PaymentMethod;
  /** How many sales: lines of orders. */
  readonly sales: Scalars['SafeInt']['output'];
  /** Of all sales: 0 to 1. */
  readonly share: Scalars['Float']['output'];
  /** What was paid for them: one sum a currency, or one in that of `convertTo`. */
  readonly amounts: ReadonlyArray<Money>;
};

export type PaymentPreferences = {
  readonly __typename?: 'PaymentPreferences';
  /** The most used first. */
  readonly rows: ReadonlyArray<PaymentPreference>;
  /** The rates that amounts were converted with; empty without `convertTo`. */
  readonly rates: ReadonlyArray<RateUsed>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type PaymentTrend = {
  readonly __typename?: 'PaymentTrend';
  /** Of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after it. */
  readonly end: Scalars['DateTime']['output'];
  /** The watermark has passed its end. */
  readonly final: Scalars['Boolean']['output'];
  /** `paymentMethod` of the sales. */
  readonly paymentMethod: PaymentMethod;
  /** How many sales of the window were paid so. */
  readonly sales: Scalars['SafeInt']['output'];
  /** Of the window's sales: 0 to 1. */
  readonly share: Scalars['Float']['output'];
};

export type PaymentTrends = {
  readonly __typename?: 'PaymentTrends';
  /** One a window and way of paying, where there were sales. */
  readonly rows: ReadonlyArray<PaymentTrend>;
  /** What it was computed from. */
  readonly asOf: AsOf;
};

export type Player = {
  readonly __typename?: 'Player';
  /** `playerId` of the ratings. */
  readonly id: Scalars['ID']['output'];
  /** The average of all ratings. Null while there is none. */
  readonly ratingNow?: Maybe<Scalars['Float']['output']>;
  /** How many ratings there are, each with all its corrections once. */
  readonly ratingCount: Scalars['SafeInt']['output'];
  /** How the average went. A rating stands in the window in which it was first given, with the value that it has now. */
  readonly ratings?: Maybe<ReadonlyArray<PlayerRatingWindow>>;
};


export type PlayerRatingsArgs = {
  range: TimeRange;
  every?: Scalars['Duration']['input'];
  timeZone?: Scalars['TimeZone']['input'];
};

export type PlayerRatingWindow = {
  readonly __typename?: 'PlayerRatingWindow';
  /** Of the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The first instant after it. */
  readonly end: Scalars['DateTime']['output'];
  /** Of the ratings in it, as they are now. */
  readonly average: Scalars['Float']['output'];
  /** How many these are. */
  readonly count: Scalars['SafeInt']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Event:
    | ( Activity )
    | ( LogLine )
    | ( Rating )
    | ( Sale )
    | ( Transaction )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AlertStatus: AlertStatus;
  Alert: ResolverTypeWrapper<Omit<Alert, 'events'> & { events: ReadonlyArray<ResolversTypes['Event']> }>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  AlertConnection: ResolverTypeWrapper<Omit<AlertConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AlertEdge']>, nodes: ReadonlyArray<ResolversTypes['Alert']> }>;
  AlertEdge: ResolverTypeWrapper<Omit<AlertEdge, 'node'> & { node: ResolversTypes['Alert'] }>;
  AlertWhere: AlertWhere;
  AlertRaised: ResolverTypeWrapper<Omit<AlertRaised, 'alert'> & { alert: ResolversTypes['Alert'] }>;
  TimeRange: TimeRange;
  CalendarUnit: CalendarUnit;
  Compare: Compare;
  Fill: Fill;
  AsOf: ResolverTypeWrapper<AsOf>;
  Explain: ResolverTypeWrapper<Explain>;
  TableNotUsed: ResolverTypeWrapper<TableNotUsed>;
  Approximation: ResolverTypeWrapper<Approximation>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Funnel: ResolverTypeWrapper<Funnel>;
  FunnelStep: ResolverTypeWrapper<FunnelStep>;
  Retention: ResolverTypeWrapper<Retention>;
  RetentionCohort: ResolverTypeWrapper<RetentionCohort>;
  RetentionReturn: ResolverTypeWrapper<RetentionReturn>;
  TopPaths: ResolverTypeWrapper<TopPaths>;
  TopPath: ResolverTypeWrapper<TopPath>;
  Repeats: ResolverTypeWrapper<Repeats>;
  RepeatCount: ResolverTypeWrapper<RepeatCount>;
  Cache: ResolverTypeWrapper<Cache>;
  CacheEntry: ResolverTypeWrapper<CacheEntry>;
  CacheTarget: CacheTarget;
  CacheInvalidation: ResolverTypeWrapper<CacheInvalidation>;
  StoredValue: ResolverTypeWrapper<StoredValue>;
  CurrencyCode: CurrencyCode;
  ErrorCode: ErrorCode;
  Event: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Event']>;
  EventMeta: ResolverTypeWrapper<EventMeta>;
  Position: ResolverTypeWrapper<Position>;
  Trace: ResolverTypeWrapper<Omit<Trace, 'sightings'> & { sightings: ReadonlyArray<ResolversTypes['Sighting']> }>;
  Sighting: ResolverTypeWrapper<Omit<Sighting, 'rejection' | 'alerts'> & { rejection?: Maybe<ResolversTypes['Rejection']>, alerts: ReadonlyArray<ResolversTypes['Alert']> }>;
  IDFilter: IdFilter;
  StringFilter: StringFilter;
  IntFilter: IntFilter;
  FloatFilter: FloatFilter;
  DecimalFilter: DecimalFilter;
  DateTimeFilter: DateTimeFilter;
  DateFilter: DateFilter;
  BooleanFilter: BooleanFilter;
  CurrencyCodeFilter: CurrencyCodeFilter;
  CountryCodeFilter: CountryCodeFilter;
  Verdict: Verdict;
  IngestPayload: ResolverTypeWrapper<Omit<IngestPayload, 'verdicts'> & { verdicts: ReadonlyArray<ResolversTypes['EventVerdict']> }>;
  EventVerdict: ResolverTypeWrapper<Omit<EventVerdict, 'rejection'> & { rejection?: Maybe<ResolversTypes['Rejection']> }>;
  Rejection: ResolverTypeWrapper<Rejection>;
  RejectedEvent: ResolverTypeWrapper<Omit<RejectedEvent, 'rejection'> & { rejection: ResolversTypes['Rejection'] }>;
  PayloadEncoding: PayloadEncoding;
  RejectedEventConnection: ResolverTypeWrapper<Omit<RejectedEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['RejectedEventEdge']>, nodes: ReadonlyArray<ResolversTypes['RejectedEvent']> }>;
  RejectedEventEdge: ResolverTypeWrapper<Omit<RejectedEventEdge, 'node'> & { node: ResolversTypes['RejectedEvent'] }>;
  RejectedAdded: ResolverTypeWrapper<Omit<RejectedAdded, 'event'> & { event: ResolversTypes['RejectedEvent'] }>;
  RejectedEventWhere: RejectedEventWhere;
  JobWindow: JobWindow;
  TumblingWindow: TumblingWindow;
  SlidingWindow: SlidingWindow;
  SessionWindow: SessionWindow;
  Contiguity: Contiguity;
  AfterMatch: AfterMatch;
  LateEvents: LateEvents;
  JobMode: JobMode;
  JobInput: JobInput;
  JobSinks: JobSinks;
  WebhookInput: WebhookInput;
  JobStatus: JobStatus;
  Job: ResolverTypeWrapper<Job>;
  WebhookDeliveries: ResolverTypeWrapper<WebhookDeliveries>;
  GivenUpDelivery: ResolverTypeWrapper<GivenUpDelivery>;
  Checkpoints: ResolverTypeWrapper<Checkpoints>;
  JobResult: ResolverTypeWrapper<JobResult>;
  JobResultWhere: JobResultWhere;
  JobResultConnection: ResolverTypeWrapper<JobResultConnection>;
  JobResultEdge: ResolverTypeWrapper<JobResultEdge>;
  JobResultAdded: ResolverTypeWrapper<JobResultAdded>;
  JobPayload: ResolverTypeWrapper<JobPayload>;
  UserError: ResolverTypeWrapper<UserError>;
  Backtest: ResolverTypeWrapper<Omit<Backtest, 'onlyHere' | 'onlyLive'> & { onlyHere: ReadonlyArray<ResolversTypes['Alert']>, onlyLive: ReadonlyArray<ResolversTypes['Alert']> }>;
  JobSource: JobSource;
  KindInfo: ResolverTypeWrapper<KindInfo>;
  DimensionInfo: ResolverTypeWrapper<DimensionInfo>;
  MeasureInfo: ResolverTypeWrapper<MeasureInfo>;
  RollupInfo: ResolverTypeWrapper<RollupInfo>;
  LateEvent: ResolverTypeWrapper<Omit<LateEvent, 'event'> & { event: ResolversTypes['Event'] }>;
  LateEventAdded: ResolverTypeWrapper<Omit<LateEventAdded, 'event'> & { event: ResolversTypes['LateEvent'] }>;
  Ledger: ResolverTypeWrapper<Ledger>;
  LedgerPartition: ResolverTypeWrapper<LedgerPartition>;
  OffsetRange: ResolverTypeWrapper<OffsetRange>;
  PartitionLag: ResolverTypeWrapper<PartitionLag>;
  ReaderGroup: ReaderGroup;
  UpdateType: UpdateType;
  Skipped: ResolverTypeWrapper<Skipped>;
  PipelineStatus: PipelineStatus;
  Pipeline: ResolverTypeWrapper<Pipeline>;
  Intake: ResolverTypeWrapper<Intake>;
  RateUsed: ResolverTypeWrapper<RateUsed>;
  RateInput: RateInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RunStatus: RunStatus;
  Run: ResolverTypeWrapper<Run>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  Duration: ResolverTypeWrapper<Scalars['Duration']['output']>;
  TimeZone: ResolverTypeWrapper<Scalars['TimeZone']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  Offset: ResolverTypeWrapper<Scalars['Offset']['output']>;
  Version: ResolverTypeWrapper<Scalars['Version']['output']>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  CountryCode: ResolverTypeWrapper<Scalars['CountryCode']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  OrderDirection: OrderDirection;
  Kind: Kind;
  SearchMatch: SearchMatch;
  Highlight: ResolverTypeWrapper<Highlight>;
  HighlightPart: ResolverTypeWrapper<HighlightPart>;
  Session: ResolverTypeWrapper<Session>;
  SessionConnection: ResolverTypeWrapper<SessionConnection>;
  SessionEdge: ResolverTypeWrapper<SessionEdge>;
  SessionWhere: SessionWhere;
  SessionUpdated: ResolverTypeWrapper<SessionUpdated>;
  User: ResolverTypeWrapper<Omit<User, 'alerts'> & { alerts?: Maybe<ResolversTypes['AlertConnection']> }>;
  Activity: ResolverTypeWrapper<Activity>;
  ActivityInput: ActivityInput;
  ActivityTypeFilter: ActivityTypeFilter;
  DeviceFilter: DeviceFilter;
  ActivityWhere: ActivityWhere;
  ActivityDimension: ActivityDimension;
  ActivityMeasure: ActivityMeasure;
  ActivityAdditive: ActivityAdditive;
  ActivityHaving: ActivityHaving;
  ActivityTop: ActivityTop;
  ActivityMetricsOrderBy: ActivityMetricsOrderBy;
  ActivityMetricsOrder: ActivityMetricsOrder;
  ActivityMetrics: ResolverTypeWrapper<ActivityMetrics>;
  ActivityMetricsRow: ResolverTypeWrapper<ActivityMetricsRow>;
  ActivityMeasures: ResolverTypeWrapper<ActivityMeasures>;
  ActivityConnection: ResolverTypeWrapper<ActivityConnection>;
  ActivityEdge: ResolverTypeWrapper<ActivityEdge>;
  ActivityOrderBy: ActivityOrderBy;
  ActivityOrder: ActivityOrder;
  ActivityFunnelStep: ActivityFunnelStep;
  ActivityMetricsUpdate: ResolverTypeWrapper<ActivityMetricsUpdate>;
  ActivitiesAdded: ResolverTypeWrapper<ActivitiesAdded>;
  ActivitySource: ActivitySource;
  ActivityPattern: ActivityPattern;
  ActivityPatternStep: ActivityPatternStep;
  LogLine: ResolverTypeWrapper<LogLine>;
  LogLineInput: LogLineInput;
  LogLevelFilter: LogLevelFilter;
  LogLineWhere: LogLineWhere;
  LogLineDimension: LogLineDimension;
  LogLineMeasure: LogLineMeasure;
  LogLineAdditive: LogLineAdditive;
  LogLineHaving: LogLineHaving;
  LogLineTop: LogLineTop;
  LogLineMetricsOrderBy: LogLineMetricsOrderBy;
  LogLineMetricsOrder: LogLineMetricsOrder;
  LogLineMetrics: ResolverTypeWrapper<LogLineMetrics>;
  LogLineMetricsRow: ResolverTypeWrapper<LogLineMetricsRow>;
  LogLineMeasures: ResolverTypeWrapper<LogLineMeasures>;
  LogLineConnection: ResolverTypeWrapper<LogLineConnection>;
  LogLineEdge: ResolverTypeWrapper<LogLineEdge>;
  LogLineOrderBy: LogLineOrderBy;
  LogLineOrder: LogLineOrder;
  LogLineSearch: ResolverTypeWrapper<LogLineSearch>;
  LogLineSearchEdge: ResolverTypeWrapper<LogLineSearchEdge>;
  LogLineMetricsUpdate: ResolverTypeWrapper<LogLineMetricsUpdate>;
  LogLinesAdded: ResolverTypeWrapper<LogLinesAdded>;
  LogLineSource: LogLineSource;
  LogLinePattern: LogLinePattern;
  LogLinePatternStep: LogLinePatternStep;
  Rating: ResolverTypeWrapper<Rating>;
  RatingInput: RatingInput;
  PlayerRoleFilter: PlayerRoleFilter;
  RatingWhere: RatingWhere;
  RatingDimension: RatingDimension;
  RatingMeasure: RatingMeasure;
  RatingAdditive: RatingAdditive;
  RatingHaving: RatingHaving;
  RatingTop: RatingTop;
  RatingMetricsOrderBy: RatingMetricsOrderBy;
  RatingMetricsOrder: RatingMetricsOrder;
  RatingMetrics: ResolverTypeWrapper<RatingMetrics>;
  RatingMetricsRow: ResolverTypeWrapper<RatingMetricsRow>;
  RatingMeasures: ResolverTypeWrapper<RatingMeasures>;
  RatingConnection: ResolverTypeWrapper<RatingConnection>;
  RatingEdge: ResolverTypeWrapper<RatingEdge>;
  RatingOrderBy: RatingOrderBy;
  RatingOrder: RatingOrder;
  RatingFunnelStep: RatingFunnelStep;
  RatingMetricsUpdate: ResolverTypeWrapper<RatingMetricsUpdate>;
  RatingsAdded: ResolverTypeWrapper<RatingsAdded>;
  RatingSource: RatingSource;
  RatingPattern: RatingPattern;
  RatingPatternStep: RatingPatternStep;
  Sale: ResolverTypeWrapper<Sale>;
  SaleInput: SaleInput;
  PaymentMethodFilter: PaymentMethodFilter;
  SaleWhere: SaleWhere;
  SaleDimension: SaleDimension;
  SaleMeasure: SaleMeasure;
  SaleAdditive: SaleAdditive;
  SaleHaving: SaleHaving;
  SaleTop: SaleTop;
  SaleMetricsOrderBy: SaleMetricsOrderBy;
  SaleMetricsOrder: SaleMetricsOrder;
  SaleMetrics: ResolverTypeWrapper<SaleMetrics>;
  SaleMetricsRow: ResolverTypeWrapper<SaleMetricsRow>;
  SaleMeasures: ResolverTypeWrapper<SaleMeasures>;
  SaleConnection: ResolverTypeWrapper<SaleConnection>;
  SaleEdge: ResolverTypeWrapper<SaleEdge>;
  SaleOrderBy: SaleOrderBy;
  SaleOrder: SaleOrder;
  SaleFunnelStep: SaleFunnelStep;
  SaleSearch: ResolverTypeWrapper<SaleSearch>;
  SaleSearchEdge: ResolverTypeWrapper<SaleSearchEdge>;
  SaleMetricsUpdate: ResolverTypeWrapper<SaleMetricsUpdate>;
  SalesAdded: ResolverTypeWrapper<SalesAdded>;
  SaleSource: SaleSource;
  SalePattern: SalePattern;
  SalePatternStep: SalePatternStep;
  Transaction: ResolverTypeWrapper<Transaction>;
  TransactionInput: TransactionInput;
  TransactionStatusFilter: TransactionStatusFilter;
  TransactionWhere: TransactionWhere;
  TransactionDimension: TransactionDimension;
  TransactionMeasure: TransactionMeasure;
  TransactionAdditive: TransactionAdditive;
  TransactionHaving: TransactionHaving;
  TransactionTop: TransactionTop;
  TransactionMetricsOrderBy: TransactionMetricsOrderBy;
  TransactionMetricsOrder: TransactionMetricsOrder;
  TransactionMetrics: ResolverTypeWrapper<TransactionMetrics>;
  TransactionMetricsRow: ResolverTypeWrapper<TransactionMetricsRow>;
  TransactionMeasures: ResolverTypeWrapper<TransactionMeasures>;
  TransactionConnection: ResolverTypeWrapper<TransactionConnection>;
  TransactionEdge: ResolverTypeWrapper<TransactionEdge>;
  TransactionOrderBy: TransactionOrderBy;
  TransactionOrder: TransactionOrder;
  TransactionFunnelStep: TransactionFunnelStep;
  TransactionMetricsUpdate: ResolverTypeWrapper<TransactionMetricsUpdate>;
  TransactionsAdded: ResolverTypeWrapper<TransactionsAdded>;
  TransactionSource: TransactionSource;
  TransactionPattern: TransactionPattern;
  TransactionPatternStep: TransactionPatternStep;
  ActivityType: ActivityType;
  Device: Device;
  LogLevel: LogLevel;
  PlayerRole: PlayerRole;
  PaymentMethod: PaymentMethod;
  TransactionStatus: TransactionStatus;
  ActiveUser: ResolverTypeWrapper<Omit<ActiveUser, 'user'> & { user: ResolversTypes['User'] }>;
  ActiveUserConnection: ResolverTypeWrapper<Omit<ActiveUserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ActiveUserEdge']>, nodes: ReadonlyArray<ResolversTypes['ActiveUser']> }>;
  ActiveUserEdge: ResolverTypeWrapper<Omit<ActiveUserEdge, 'node'> & { node: ResolversTypes['ActiveUser'] }>;
  PageViews: ResolverTypeWrapper<PageViews>;
  Clicks: ResolverTypeWrapper<Clicks>;
  Money: ResolverTypeWrapper<Money>;
  CategorySales: ResolverTypeWrapper<CategorySales>;
  SalesByCategory: ResolverTypeWrapper<SalesByCategory>;
  SalesWindow: ResolverTypeWrapper<SalesWindow>;
  SalesOverTime: ResolverTypeWrapper<SalesOverTime>;
  CustomerHistory: ResolverTypeWrapper<CustomerHistory>;
  PaymentPreference: ResolverTypeWrapper<PaymentPreference>;
  PaymentPreferences: ResolverTypeWrapper<PaymentPreferences>;
  PaymentTrend: ResolverTypeWrapper<PaymentTrend>;
  PaymentTrends: ResolverTypeWrapper<PaymentTrends>;
  Player: ResolverTypeWrapper<Player>;
  PlayerRatingWindow: ResolverTypeWrapper<PlayerRatingWindow>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Alert: Omit<Alert, 'events'> & { events: ReadonlyArray<ResolversParentTypes['Event']> };
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
  AlertConnection: Omit<AlertConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AlertEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Alert']> };
  AlertEdge: Omit<AlertEdge, 'node'> & { node: ResolversParentTypes['Alert'] };
  AlertWhere: AlertWhere;
  AlertRaised: Omit<AlertRaised, 'alert'> & { alert: ResolversParentTypes['Alert'] };
  TimeRange: TimeRange;
  Compare: Compare;
  AsOf: AsOf;
  Explain: Explain;
  TableNotUsed: TableNotUsed;
  Approximation: Approximation;
  Float: Scalars['Float']['output'];
  PageInfo: PageInfo;
  Funnel: Funnel;
  FunnelStep: FunnelStep;
  Retention: Retention;
  RetentionCohort: RetentionCohort;
  RetentionReturn: RetentionReturn;
  TopPaths: TopPaths;
  TopPath: TopPath;
  Repeats: Repeats;
  RepeatCount: RepeatCount;
  Cache: Cache;
  CacheEntry: CacheEntry;
  CacheTarget: CacheTarget;
  CacheInvalidation: CacheInvalidation;
  StoredValue: StoredValue;
  Event: ResolversInterfaceTypes<ResolversParentTypes>['Event'];
  EventMeta: EventMeta;
  Position: Position;
  Trace: Omit<Trace, 'sightings'> & { sightings: ReadonlyArray<ResolversParentTypes['Sighting']> };
  Sighting: Omit<Sighting, 'rejection' | 'alerts'> & { rejection?: Maybe<ResolversParentTypes['Rejection']>, alerts: ReadonlyArray<ResolversParentTypes['Alert']> };
  IDFilter: IdFilter;
  StringFilter: StringFilter;
  IntFilter: IntFilter;
  FloatFilter: FloatFilter;
  DecimalFilter: DecimalFilter;
  DateTimeFilter: DateTimeFilter;
  DateFilter: DateFilter;
  BooleanFilter: BooleanFilter;
  CurrencyCodeFilter: CurrencyCodeFilter;
  CountryCodeFilter: CountryCodeFilter;
  IngestPayload: Omit<IngestPayload, 'verdicts'> & { verdicts: ReadonlyArray<ResolversParentTypes['EventVerdict']> };
  EventVerdict: Omit<EventVerdict, 'rejection'> & { rejection?: Maybe<ResolversParentTypes['Rejection']> };
  Rejection: Rejection;
  RejectedEvent: Omit<RejectedEvent, 'rejection'> & { rejection: ResolversParentTypes['Rejection'] };
  RejectedEventConnection: Omit<RejectedEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['RejectedEventEdge']>, nodes: ReadonlyArray<ResolversParentTypes['RejectedEvent']> };
  RejectedEventEdge: Omit<RejectedEventEdge, 'node'> & { node: ResolversParentTypes['RejectedEvent'] };
  RejectedAdded: Omit<RejectedAdded, 'event'> & { event: ResolversParentTypes['RejectedEvent'] };
  RejectedEventWhere: RejectedEventWhere;
  JobWindow: JobWindow;
  TumblingWindow: TumblingWindow;
  SlidingWindow: SlidingWindow;
  SessionWindow: SessionWindow;
  JobInput: JobInput;
  JobSinks: JobSinks;
  WebhookInput: WebhookInput;
  Job: Job;
  WebhookDeliveries: WebhookDeliveries;
  GivenUpDelivery: GivenUpDelivery;
  Checkpoints: Checkpoints;
  JobResult: JobResult;
  JobResultWhere: JobResultWhere;
  JobResultConnection: JobResultConnection;
  JobResultEdge: JobResultEdge;
  JobResultAdded: JobResultAdded;
  JobPayload: JobPayload;
  UserError: UserError;
  Backtest: Omit<Backtest, 'onlyHere' | 'onlyLive'> & { onlyHere: ReadonlyArray<ResolversParentTypes['Alert']>, onlyLive: ReadonlyArray<ResolversParentTypes['Alert']> };
  JobSource: JobSource;
  KindInfo: KindInfo;
  DimensionInfo: DimensionInfo;
  MeasureInfo: MeasureInfo;
  RollupInfo: RollupInfo;
  LateEvent: Omit<LateEvent, 'event'> & { event: ResolversParentTypes['Event'] };
  LateEventAdded: Omit<LateEventAdded, 'event'> & { event: ResolversParentTypes['LateEvent'] };
  Ledger: Ledger;
  LedgerPartition: LedgerPartition;
  OffsetRange: OffsetRange;
  PartitionLag: PartitionLag;
  Skipped: Skipped;
  Pipeline: Pipeline;
  Intake: Intake;
  RateUsed: RateUsed;
  RateInput: RateInput;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Run: Run;
  DateTime: Scalars['DateTime']['output'];
  Date: Scalars['Date']['output'];
  Duration: Scalars['Duration']['output'];
  TimeZone: Scalars['TimeZone']['output'];
  Decimal: Scalars['Decimal']['output'];
  SafeInt: Scalars['SafeInt']['output'];
  Offset: Scalars['Offset']['output'];
  Version: Scalars['Version']['output'];
  Cursor: Scalars['Cursor']['output'];
  CountryCode: Scalars['CountryCode']['output'];
  JSON: Scalars['JSON']['output'];
  Highlight: Highlight;
  HighlightPart: HighlightPart;
  Session: Session;
  SessionConnection: SessionConnection;
  SessionEdge: SessionEdge;
  SessionWhere: SessionWhere;
  SessionUpdated: SessionUpdated;
  User: Omit<User, 'alerts'> & { alerts?: Maybe<ResolversParentTypes['AlertConnection']> };
  Activity: Activity;
  ActivityInput: ActivityInput;
  ActivityTypeFilter: ActivityTypeFilter;
  DeviceFilter: DeviceFilter;
  ActivityWhere: ActivityWhere;
  ActivityHaving: ActivityHaving;
  ActivityTop: ActivityTop;
  ActivityMetricsOrder: ActivityMetricsOrder;
  ActivityMetrics: ActivityMetrics;
  ActivityMetricsRow: ActivityMetricsRow;
  ActivityMeasures: ActivityMeasures;
  ActivityConnection: ActivityConnection;
  ActivityEdge: ActivityEdge;
  ActivityOrder: ActivityOrder;
  ActivityFunnelStep: ActivityFunnelStep;
  ActivityMetricsUpdate: ActivityMetricsUpdate;
  ActivitiesAdded: ActivitiesAdded;
  ActivitySource: ActivitySource;
  ActivityPattern: ActivityPattern;
  ActivityPatternStep: ActivityPatternStep;
  LogLine: LogLine;
  LogLineInput: LogLineInput;
  LogLevelFilter: LogLevelFilter;
  LogLineWhere: LogLineWhere;
  LogLineHaving: LogLineHaving;
  LogLineTop: LogLineTop;
  LogLineMetricsOrder: LogLineMetricsOrder;
  LogLineMetrics: LogLineMetrics;
  LogLineMetricsRow: LogLineMetricsRow;
  LogLineMeasures: LogLineMeasures;
  LogLineConnection: LogLineConnection;
  LogLineEdge: LogLineEdge;
  LogLineOrder: LogLineOrder;
  LogLineSearch: LogLineSearch;
  LogLineSearchEdge: LogLineSearchEdge;
  LogLineMetricsUpdate: LogLineMetricsUpdate;
  LogLinesAdded: LogLinesAdded;
  LogLineSource: LogLineSource;
  LogLinePattern: LogLinePattern;
  LogLinePatternStep: LogLinePatternStep;
  Rating: Rating;
  RatingInput: RatingInput;
  PlayerRoleFilter: PlayerRoleFilter;
  RatingWhere: RatingWhere;
  RatingHaving: RatingHaving;
  RatingTop: RatingTop;
  RatingMetricsOrder: RatingMetricsOrder;
  RatingMetrics: RatingMetrics;
  RatingMetricsRow: RatingMetricsRow;
  RatingMeasures: RatingMeasures;
  RatingConnection: RatingConnection;
  RatingEdge: RatingEdge;
  RatingOrder: RatingOrder;
  RatingFunnelStep: RatingFunnelStep;
  RatingMetricsUpdate: RatingMetricsUpdate;
  RatingsAdded: RatingsAdded;
  RatingSource: RatingSource;
  RatingPattern: RatingPattern;
  RatingPatternStep: RatingPatternStep;
  Sale: Sale;
  SaleInput: SaleInput;
  PaymentMethodFilter: PaymentMethodFilter;
  SaleWhere: SaleWhere;
  SaleHaving: SaleHaving;
  SaleTop: SaleTop;
  SaleMetricsOrder: SaleMetricsOrder;
  SaleMetrics: SaleMetrics;
  SaleMetricsRow: SaleMetricsRow;
  SaleMeasures: SaleMeasures;
  SaleConnection: SaleConnection;
  SaleEdge: SaleEdge;
  SaleOrder: SaleOrder;
  SaleFunnelStep: SaleFunnelStep;
  SaleSearch: SaleSearch;
  SaleSearchEdge: SaleSearchEdge;
  SaleMetricsUpdate: SaleMetricsUpdate;
  SalesAdded: SalesAdded;
  SaleSource: SaleSource;
  SalePattern: SalePattern;
  SalePatternStep: SalePatternStep;
  Transaction: Transaction;
  TransactionInput: TransactionInput;
  TransactionStatusFilter: TransactionStatusFilter;
  TransactionWhere: TransactionWhere;
  TransactionHaving: TransactionHaving;
  TransactionTop: TransactionTop;
  TransactionMetricsOrder: TransactionMetricsOrder;
  TransactionMetrics: TransactionMetrics;
  TransactionMetricsRow: TransactionMetricsRow;
  TransactionMeasures: TransactionMeasures;
  TransactionConnection: TransactionConnection;
  TransactionEdge: TransactionEdge;
  TransactionOrder: TransactionOrder;
  TransactionFunnelStep: TransactionFunnelStep;
  TransactionMetricsUpdate: TransactionMetricsUpdate;
  TransactionsAdded: TransactionsAdded;
  TransactionSource: TransactionSource;
  TransactionPattern: TransactionPattern;
  TransactionPatternStep: TransactionPatternStep;
  ActiveUser: Omit<ActiveUser, 'user'> & { user: ResolversParentTypes['User'] };
  ActiveUserConnection: Omit<ActiveUserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ActiveUserEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ActiveUser']> };
  ActiveUserEdge: Omit<ActiveUserEdge, 'node'> & { node: ResolversParentTypes['ActiveUser'] };
  PageViews: PageViews;
  Clicks: Clicks;
  Money: Money;
  CategorySales: CategorySales;
  SalesByCategory: SalesByCategory;
  SalesWindow: SalesWindow;
  SalesOverTime: SalesOverTime;
  CustomerHistory: CustomerHistory;
  PaymentPreference: PaymentPreference;
  PaymentPreferences: PaymentPreferences;
  PaymentTrend: PaymentTrend;
  PaymentTrends: PaymentTrends;
  Player: Player;
  PlayerRatingWindow: PlayerRatingWindow;
};

export type AlertResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  ruleVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  matchedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  raisedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  events?: Resolver<ReadonlyArray<ResolversTypes['Event']>, ParentType, ContextType>;
  shadow?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['AlertStatus'], ParentType, ContextType>;
  acknowledgedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  acknowledgedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AlertConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertConnection'] = ResolversParentTypes['AlertConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AlertEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Alert']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type AlertEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertEdge'] = ResolversParentTypes['AlertEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
};

export type AlertRaisedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertRaised'] = ResolversParentTypes['AlertRaised']> = {
  alert?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type AsOfResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AsOf'] = ResolversParentTypes['AsOf']> = {
  version?: Resolver<ResolversTypes['Version'], ParentType, ContextType>;
  watermark?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  tables?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ExplainResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Explain'] = ResolversParentTypes['Explain']> = {
  table?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  notUsed?: Resolver<ReadonlyArray<ResolversTypes['TableNotUsed']>, ParentType, ContextType>;
  rowsRead?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  bytesRead?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  segments?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  segmentsReused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  advice?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sql?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TableNotUsedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TableNotUsed'] = ResolversParentTypes['TableNotUsed']> = {
  table?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ApproximationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Approximation'] = ResolversParentTypes['Approximation']> = {
  measure?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  relativeError?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type FunnelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Funnel'] = ResolversParentTypes['Funnel']> = {
  steps?: Resolver<ReadonlyArray<ResolversTypes['FunnelStep']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type FunnelStepResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['FunnelStep'] = ResolversParentTypes['FunnelStep']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  users?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  shareOfPrevious?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type RetentionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Retention'] = ResolversParentTypes['Retention']> = {
  cohorts?: Resolver<ReadonlyArray<ResolversTypes['RetentionCohort']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type RetentionCohortResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RetentionCohort'] = ResolversParentTypes['RetentionCohort']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  users?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  returns?: Resolver<ReadonlyArray<ResolversTypes['RetentionReturn']>, ParentType, ContextType>;
};

export type RetentionReturnResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RetentionReturn'] = ResolversParentTypes['RetentionReturn']> = {
  after?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  users?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type TopPathsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TopPaths'] = ResolversParentTypes['TopPaths']> = {
  paths?: Resolver<ReadonlyArray<ResolversTypes['TopPath']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type TopPathResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TopPath'] = ResolversParentTypes['TopPath']> = {
  values?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  users?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RepeatsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Repeats'] = ResolversParentTypes['Repeats']> = {
  users?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  repeated?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  eventsPerUser?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  gapMsP50?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  counts?: Resolver<ReadonlyArray<ResolversTypes['RepeatCount']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type RepeatCountResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RepeatCount'] = ResolversParentTypes['RepeatCount']> = {
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  orMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  users?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type CacheResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Cache'] = ResolversParentTypes['Cache']> = {
  hitRatio?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  entryCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  evictions?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  entries?: Resolver<ReadonlyArray<ResolversTypes['CacheEntry']>, ParentType, ContextType, RequireFields<CacheEntriesArgs, 'first'>>;
  entry?: Resolver<Maybe<ResolversTypes['CacheEntry']>, ParentType, ContextType, RequireFields<CacheEntryArgs, 'key'>>;
};

export type CacheEntryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CacheEntry'] = ResolversParentTypes['CacheEntry']> = {
  key?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  whole?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  kinds?: Resolver<ReadonlyArray<ResolversTypes['Kind']>, ParentType, ContextType>;
  question?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  range?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Version'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  hits?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CacheInvalidationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CacheInvalidation'] = ResolversParentTypes['CacheInvalidation']> = {
  removed?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  bytesFreed?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type StoredValueResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['StoredValue'] = ResolversParentTypes['StoredValue']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type EventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Event'] = ResolversParentTypes['Event']> = {
  __resolveType: TypeResolveFn<'Activity' | 'LogLine' | 'Rating' | 'Sale' | 'Transaction', ParentType, ContextType>;
};

export type EventMetaResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['EventMeta'] = ResolversParentTypes['EventMeta']> = {
  kind?: Resolver<ResolversTypes['Kind'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  late?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PositionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Position'] = ResolversParentTypes['Position']> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  offset?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
};

export type TraceResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Trace'] = ResolversParentTypes['Trace']> = {
  kind?: Resolver<ResolversTypes['Kind'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sightings?: Resolver<ReadonlyArray<ResolversTypes['Sighting']>, ParentType, ContextType>;
};

export type SightingResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Sighting'] = ResolversParentTypes['Sighting']> = {
  verdict?: Resolver<ResolversTypes['Verdict'], ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  rejection?: Resolver<Maybe<ResolversTypes['Rejection']>, ParentType, ContextType>;
  loadedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  countedIn?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  alerts?: Resolver<ReadonlyArray<ResolversTypes['Alert']>, ParentType, ContextType>;
};

export type IngestPayloadResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['IngestPayload'] = ResolversParentTypes['IngestPayload']> = {
  admitted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  duplicates?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rejected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  verdicts?: Resolver<ReadonlyArray<ResolversTypes['EventVerdict']>, ParentType, ContextType, Partial<IngestPayloadVerdictsArgs>>;
  version?: Resolver<ResolversTypes['Version'], ParentType, ContextType>;
  visible?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type EventVerdictResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['EventVerdict'] = ResolversParentTypes['EventVerdict']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['Verdict'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  rejection?: Resolver<Maybe<ResolversTypes['Rejection']>, ParentType, ContextType>;
};

export type RejectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Rejection'] = ResolversParentTypes['Rejection']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  pointer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expected?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  got?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RejectedEventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RejectedEvent'] = ResolversParentTypes['RejectedEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['Kind']>, ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rejection?: Resolver<ResolversTypes['Rejection'], ParentType, ContextType>;
  payload?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  payloadEncoding?: Resolver<ResolversTypes['PayloadEncoding'], ParentType, ContextType>;
  replayedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type RejectedEventConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RejectedEventConnection'] = ResolversParentTypes['RejectedEventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RejectedEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['RejectedEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RejectedEventEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RejectedEventEdge'] = ResolversParentTypes['RejectedEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RejectedEvent'], ParentType, ContextType>;
};

export type RejectedAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RejectedAdded'] = ResolversParentTypes['RejectedAdded']> = {
  event?: Resolver<ResolversTypes['RejectedEvent'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type JobResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Job'] = ResolversParentTypes['Job']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mode?: Resolver<ResolversTypes['JobMode'], ParentType, ContextType>;
  builtIn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['JobStatus'], ParentType, ContextType>;
  uptimeMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  recordsProcessed?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  throughput?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  watermark?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  late?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  stateKeys?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  stateBytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  checkpoints?: Resolver<ResolversTypes['Checkpoints'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['WebhookDeliveries']>, ParentType, ContextType>;
  results?: Resolver<ResolversTypes['JobResultConnection'], ParentType, ContextType, RequireFields<JobResultsArgs, 'first'>>;
};

export type WebhookDeliveriesResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WebhookDeliveries'] = ResolversParentTypes['WebhookDeliveries']> = {
  delivered?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  givenUp?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lastGivenUp?: Resolver<ReadonlyArray<ResolversTypes['GivenUpDelivery']>, ParentType, ContextType>;
};

export type GivenUpDeliveryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['GivenUpDelivery'] = ResolversParentTypes['GivenUpDelivery']> = {
  delivery?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  alert?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CheckpointsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Checkpoints'] = ResolversParentTypes['Checkpoints']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lastAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
};

export type JobResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['JobResult'] = ResolversParentTypes['JobResult']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  values?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type JobResultConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['JobResultConnection'] = ResolversParentTypes['JobResultConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['JobResultEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['JobResult']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type JobResultEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['JobResultEdge'] = ResolversParentTypes['JobResultEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['JobResult'], ParentType, ContextType>;
};

export type JobResultAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['JobResultAdded'] = ResolversParentTypes['JobResultAdded']> = {
  result?: Resolver<ResolversTypes['JobResult'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type JobPayloadResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['JobPayload'] = ResolversParentTypes['JobPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type BacktestResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Backtest'] = ResolversParentTypes['Backtest']> = {
  run?: Resolver<ResolversTypes['Run'], ParentType, ContextType>;
  alerts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  onlyHere?: Resolver<ReadonlyArray<ResolversTypes['Alert']>, ParentType, ContextType>;
  onlyHereCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  onlyLive?: Resolver<ReadonlyArray<ResolversTypes['Alert']>, ParentType, ContextType>;
  onlyLiveCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type KindInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['KindInfo'] = ResolversParentTypes['KindInfo']> = {
  kind?: Resolver<ResolversTypes['Kind'], ParentType, ContextType>;
  plural?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  dimensions?: Resolver<ReadonlyArray<ResolversTypes['DimensionInfo']>, ParentType, ContextType>;
  measures?: Resolver<ReadonlyArray<ResolversTypes['MeasureInfo']>, ParentType, ContextType>;
  rollups?: Resolver<ReadonlyArray<ResolversTypes['RollupInfo']>, ParentType, ContextType>;
  jsonSchema?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  sdl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DimensionInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['DimensionInfo'] = ResolversParentTypes['DimensionInfo']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  high?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MeasureInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MeasureInfo'] = ResolversParentTypes['MeasureInfo']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  additive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  approximate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  money?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RollupInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RollupInfo'] = ResolversParentTypes['RollupInfo']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  by?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  every?: Resolver<ResolversTypes['Duration'], ParentType, ContextType>;
  rows?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rowsPerEvent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type LateEventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LateEvent'] = ResolversParentTypes['LateEvent']> = {
  event?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
  missedWindowEnd?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  byMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  corrected?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type LateEventAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LateEventAdded'] = ResolversParentTypes['LateEventAdded']> = {
  event?: Resolver<ResolversTypes['LateEvent'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type LedgerResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Ledger'] = ResolversParentTypes['Ledger']> = {
  expected?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  seen?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  gaps?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  duplicates?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  gapRanges?: Resolver<ReadonlyArray<ResolversTypes['OffsetRange']>, ParentType, ContextType>;
  duplicateRanges?: Resolver<ReadonlyArray<ResolversTypes['OffsetRange']>, ParentType, ContextType>;
  partitions?: Resolver<ReadonlyArray<ResolversTypes['LedgerPartition']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type LedgerPartitionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LedgerPartition'] = ResolversParentTypes['LedgerPartition']> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastOffset?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
  loadedOffset?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  watermark?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type OffsetRangeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['OffsetRange'] = ResolversParentTypes['OffsetRange']> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  first?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
  last?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
};

export type PartitionLagResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PartitionLag'] = ResolversParentTypes['PartitionLag']> = {
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  group?: Resolver<ResolversTypes['ReaderGroup'], ParentType, ContextType>;
  committedOffset?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
  endOffset?: Resolver<ResolversTypes['Offset'], ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type SkippedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Skipped'] = ResolversParentTypes['Skipped']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  readFrom?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
};

export type PipelineResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Pipeline'] = ResolversParentTypes['Pipeline']> = {
  status?: Resolver<ResolversTypes['PipelineStatus'], ParentType, ContextType>;
  eventsPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  freshnessMsP50?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  freshnessMsP99?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rejectedLastHour?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lateLastHour?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  subscribers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cacheHitRatio?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  ledger?: Resolver<ResolversTypes['Ledger'], ParentType, ContextType>;
  intake?: Resolver<ResolversTypes['Intake'], ParentType, ContextType>;
};

export type IntakeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Intake'] = ResolversParentTypes['Intake']> = {
  received?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  counted?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  duplicates?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rejected?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  onTheWay?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RateUsedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RateUsed'] = ResolversParentTypes['RateUsed']> = {
  from?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  day?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  rate?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  ledger?: Resolver<Maybe<ResolversTypes['Ledger']>, ParentType, ContextType, Partial<QueryLedgerArgs>>;
  lag?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PartitionLag']>>, ParentType, ContextType>;
  trace?: Resolver<Maybe<ResolversTypes['Trace']>, ParentType, ContextType, RequireFields<QueryTraceArgs, 'kind' | 'id'>>;
  rejected?: Resolver<Maybe<ResolversTypes['RejectedEventConnection']>, ParentType, ContextType, RequireFields<QueryRejectedArgs, 'first'>>;
  kinds?: Resolver<Maybe<ReadonlyArray<ResolversTypes['KindInfo']>>, ParentType, ContextType>;
  alert?: Resolver<Maybe<ResolversTypes['Alert']>, ParentType, ContextType, RequireFields<QueryAlertArgs, 'id'>>;
  alerts?: Resolver<Maybe<ResolversTypes['AlertConnection']>, ParentType, ContextType, RequireFields<QueryAlertsArgs, 'first'>>;
  cache?: Resolver<Maybe<ResolversTypes['Cache']>, ParentType, ContextType>;
  storedValue?: Resolver<Maybe<ResolversTypes['StoredValue']>, ParentType, ContextType, RequireFields<QueryStoredValueArgs, 'key'>>;
  backtest?: Resolver<Maybe<ResolversTypes['Backtest']>, ParentType, ContextType, RequireFields<QueryBacktestArgs, 'id'>>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType, RequireFields<QueryJobArgs, 'id'>>;
  jobs?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Job']>>, ParentType, ContextType, Partial<QueryJobsArgs>>;
  lateEvents?: Resolver<Maybe<ReadonlyArray<ResolversTypes['LateEvent']>>, ParentType, ContextType, RequireFields<QueryLateEventsArgs, 'first'>>;
  pipeline?: Resolver<Maybe<ResolversTypes['Pipeline']>, ParentType, ContextType>;
  run?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType, RequireFields<QueryRunArgs, 'id'>>;
  runs?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Run']>>, ParentType, ContextType, Partial<QueryRunsArgs>>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<QuerySessionArgs, 'id'>>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<QuerySessionsArgs, 'first'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  activityMetrics?: Resolver<Maybe<ResolversTypes['ActivityMetrics']>, ParentType, ContextType, RequireFields<QueryActivityMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact'>>;
  activity?: Resolver<Maybe<ResolversTypes['Activity']>, ParentType, ContextType, RequireFields<QueryActivityArgs, 'id'>>;
  activities?: Resolver<Maybe<ResolversTypes['ActivityConnection']>, ParentType, ContextType, Partial<QueryActivitiesArgs>>;
  activityFunnel?: Resolver<Maybe<ResolversTypes['Funnel']>, ParentType, ContextType, RequireFields<QueryActivityFunnelArgs, 'range' | 'steps' | 'within' | 'timeZone'>>;
  activityRetention?: Resolver<Maybe<ResolversTypes['Retention']>, ParentType, ContextType, RequireFields<QueryActivityRetentionArgs, 'range' | 'every' | 'timeZone'>>;
  activityPaths?: Resolver<Maybe<ResolversTypes['TopPaths']>, ParentType, ContextType, RequireFields<QueryActivityPathsArgs, 'range' | 'of' | 'length' | 'gap' | 'first' | 'timeZone'>>;
  activityRepeats?: Resolver<Maybe<ResolversTypes['Repeats']>, ParentType, ContextType, RequireFields<QueryActivityRepeatsArgs, 'range' | 'upTo' | 'timeZone'>>;
  logLineMetrics?: Resolver<Maybe<ResolversTypes['LogLineMetrics']>, ParentType, ContextType, RequireFields<QueryLogLineMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact'>>;
  logLine?: Resolver<Maybe<ResolversTypes['LogLine']>, ParentType, ContextType, RequireFields<QueryLogLineArgs, 'id'>>;
  logLines?: Resolver<Maybe<ResolversTypes['LogLineConnection']>, ParentType, ContextType, Partial<QueryLogLinesArgs>>;
  searchLogLines?: Resolver<Maybe<ResolversTypes['LogLineSearch']>, ParentType, ContextType, RequireFields<QuerySearchLogLinesArgs, 'query' | 'match' | 'first' | 'timeZone'>>;
  ratingMetrics?: Resolver<Maybe<ResolversTypes['RatingMetrics']>, ParentType, ContextType, RequireFields<QueryRatingMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact'>>;
  rating?: Resolver<Maybe<ResolversTypes['Rating']>, ParentType, ContextType, RequireFields<QueryRatingArgs, 'id'>>;
  ratings?: Resolver<Maybe<ResolversTypes['RatingConnection']>, ParentType, ContextType, Partial<QueryRatingsArgs>>;
  ratingFunnel?: Resolver<Maybe<ResolversTypes['Funnel']>, ParentType, ContextType, RequireFields<QueryRatingFunnelArgs, 'range' | 'steps' | 'within' | 'timeZone'>>;
  ratingRetention?: Resolver<Maybe<ResolversTypes['Retention']>, ParentType, ContextType, RequireFields<QueryRatingRetentionArgs, 'range' | 'every' | 'timeZone'>>;
  ratingPaths?: Resolver<Maybe<ResolversTypes['TopPaths']>, ParentType, ContextType, RequireFields<QueryRatingPathsArgs, 'range' | 'of' | 'length' | 'gap' | 'first' | 'timeZone'>>;
  ratingRepeats?: Resolver<Maybe<ResolversTypes['Repeats']>, ParentType, ContextType, RequireFields<QueryRatingRepeatsArgs, 'range' | 'upTo' | 'timeZone'>>;
  saleMetrics?: Resolver<Maybe<ResolversTypes['SaleMetrics']>, ParentType, ContextType, RequireFields<QuerySaleMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact'>>;
  sale?: Resolver<Maybe<ResolversTypes['Sale']>, ParentType, ContextType, RequireFields<QuerySaleArgs, 'id'>>;
  sales?: Resolver<Maybe<ResolversTypes['SaleConnection']>, ParentType, ContextType, Partial<QuerySalesArgs>>;
  saleFunnel?: Resolver<Maybe<ResolversTypes['Funnel']>, ParentType, ContextType, RequireFields<QuerySaleFunnelArgs, 'range' | 'steps' | 'within' | 'timeZone'>>;
  saleRetention?: Resolver<Maybe<ResolversTypes['Retention']>, ParentType, ContextType, RequireFields<QuerySaleRetentionArgs, 'range' | 'every' | 'timeZone'>>;
  salePaths?: Resolver<Maybe<ResolversTypes['TopPaths']>, ParentType, ContextType, RequireFields<QuerySalePathsArgs, 'range' | 'of' | 'length' | 'gap' | 'first' | 'timeZone'>>;
  saleRepeats?: Resolver<Maybe<ResolversTypes['Repeats']>, ParentType, ContextType, RequireFields<QuerySaleRepeatsArgs, 'range' | 'upTo' | 'timeZone'>>;
  searchSales?: Resolver<Maybe<ResolversTypes['SaleSearch']>, ParentType, ContextType, RequireFields<QuerySearchSalesArgs, 'query' | 'match' | 'first' | 'timeZone'>>;
  transactionMetrics?: Resolver<Maybe<ResolversTypes['TransactionMetrics']>, ParentType, ContextType, RequireFields<QueryTransactionMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact'>>;
  transaction?: Resolver<Maybe<ResolversTypes['Transaction']>, ParentType, ContextType, RequireFields<QueryTransactionArgs, 'id'>>;
  transactions?: Resolver<Maybe<ResolversTypes['TransactionConnection']>, ParentType, ContextType, Partial<QueryTransactionsArgs>>;
  transactionFunnel?: Resolver<Maybe<ResolversTypes['Funnel']>, ParentType, ContextType, RequireFields<QueryTransactionFunnelArgs, 'range' | 'steps' | 'within' | 'timeZone'>>;
  transactionRetention?: Resolver<Maybe<ResolversTypes['Retention']>, ParentType, ContextType, RequireFields<QueryTransactionRetentionArgs, 'range' | 'every' | 'timeZone'>>;
  transactionPaths?: Resolver<Maybe<ResolversTypes['TopPaths']>, ParentType, ContextType, RequireFields<QueryTransactionPathsArgs, 'range' | 'of' | 'length' | 'gap' | 'first' | 'timeZone'>>;
  transactionRepeats?: Resolver<Maybe<ResolversTypes['Repeats']>, ParentType, ContextType, RequireFields<QueryTransactionRepeatsArgs, 'range' | 'upTo' | 'timeZone'>>;
  activeUsers?: Resolver<Maybe<ResolversTypes['ActiveUserConnection']>, ParentType, ContextType, RequireFields<QueryActiveUsersArgs, 'last' | 'first'>>;
  topPages?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PageViews']>>, ParentType, ContextType, RequireFields<QueryTopPagesArgs, 'last' | 'first'>>;
  clicks?: Resolver<Maybe<ResolversTypes['Clicks']>, ParentType, ContextType, RequireFields<QueryClicksArgs, 'last'>>;
  salesByCategory?: Resolver<Maybe<ResolversTypes['SalesByCategory']>, ParentType, ContextType, RequireFields<QuerySalesByCategoryArgs, 'range' | 'timeZone'>>;
  salesByDay?: Resolver<Maybe<ResolversTypes['SalesOverTime']>, ParentType, ContextType, RequireFields<QuerySalesByDayArgs, 'range' | 'timeZone'>>;
  salesByMonth?: Resolver<Maybe<ResolversTypes['SalesOverTime']>, ParentType, ContextType, RequireFields<QuerySalesByMonthArgs, 'range' | 'timeZone'>>;
  customerHistory?: Resolver<Maybe<ResolversTypes['CustomerHistory']>, ParentType, ContextType, RequireFields<QueryCustomerHistoryArgs, 'customerId'>>;
  paymentPreferences?: Resolver<Maybe<ResolversTypes['PaymentPreferences']>, ParentType, ContextType, RequireFields<QueryPaymentPreferencesArgs, 'range' | 'timeZone'>>;
  paymentTrends?: Resolver<Maybe<ResolversTypes['PaymentTrends']>, ParentType, ContextType, RequireFields<QueryPaymentTrendsArgs, 'range' | 'every' | 'timeZone'>>;
  player?: Resolver<Maybe<ResolversTypes['Player']>, ParentType, ContextType, RequireFields<QueryPlayerArgs, 'id'>>;
};

export type MutationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acknowledgeAlert?: Resolver<Maybe<ResolversTypes['Alert']>, ParentType, ContextType, RequireFields<MutationAcknowledgeAlertArgs, 'id'>>;
  invalidateCache?: Resolver<Maybe<ResolversTypes['CacheInvalidation']>, ParentType, ContextType, RequireFields<MutationInvalidateCacheArgs, 'target'>>;
  refreshCache?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType, RequireFields<MutationRefreshCacheArgs, 'target'>>;
  storeValue?: Resolver<Maybe<ResolversTypes['StoredValue']>, ParentType, ContextType, RequireFields<MutationStoreValueArgs, 'key' | 'value' | 'ttl'>>;
  runBacktest?: Resolver<Maybe<ResolversTypes['Backtest']>, ParentType, ContextType, RequireFields<MutationRunBacktestArgs, 'job' | 'range'>>;
  submitJob?: Resolver<Maybe<ResolversTypes['JobPayload']>, ParentType, ContextType, RequireFields<MutationSubmitJobArgs, 'input'>>;
  replaceJob?: Resolver<Maybe<ResolversTypes['JobPayload']>, ParentType, ContextType, RequireFields<MutationReplaceJobArgs, 'id' | 'input'>>;
  pauseJob?: Resolver<Maybe<ResolversTypes['JobPayload']>, ParentType, ContextType, RequireFields<MutationPauseJobArgs, 'id'>>;
  resumeJob?: Resolver<Maybe<ResolversTypes['JobPayload']>, ParentType, ContextType, RequireFields<MutationResumeJobArgs, 'id'>>;
  cancelJob?: Resolver<Maybe<ResolversTypes['JobPayload']>, ParentType, ContextType, RequireFields<MutationCancelJobArgs, 'id'>>;
  setRates?: Resolver<Maybe<ReadonlyArray<ResolversTypes['RateUsed']>>, ParentType, ContextType, RequireFields<MutationSetRatesArgs, 'rates'>>;
  cancelRun?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType, RequireFields<MutationCancelRunArgs, 'id'>>;
  ingestActivities?: Resolver<Maybe<ResolversTypes['IngestPayload']>, ParentType, ContextType, RequireFields<MutationIngestActivitiesArgs, 'events' | 'wait'>>;
  ingestLogLines?: Resolver<Maybe<ResolversTypes['IngestPayload']>, ParentType, ContextType, RequireFields<MutationIngestLogLinesArgs, 'events' | 'wait'>>;
  ingestRatings?: Resolver<Maybe<ResolversTypes['IngestPayload']>, ParentType, ContextType, RequireFields<MutationIngestRatingsArgs, 'events' | 'wait'>>;
  ingestSales?: Resolver<Maybe<ResolversTypes['IngestPayload']>, ParentType, ContextType, RequireFields<MutationIngestSalesArgs, 'events' | 'wait'>>;
  ingestTransactions?: Resolver<Maybe<ResolversTypes['IngestPayload']>, ParentType, ContextType, RequireFields<MutationIngestTransactionsArgs, 'events' | 'wait'>>;
};

export type SubscriptionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  alertRaised?: SubscriptionResolver<ResolversTypes['AlertRaised'], "alertRaised", ParentType, ContextType, Partial<SubscriptionAlertRaisedArgs>>;
  rejectedAdded?: SubscriptionResolver<ResolversTypes['RejectedAdded'], "rejectedAdded", ParentType, ContextType, Partial<SubscriptionRejectedAddedArgs>>;
  jobResultAdded?: SubscriptionResolver<ResolversTypes['JobResultAdded'], "jobResultAdded", ParentType, ContextType, RequireFields<SubscriptionJobResultAddedArgs, 'job'>>;
  lateEventAdded?: SubscriptionResolver<ResolversTypes['LateEventAdded'], "lateEventAdded", ParentType, ContextType, Partial<SubscriptionLateEventAddedArgs>>;
  pipeline?: SubscriptionResolver<ResolversTypes['Pipeline'], "pipeline", ParentType, ContextType>;
  sessionUpdated?: SubscriptionResolver<ResolversTypes['SessionUpdated'], "sessionUpdated", ParentType, ContextType, Partial<SubscriptionSessionUpdatedArgs>>;
  activityMetrics?: SubscriptionResolver<ResolversTypes['ActivityMetricsUpdate'], "activityMetrics", ParentType, ContextType, RequireFields<SubscriptionActivityMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact' | 'throttle'>>;
  activityAdded?: SubscriptionResolver<ResolversTypes['ActivitiesAdded'], "activityAdded", ParentType, ContextType, Partial<SubscriptionActivityAddedArgs>>;
  logLineMetrics?: SubscriptionResolver<ResolversTypes['LogLineMetricsUpdate'], "logLineMetrics", ParentType, ContextType, RequireFields<SubscriptionLogLineMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact' | 'throttle'>>;
  logLineAdded?: SubscriptionResolver<ResolversTypes['LogLinesAdded'], "logLineAdded", ParentType, ContextType, Partial<SubscriptionLogLineAddedArgs>>;
  ratingMetrics?: SubscriptionResolver<ResolversTypes['RatingMetricsUpdate'], "ratingMetrics", ParentType, ContextType, RequireFields<SubscriptionRatingMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact' | 'throttle'>>;
  ratingAdded?: SubscriptionResolver<ResolversTypes['RatingsAdded'], "ratingAdded", ParentType, ContextType, Partial<SubscriptionRatingAddedArgs>>;
  saleMetrics?: SubscriptionResolver<ResolversTypes['SaleMetricsUpdate'], "saleMetrics", ParentType, ContextType, RequireFields<SubscriptionSaleMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact' | 'throttle'>>;
  saleAdded?: SubscriptionResolver<ResolversTypes['SalesAdded'], "saleAdded", ParentType, ContextType, Partial<SubscriptionSaleAddedArgs>>;
  transactionMetrics?: SubscriptionResolver<ResolversTypes['TransactionMetricsUpdate'], "transactionMetrics", ParentType, ContextType, RequireFields<SubscriptionTransactionMetricsArgs, 'range' | 'by' | 'fill' | 'timeZone' | 'exact' | 'throttle'>>;
  transactionAdded?: SubscriptionResolver<ResolversTypes['TransactionsAdded'], "transactionAdded", ParentType, ContextType, Partial<SubscriptionTransactionAddedArgs>>;
  liveRatingUpdates?: SubscriptionResolver<ResolversTypes['Player'], "liveRatingUpdates", ParentType, ContextType, RequireFields<SubscriptionLiveRatingUpdatesArgs, 'playerId'>>;
};

export type RunResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Run'] = ResolversParentTypes['Run']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RunStatus'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  read?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  written?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  differences?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DurationScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Duration'], any> {
  name: 'Duration';
}

export interface TimeZoneScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['TimeZone'], any> {
  name: 'TimeZone';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export interface OffsetScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Offset'], any> {
  name: 'Offset';
}

export interface VersionScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Version'], any> {
  name: 'Version';
}

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface CountryCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CountryCode'], any> {
  name: 'CountryCode';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type HighlightResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Highlight'] = ResolversParentTypes['Highlight']> = {
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parts?: Resolver<ReadonlyArray<ResolversTypes['HighlightPart']>, ParentType, ContextType>;
};

export type HighlightPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['HighlightPart'] = ResolversParentTypes['HighlightPart']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  hit?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  open?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  activities?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pageViews?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pages?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  entryPage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  exitPage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SessionUpdatedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SessionUpdated'] = ResolversParentTypes['SessionUpdated']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  joinedInto?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  alerts?: Resolver<Maybe<ResolversTypes['AlertConnection']>, ParentType, ContextType, RequireFields<UserAlertsArgs, 'first'>>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
  activities?: Resolver<Maybe<ResolversTypes['ActivityConnection']>, ParentType, ContextType, RequireFields<UserActivitiesArgs, 'first'>>;
  ratings?: Resolver<Maybe<ResolversTypes['RatingConnection']>, ParentType, ContextType, RequireFields<UserRatingsArgs, 'first'>>;
  sales?: Resolver<Maybe<ResolversTypes['SaleConnection']>, ParentType, ContextType, RequireFields<UserSalesArgs, 'first'>>;
  transactions?: Resolver<Maybe<ResolversTypes['TransactionConnection']>, ParentType, ContextType, RequireFields<UserTransactionsArgs, 'first'>>;
  activeSessions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType, RequireFields<UserActiveSessionsArgs, 'last'>>;
};

export type ActivityResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Activity'] = ResolversParentTypes['Activity']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ActivityType'], ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  referrer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  device?: Resolver<Maybe<ResolversTypes['Device']>, ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ActivityMetricsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivityMetrics'] = ResolversParentTypes['ActivityMetrics']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['ActivityMetricsRow']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['ActivityMeasures'], ParentType, ContextType>;
  approximations?: Resolver<ReadonlyArray<ResolversTypes['Approximation']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
  explain?: Resolver<ResolversTypes['Explain'], ParentType, ContextType>;
};

export type ActivityMetricsRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivityMetricsRow'] = ResolversParentTypes['ActivityMetricsRow']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lateCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  others?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['ActivityType']>, ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  referrer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  device?: Resolver<Maybe<ResolversTypes['Device']>, ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  userIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  sessionIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  pageViews?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  clicks?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<ActivityMetricsRowRateArgs, 'of' | 'per'>>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<ActivityMetricsRowShareArgs, 'of'>>;
  running?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType, RequireFields<ActivityMetricsRowRunningArgs, 'of'>>;
  previous?: Resolver<Maybe<ResolversTypes['ActivityMeasures']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<ActivityMetricsRowChangeArgs, 'of'>>;
};

export type ActivityMeasuresResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivityMeasures'] = ResolversParentTypes['ActivityMeasures']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  userIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  sessionIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  pageViews?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  clicks?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type ActivityConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivityConnection'] = ResolversParentTypes['ActivityConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ActivityEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Activity']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type ActivityEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivityEdge'] = ResolversParentTypes['ActivityEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Activity'], ParentType, ContextType>;
};

export type ActivityMetricsUpdateResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivityMetricsUpdate'] = ResolversParentTypes['ActivityMetricsUpdate']> = {
  type?: Resolver<ResolversTypes['UpdateType'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  rows?: Resolver<ReadonlyArray<ResolversTypes['ActivityMetricsRow']>, ParentType, ContextType>;
  removed?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['ActivityMeasures'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type ActivitiesAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActivitiesAdded'] = ResolversParentTypes['ActivitiesAdded']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Activity']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type LogLineResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLine'] = ResolversParentTypes['LogLine']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['LogLevel'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  host?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  logger?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  traceId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LogLineMetricsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineMetrics'] = ResolversParentTypes['LogLineMetrics']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['LogLineMetricsRow']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['LogLineMeasures'], ParentType, ContextType>;
  approximations?: Resolver<ReadonlyArray<ResolversTypes['Approximation']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
  explain?: Resolver<ResolversTypes['Explain'], ParentType, ContextType>;
};

export type LogLineMetricsRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineMetricsRow'] = ResolversParentTypes['LogLineMetricsRow']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lateCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  others?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  service?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  level?: Resolver<Maybe<ResolversTypes['LogLevel']>, ParentType, ContextType>;
  host?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  hostDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  durationMsSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  errors?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<LogLineMetricsRowRateArgs, 'of' | 'per'>>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<LogLineMetricsRowShareArgs, 'of'>>;
  running?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType, RequireFields<LogLineMetricsRowRunningArgs, 'of'>>;
  previous?: Resolver<Maybe<ResolversTypes['LogLineMeasures']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<LogLineMetricsRowChangeArgs, 'of'>>;
};

export type LogLineMeasuresResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineMeasures'] = ResolversParentTypes['LogLineMeasures']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  hostDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  durationMsSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  durationMsP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  errors?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type LogLineConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineConnection'] = ResolversParentTypes['LogLineConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['LogLineEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['LogLine']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type LogLineEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineEdge'] = ResolversParentTypes['LogLineEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['LogLine'], ParentType, ContextType>;
};

export type LogLineSearchResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineSearch'] = ResolversParentTypes['LogLineSearch']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['LogLineSearchEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['LogLine']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type LogLineSearchEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineSearchEdge'] = ResolversParentTypes['LogLineSearchEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['LogLine'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  highlights?: Resolver<ReadonlyArray<ResolversTypes['Highlight']>, ParentType, ContextType>;
};

export type LogLineMetricsUpdateResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLineMetricsUpdate'] = ResolversParentTypes['LogLineMetricsUpdate']> = {
  type?: Resolver<ResolversTypes['UpdateType'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  rows?: Resolver<ReadonlyArray<ResolversTypes['LogLineMetricsRow']>, ParentType, ContextType>;
  removed?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['LogLineMeasures'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type LogLinesAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LogLinesAdded'] = ResolversParentTypes['LogLinesAdded']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['LogLine']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type RatingResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Rating'] = ResolversParentTypes['Rating']> = {
  ratingId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  playerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  matchId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rating?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  competition?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['PlayerRole']>, ParentType, ContextType>;
  minute?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RatingMetricsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingMetrics'] = ResolversParentTypes['RatingMetrics']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['RatingMetricsRow']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['RatingMeasures'], ParentType, ContextType>;
  approximations?: Resolver<ReadonlyArray<ResolversTypes['Approximation']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
  explain?: Resolver<ResolversTypes['Explain'], ParentType, ContextType>;
};

export type RatingMetricsRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingMetricsRow'] = ResolversParentTypes['RatingMetricsRow']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lateCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  others?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  playerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  matchId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  competition?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['PlayerRole']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  playerIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  matchIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  ratingSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<RatingMetricsRowRateArgs, 'of' | 'per'>>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<RatingMetricsRowShareArgs, 'of'>>;
  running?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType, RequireFields<RatingMetricsRowRunningArgs, 'of'>>;
  previous?: Resolver<Maybe<ResolversTypes['RatingMeasures']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<RatingMetricsRowChangeArgs, 'of'>>;
};

export type RatingMeasuresResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingMeasures'] = ResolversParentTypes['RatingMeasures']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  playerIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  matchIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  ratingSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  ratingP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
};

export type RatingConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingConnection'] = ResolversParentTypes['RatingConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RatingEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Rating']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type RatingEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingEdge'] = ResolversParentTypes['RatingEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Rating'], ParentType, ContextType>;
};

export type RatingMetricsUpdateResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingMetricsUpdate'] = ResolversParentTypes['RatingMetricsUpdate']> = {
  type?: Resolver<ResolversTypes['UpdateType'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  rows?: Resolver<ReadonlyArray<ResolversTypes['RatingMetricsRow']>, ParentType, ContextType>;
  removed?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['RatingMeasures'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type RatingsAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RatingsAdded'] = ResolversParentTypes['RatingsAdded']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Rating']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type SaleResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Sale'] = ResolversParentTypes['Sale']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  productName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  brand?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  paymentMethod?: Resolver<ResolversTypes['PaymentMethod'], ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SaleMetricsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleMetrics'] = ResolversParentTypes['SaleMetrics']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['SaleMetricsRow']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['SaleMeasures'], ParentType, ContextType>;
  approximations?: Resolver<ReadonlyArray<ResolversTypes['Approximation']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
  explain?: Resolver<ResolversTypes['Explain'], ParentType, ContextType>;
};

export type SaleMetricsRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleMetricsRow'] = ResolversParentTypes['SaleMetricsRow']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lateCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  others?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  customerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  productId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  productName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  brand?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  currency?: Resolver<Maybe<ResolversTypes['CurrencyCode']>, ParentType, ContextType>;
  paymentMethod?: Resolver<Maybe<ResolversTypes['PaymentMethod']>, ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  orderIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  customerIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  productIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  quantitySum?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  quantityAvg?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  quantityMin?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  quantityMax?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  priceSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  revenue?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<SaleMetricsRowRateArgs, 'of' | 'per'>>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<SaleMetricsRowShareArgs, 'of'>>;
  running?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType, RequireFields<SaleMetricsRowRunningArgs, 'of'>>;
  previous?: Resolver<Maybe<ResolversTypes['SaleMeasures']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<SaleMetricsRowChangeArgs, 'of'>>;
};

export type SaleMeasuresResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleMeasures'] = ResolversParentTypes['SaleMeasures']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  orderIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  customerIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  productIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  quantitySum?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  quantityAvg?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  quantityMin?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  quantityMax?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  priceSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priceP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  revenue?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
};

export type SaleConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleConnection'] = ResolversParentTypes['SaleConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SaleEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Sale']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type SaleEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleEdge'] = ResolversParentTypes['SaleEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Sale'], ParentType, ContextType>;
};

export type SaleSearchResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleSearch'] = ResolversParentTypes['SaleSearch']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SaleSearchEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Sale']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type SaleSearchEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleSearchEdge'] = ResolversParentTypes['SaleSearchEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Sale'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  highlights?: Resolver<ReadonlyArray<ResolversTypes['Highlight']>, ParentType, ContextType>;
};

export type SaleMetricsUpdateResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaleMetricsUpdate'] = ResolversParentTypes['SaleMetricsUpdate']> = {
  type?: Resolver<ResolversTypes['UpdateType'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  rows?: Resolver<ReadonlyArray<ResolversTypes['SaleMetricsRow']>, ParentType, ContextType>;
  removed?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['SaleMeasures'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type SalesAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SalesAdded'] = ResolversParentTypes['SalesAdded']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Sale']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type TransactionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Transaction'] = ResolversParentTypes['Transaction']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TransactionStatus'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  merchant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TransactionMetricsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionMetrics'] = ResolversParentTypes['TransactionMetrics']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['TransactionMetricsRow']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['TransactionMeasures'], ParentType, ContextType>;
  approximations?: Resolver<ReadonlyArray<ResolversTypes['Approximation']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
  explain?: Resolver<ResolversTypes['Explain'], ParentType, ContextType>;
};

export type TransactionMetricsRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionMetricsRow'] = ResolversParentTypes['TransactionMetricsRow']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lateCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  others?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  currency?: Resolver<Maybe<ResolversTypes['CurrencyCode']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['TransactionStatus']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  merchant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  userIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  amountSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  revenue?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<TransactionMetricsRowRateArgs, 'of' | 'per'>>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<TransactionMetricsRowShareArgs, 'of'>>;
  running?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType, RequireFields<TransactionMetricsRowRunningArgs, 'of'>>;
  previous?: Resolver<Maybe<ResolversTypes['TransactionMeasures']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<TransactionMetricsRowChangeArgs, 'of'>>;
};

export type TransactionMeasuresResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionMeasures'] = ResolversParentTypes['TransactionMeasures']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  userIdDistinct?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  amountSum?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountAvg?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMin?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountMax?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP50?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP90?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP95?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amountP99?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  revenue?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
};

export type TransactionConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionConnection'] = ResolversParentTypes['TransactionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TransactionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Transaction']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type TransactionEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionEdge'] = ResolversParentTypes['TransactionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Transaction'], ParentType, ContextType>;
};

export type TransactionMetricsUpdateResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionMetricsUpdate'] = ResolversParentTypes['TransactionMetricsUpdate']> = {
  type?: Resolver<ResolversTypes['UpdateType'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  rows?: Resolver<ReadonlyArray<ResolversTypes['TransactionMetricsRow']>, ParentType, ContextType>;
  removed?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['TransactionMeasures'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type TransactionsAddedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionsAdded'] = ResolversParentTypes['TransactionsAdded']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Transaction']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Skipped']>, ParentType, ContextType>;
};

export type ActiveUserResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActiveUser'] = ResolversParentTypes['ActiveUser']> = {
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type ActiveUserConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActiveUserConnection'] = ResolversParentTypes['ActiveUserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ActiveUserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ActiveUser']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type ActiveUserEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ActiveUserEdge'] = ResolversParentTypes['ActiveUserEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ActiveUser'], ParentType, ContextType>;
};

export type PageViewsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PageViews'] = ResolversParentTypes['PageViews']> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  views?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  uniqueUsers?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type ClicksResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Clicks'] = ResolversParentTypes['Clicks']> = {
  totalClicks?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  uniqueUsers?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  topPages?: Resolver<ReadonlyArray<ResolversTypes['PageViews']>, ParentType, ContextType, RequireFields<ClicksTopPagesArgs, 'first'>>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  currency?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type CategorySalesResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CategorySales'] = ResolversParentTypes['CategorySales']> = {
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sales?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  amounts?: Resolver<ReadonlyArray<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type SalesByCategoryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SalesByCategory'] = ResolversParentTypes['SalesByCategory']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['CategorySales']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type SalesWindowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SalesWindow'] = ResolversParentTypes['SalesWindow']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  sales?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  amounts?: Resolver<ReadonlyArray<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type SalesOverTimeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SalesOverTime'] = ResolversParentTypes['SalesOverTime']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['SalesWindow']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type CustomerHistoryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CustomerHistory'] = ResolversParentTypes['CustomerHistory']> = {
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sales?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  firstAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  amounts?: Resolver<ReadonlyArray<ResolversTypes['Money']>, ParentType, ContextType>;
  categories?: Resolver<ReadonlyArray<ResolversTypes['CategorySales']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  events?: Resolver<Maybe<ResolversTypes['SaleConnection']>, ParentType, ContextType, RequireFields<CustomerHistoryEventsArgs, 'first'>>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type PaymentPreferenceResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PaymentPreference'] = ResolversParentTypes['PaymentPreference']> = {
  paymentMethod?: Resolver<ResolversTypes['PaymentMethod'], ParentType, ContextType>;
  sales?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  share?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  amounts?: Resolver<ReadonlyArray<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type PaymentPreferencesResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PaymentPreferences'] = ResolversParentTypes['PaymentPreferences']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['PaymentPreference']>, ParentType, ContextType>;
  rates?: Resolver<ReadonlyArray<ResolversTypes['RateUsed']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type PaymentTrendResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PaymentTrend'] = ResolversParentTypes['PaymentTrend']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  paymentMethod?: Resolver<ResolversTypes['PaymentMethod'], ParentType, ContextType>;
  sales?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  share?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type PaymentTrendsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PaymentTrends'] = ResolversParentTypes['PaymentTrends']> = {
  rows?: Resolver<ReadonlyArray<ResolversTypes['PaymentTrend']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['AsOf'], ParentType, ContextType>;
};

export type PlayerResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Player'] = ResolversParentTypes['Player']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ratingNow?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  ratingCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  ratings?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PlayerRatingWindow']>>, ParentType, ContextType, RequireFields<PlayerRatingsArgs, 'range' | 'every' | 'timeZone'>>;
};

export type PlayerRatingWindowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PlayerRatingWindow'] = ResolversParentTypes['PlayerRatingWindow']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  average?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GatewayContext> = {
  Alert?: AlertResolvers<ContextType>;
  AlertConnection?: AlertConnectionResolvers<ContextType>;
  AlertEdge?: AlertEdgeResolvers<ContextType>;
  AlertRaised?: AlertRaisedResolvers<ContextType>;
  AsOf?: AsOfResolvers<ContextType>;
  Explain?: ExplainResolvers<ContextType>;
  TableNotUsed?: TableNotUsedResolvers<ContextType>;
  Approximation?: ApproximationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Funnel?: FunnelResolvers<ContextType>;
  FunnelStep?: FunnelStepResolvers<ContextType>;
  Retention?: RetentionResolvers<ContextType>;
  RetentionCohort?: RetentionCohortResolvers<ContextType>;
  RetentionReturn?: RetentionReturnResolvers<ContextType>;
  TopPaths?: TopPathsResolvers<ContextType>;
  TopPath?: TopPathResolvers<ContextType>;
  Repeats?: RepeatsResolvers<ContextType>;
  RepeatCount?: RepeatCountResolvers<ContextType>;
  Cache?: CacheResolvers<ContextType>;
  CacheEntry?: CacheEntryResolvers<ContextType>;
  CacheInvalidation?: CacheInvalidationResolvers<ContextType>;
  StoredValue?: StoredValueResolvers<ContextType>;
  Event?: EventResolvers<ContextType>;
  EventMeta?: EventMetaResolvers<ContextType>;
  Position?: PositionResolvers<ContextType>;
  Trace?: TraceResolvers<ContextType>;
  Sighting?: SightingResolvers<ContextType>;
  IngestPayload?: IngestPayloadResolvers<ContextType>;
  EventVerdict?: EventVerdictResolvers<ContextType>;
  Rejection?: RejectionResolvers<ContextType>;
  RejectedEvent?: RejectedEventResolvers<ContextType>;
  RejectedEventConnection?: RejectedEventConnectionResolvers<ContextType>;
  RejectedEventEdge?: RejectedEventEdgeResolvers<ContextType>;
  RejectedAdded?: RejectedAddedResolvers<ContextType>;
  Job?: JobResolvers<ContextType>;
  WebhookDeliveries?: WebhookDeliveriesResolvers<ContextType>;
  GivenUpDelivery?: GivenUpDeliveryResolvers<ContextType>;
  Checkpoints?: CheckpointsResolvers<ContextType>;
  JobResult?: JobResultResolvers<ContextType>;
  JobResultConnection?: JobResultConnectionResolvers<ContextType>;
  JobResultEdge?: JobResultEdgeResolvers<ContextType>;
  JobResultAdded?: JobResultAddedResolvers<ContextType>;
  JobPayload?: JobPayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Backtest?: BacktestResolvers<ContextType>;
  KindInfo?: KindInfoResolvers<ContextType>;
  DimensionInfo?: DimensionInfoResolvers<ContextType>;
  MeasureInfo?: MeasureInfoResolvers<ContextType>;
  RollupInfo?: RollupInfoResolvers<ContextType>;
  LateEvent?: LateEventResolvers<ContextType>;
  LateEventAdded?: LateEventAddedResolvers<ContextType>;
  Ledger?: LedgerResolvers<ContextType>;
  LedgerPartition?: LedgerPartitionResolvers<ContextType>;
  OffsetRange?: OffsetRangeResolvers<ContextType>;
  PartitionLag?: PartitionLagResolvers<ContextType>;
  Skipped?: SkippedResolvers<ContextType>;
  Pipeline?: PipelineResolvers<ContextType>;
  Intake?: IntakeResolvers<ContextType>;
  RateUsed?: RateUsedResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Run?: RunResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  Duration?: GraphQLScalarType;
  TimeZone?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  Offset?: GraphQLScalarType;
  Version?: GraphQLScalarType;
  Cursor?: GraphQLScalarType;
  CountryCode?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Highlight?: HighlightResolvers<ContextType>;
  HighlightPart?: HighlightPartResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SessionUpdated?: SessionUpdatedResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Activity?: ActivityResolvers<ContextType>;
  ActivityMetrics?: ActivityMetricsResolvers<ContextType>;
  ActivityMetricsRow?: ActivityMetricsRowResolvers<ContextType>;
  ActivityMeasures?: ActivityMeasuresResolvers<ContextType>;
  ActivityConnection?: ActivityConnectionResolvers<ContextType>;
  ActivityEdge?: ActivityEdgeResolvers<ContextType>;
  ActivityMetricsUpdate?: ActivityMetricsUpdateResolvers<ContextType>;
  ActivitiesAdded?: ActivitiesAddedResolvers<ContextType>;
  LogLine?: LogLineResolvers<ContextType>;
  LogLineMetrics?: LogLineMetricsResolvers<ContextType>;
  LogLineMetricsRow?: LogLineMetricsRowResolvers<ContextType>;
  LogLineMeasures?: LogLineMeasuresResolvers<ContextType>;
  LogLineConnection?: LogLineConnectionResolvers<ContextType>;
  LogLineEdge?: LogLineEdgeResolvers<ContextType>;
  LogLineSearch?: LogLineSearchResolvers<ContextType>;
  LogLineSearchEdge?: LogLineSearchEdgeResolvers<ContextType>;
  LogLineMetricsUpdate?: LogLineMetricsUpdateResolvers<ContextType>;
  LogLinesAdded?: LogLinesAddedResolvers<ContextType>;
  Rating?: RatingResolvers<ContextType>;
  RatingMetrics?: RatingMetricsResolvers<ContextType>;
  RatingMetricsRow?: RatingMetricsRowResolvers<ContextType>;
  RatingMeasures?: RatingMeasuresResolvers<ContextType>;
  RatingConnection?: RatingConnectionResolvers<ContextType>;
  RatingEdge?: RatingEdgeResolvers<ContextType>;
  RatingMetricsUpdate?: RatingMetricsUpdateResolvers<ContextType>;
  RatingsAdded?: RatingsAddedResolvers<ContextType>;
  Sale?: SaleResolvers<ContextType>;
  SaleMetrics?: SaleMetricsResolvers<ContextType>;
  SaleMetricsRow?: SaleMetricsRowResolvers<ContextType>;
  SaleMeasures?: SaleMeasuresResolvers<ContextType>;
  SaleConnection?: SaleConnectionResolvers<ContextType>;
  SaleEdge?: SaleEdgeResolvers<ContextType>;
  SaleSearch?: SaleSearchResolvers<ContextType>;
  SaleSearchEdge?: SaleSearchEdgeResolvers<ContextType>;
  SaleMetricsUpdate?: SaleMetricsUpdateResolvers<ContextType>;
  SalesAdded?: SalesAddedResolvers<ContextType>;
  Transaction?: TransactionResolvers<ContextType>;
  TransactionMetrics?: TransactionMetricsResolvers<ContextType>;
  TransactionMetricsRow?: TransactionMetricsRowResolvers<ContextType>;
  TransactionMeasures?: TransactionMeasuresResolvers<ContextType>;
  TransactionConnection?: TransactionConnectionResolvers<ContextType>;
  TransactionEdge?: TransactionEdgeResolvers<ContextType>;
  TransactionMetricsUpdate?: TransactionMetricsUpdateResolvers<ContextType>;
  TransactionsAdded?: TransactionsAddedResolvers<ContextType>;
  ActiveUser?: ActiveUserResolvers<ContextType>;
  ActiveUserConnection?: ActiveUserConnectionResolvers<ContextType>;
  ActiveUserEdge?: ActiveUserEdgeResolvers<ContextType>;
  PageViews?: PageViewsResolvers<ContextType>;
  Clicks?: ClicksResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  CategorySales?: CategorySalesResolvers<ContextType>;
  SalesByCategory?: SalesByCategoryResolvers<ContextType>;
  SalesWindow?: SalesWindowResolvers<ContextType>;
  SalesOverTime?: SalesOverTimeResolvers<ContextType>;
  CustomerHistory?: CustomerHistoryResolvers<ContextType>;
  PaymentPreference?: PaymentPreferenceResolvers<ContextType>;
  PaymentPreferences?: PaymentPreferencesResolvers<ContextType>;
  PaymentTrend?: PaymentTrendResolvers<ContextType>;
  PaymentTrends?: PaymentTrendsResolvers<ContextType>;
  Player?: PlayerResolvers<ContextType>;
  PlayerRatingWindow?: PlayerRatingWindowResolvers<ContextType>;
};

