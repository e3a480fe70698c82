/**
 * What a folder of declarations means, in one value. Everything that depends on a kind (validator, topic, tables, GraphQL types,
 * JSON Schema, resolvers) is a pure function of this and of nothing else.
 */
export interface EventModel {
  readonly kinds: readonly KindModel[];
  /** Enum types that the user declared, by name, values in the order written. */
  readonly enums: ReadonlyMap<string, EnumModel>;
}

export interface EnumModel {
  readonly name: string;
  readonly description: string | null;
  readonly values: readonly { readonly name: string; readonly description: string | null }[];
}

export interface KindModel {
  /** The type's name: Transaction, LogLine. */
  readonly typeName: string;
  /** The enum value: TRANSACTION, LOG_LINE. */
  readonly kind: string;
  /** The field name and the bulk route: transaction, logLine (the route also takes log-line and log_line). */
  readonly singular: string;
  /** Topic, raw table, root fields: transactions, logLines. */
  readonly plural: string;
  readonly description: string | null;
  /** As the user wrote it. */
  readonly sdl: string;
  readonly fields: readonly FieldModel[];
  readonly keyField: string;
  readonly idFields: readonly string[];
  readonly timeField: string;
  /** An existing Kafka topic to read from besides `<plural>.in`. */
  readonly from: string | null;
  /** Null keeps raw events for ever. */
  readonly keepRaw: Duration | null;
  /** The key field first if it is not a dimension by itself, then those marked @dimension, in the order of the fields. */
  readonly dimensions: readonly FieldModel[];
  /** COUNT first, then by field in the order declared (Distinct before Sum, Avg, Min, Max, P50, P90, P95, P99), then named metrics. */
  readonly measures: readonly MeasureModel[];
  /** The default one (name null) first, then those of @rollup in the order written. */
  readonly rollups: readonly RollupModel[];
}

/** `Enum` covers enums that the user declared; CurrencyCode is one of ours. */
export type FieldType =
  | 'ID'
  | 'String'
  | 'Int'
  | 'SafeInt'
  | 'Float'
  | 'Decimal'
  | 'Boolean'
  | 'DateTime'
  | 'Date'
  | 'CountryCode'
  | 'CurrencyCode'
  | 'Enum';

export interface FieldModel {
  readonly name: string;
  readonly type: FieldType;
  /** The GraphQL type's name: equals `type`, or the enum's name. */
  readonly typeName: string;
  readonly nullable: boolean;
  readonly description: string | null;
  /** The key counts as `high: true` where the declaration does not mark it. */
  readonly dimension: { readonly high: boolean } | null;
  readonly measure: { readonly quantiles: boolean } | null;
  readonly distinct: boolean;
  readonly money: { readonly currencyField: string } | null;
  readonly constraint: Constraint;
  readonly searchable: boolean;
}

export interface Constraint {
  /** Decimal text, compared exactly. */
  readonly min: string | null;
  readonly max: string | null;
  readonly maxLength: number | null;
  readonly pattern: string | null;
  /** Digits after the point. Decimal fields without one keep 4. */
  readonly scale: number | null;
}

/** DECIMAL_SCALE_DEFAULT digits after the point are kept where the declaration does not say. */
export const DECIMAL_SCALE_DEFAULT = 4;

/** Longest text a String or ID field takes unless @constraint(maxLength:) says another: 8 KiB; ids and keys 512. In characters. */
export const TEXT_LENGTH_MAX = 8192;
export const ID_LENGTH_MAX = 512;

export type MeasureOp = 'count' | 'distinct' | 'sum' | 'avg' | 'min' | 'max' | 'p50' | 'p90' | 'p95' | 'p99' | 'metric';

export interface MeasureModel {
  /** amountSum: the GraphQL field, the SQL column, the CSV column. */
  readonly name: string;
  /** AMOUNT_SUM: the enum value. */
  readonly enumName: string;
  readonly op: MeasureOp;
  /** Null for count, and for a metric that counts. */
  readonly field: FieldModel | null;
  readonly graphqlType: 'SafeInt' | 'Decimal' | 'Float' | 'DateTime';
  /** Nullable where a group without a value has none (everything but counts). */
  readonly nullable: boolean;
  readonly additive: boolean;
  readonly approximate: boolean;
  /** The currency field, for amounts of money. */
  readonly currencyField: string | null;
  /** For op metric: what is measured, over which events. `of` is count, or a measure of op sum. */
  readonly metric: { readonly of: 'count' | 'sum'; readonly where: WhereTree; readonly whereText: string } | null;
  readonly description: string | null;
}

export type Grain = '1s' | '1m' | '1h' | '1d';
export const GRAINS: readonly Grain[] = ['1s', '1m', '1h', '1d'];
export const GRAIN_SECONDS: Readonly<Record<Grain, number>> = { '1s': 1, '1m': 60, '1h': 3600, '1d': 86_400 };

export interface RollupModel {
  /** Null for the default rollup; else the dimensions of its declaration joined with "_": merchant, merchant_country. */
  readonly name: string | null;
  /** As declared, then the currency of every measure of money: amounts are kept apart by currency in every rollup. */
  readonly by: readonly FieldModel[];
  /** Fine to coarse. */
  readonly grains: readonly Grain[];
}

/**
 * A filter, as the generated `<Kind>Where` inputs spell it and as @metric(where:) does: `{and: [...]}`, `{or: [...]}`, `{not: {...}}`, and
 * fields with operators, joined by and. Values are JSON as coerced by GraphQL (decimals as text, times as ISO text).
 */
export type WhereTree = { readonly [fieldOrConnective: string]: unknown };

/** `1m`, `90s`, `1d`: the text as written, already checked. */
export type Duration = string;

/** One mistake in a declaration. The compiler reports all of them at once. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly got: string;
  readonly suggestion: string | null;
}
