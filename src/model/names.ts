/**
 * How names follow from the two that a user chooses: the type's name and its plural. Every spelling in GraphQL, SQL, routes and topics comes
 * from here, so that one thing is called the same everywhere.
 */

/** userId → USER_ID, amountP95 → AMOUNT_P95, LogLine → LOG_LINE, URLHit → URL_HIT. */
export function enumName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}

/** LogLine → logLine: the root field and the bulk route. */
export function singularName(typeName: string): string {
  return typeName.charAt(0).toLowerCase() + typeName.slice(1);
}

/** LogLine → logLines, where the declaration does not say another. */
export function pluralDefault(typeName: string): string {
  return `${singularName(typeName)}s`;
}

/** logLines → LogLines, inside `ingestLogLines` and `LogLinesAdded`. */
export function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Every spelling of the kind that the bulk route takes: logLine, log-line, log_line. */
export function routeNames(kind: { readonly singular: string; readonly kind: string }): readonly string[] {
  const snake = kind.kind.toLowerCase();
  return [...new Set([kind.singular, snake.replaceAll('_', '-'), snake])];
}

/** merchant_country: what a rollup of @rollup is called, in `asOf.tables` after `rollup_` and before the grain. */
export function rollupName(dimensions: readonly string[]): string {
  return dimensions.join('_');
}

/** The type that filters a field of this GraphQL type. */
export function filterName(typeName: string): string {
  return typeName === 'SafeInt' ? 'IntFilter' : `${typeName}Filter`;
}

const TYPE_SUFFIXES = [
  'Input',
  'Where',
  'Dimension',
  'Measure',
  'Additive',
  'Having',
  'Top',
  'MetricsOrderBy',
  'MetricsOrder',
  'Metrics',
  'MetricsRow',
  'Measures',
  'MetricsUpdate',
  'Connection',
  'Edge',
  'OrderBy',
  'Order',
  'Source',
  'Pattern',
  'PatternStep',
  'FunnelStep',
  'Search',
  'SearchEdge',
] as const;

/** All type names that one kind takes, its own first. */
export function typeNamesOf(typeName: string, plural: string): readonly string[] {
  return [typeName, ...TYPE_SUFFIXES.map((suffix) => typeName + suffix), `${capitalised(plural)}Added`];
}

interface RootFields {
  readonly one: string;
  readonly many: string;
  readonly metrics: string;
  readonly ingest: string;
  readonly added: string;
  readonly funnel: string;
  readonly retention: string;
  readonly paths: string;
  readonly repeats: string;
  readonly search: string;
}

export function rootFieldsOf(kind: { readonly singular: string; readonly plural: string }): RootFields {
  return {
    one: kind.singular,
    many: kind.plural,
    metrics: `${kind.singular}Metrics`,
    ingest: `ingest${capitalised(kind.plural)}`,
    added: `${kind.singular}Added`,
    funnel: `${kind.singular}Funnel`,
    retention: `${kind.singular}Retention`,
    paths: `${kind.singular}Paths`,
    repeats: `${kind.singular}Repeats`,
    search: `search${capitalised(kind.plural)}`,
  };
}
