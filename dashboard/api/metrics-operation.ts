import { enumName, type Kind } from './kinds.ts';
import type { Cell, MetricsRow, MetricsUpdate } from './metrics-update.ts';
import type { Operation } from './operation.ts';

/** A question about one kind. What the API calls by enum names is called here by the names of fields. */
export interface MetricsQuestion {
  readonly kind: Kind;
  readonly range: Readonly<Record<string, string>>;
  readonly every?: string | undefined;
  readonly by?: readonly string[];
  readonly where?: Where | undefined;
  readonly measures: readonly string[];
  readonly top?: { readonly n: number; readonly by: string; readonly others?: boolean };
  readonly orderBy?: { readonly by: string; readonly direction: 'ASC' | 'DESC' };
  readonly limit?: number;
  readonly fill?: 'NONE' | 'ZERO';
  readonly exact?: boolean;
  readonly timeZone?: string | undefined;
  readonly convertTo?: string;
  /** Live, at most one change in this time. */
  readonly throttle?: string;
}

/** By field what must hold of it: the API's own spelling. */
export type Where = Readonly<Record<string, unknown>>;

interface MetricsOperation<Answer> {
  /** Whole, with the name of its one root field as `metrics`. */
  readonly operation: Operation<{ readonly metrics: Answer }, MetricsVariables>;
  readonly variables: MetricsVariables;
}

type MetricsVariables = Readonly<Record<string, unknown>>;

/** The question live. The same arguments under `query` are the same question once. */
export function metricsSubscription(question: MetricsQuestion): MetricsOperation<MetricsUpdate> {
  return metricsOperation(question, 'subscription');
}

export function metricsQuery(question: MetricsQuestion): MetricsOperation<MetricsAnswer> {
  return metricsOperation(question, 'query');
}

/** An answer with where it came from. */
export interface MetricsAnswer {
  readonly rows: readonly MetricsRow[];
  readonly total: Readonly<Record<string, Cell>>;
  readonly asOf: { readonly version: string; readonly watermark: string | null; readonly tables: readonly string[] };
  readonly explain: {
    readonly table: string;
    readonly reason: string;
    readonly notUsed: readonly { readonly table: string; readonly reason: string }[];
    readonly rowsRead: number;
    readonly bytesRead: number;
    readonly segments: number;
    readonly segmentsReused: number;
  };
}

const EXPLAIN = 'explain { table reason notUsed { table reason } rowsRead bytesRead segments segmentsReused }';

function metricsOperation<Answer>(question: MetricsQuestion, type: 'query' | 'subscription'): MetricsOperation<Answer> {
  const { typeName, singular } = question.kind;
  const live = type === 'subscription';
  const args = [...argumentsOf(question), ...(live ? liveArguments(question) : [])];
  const declared = args.map(({ name, graphqlType }) => `$${name}: ${graphqlType.replaceAll('%', typeName)}`);
  const passed = args.map(({ name }) => `${name}: $${name}`);
  const measures = question.measures.join(' ');
  const row = ['id start end final revision lateCount others', ...(question.by ?? []), measures].join(' ');
  const text = `${type} ${typeName}Metrics(${declared.join(', ')}) {
  metrics: ${singular}Metrics(${passed.join(', ')}) {
    ${live ? 'type cursor removed' : 'hasMore'}
    rows { ${row} }
    total { ${measures} }
    asOf { ${live ? '' : 'version '}watermark tables }${live ? '' : `\n    ${EXPLAIN}`}
  }
}`;
  const variables = Object.fromEntries(args.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
  return { operation: { text }, variables };
}

/** Once a second is as often as numbers can be read, and lets many pages be open at once. */
function liveArguments({ throttle = '1s' }: MetricsQuestion): readonly Argument[] {
  return [argument('after', 'Cursor', undefined), argument('throttle', 'Duration!', throttle)];
}

interface Argument {
  readonly name: string;
  /** With % where the kind's name belongs. */
  readonly graphqlType: string;
  readonly value: unknown;
}

function argumentsOf({ range, every, by, where, top, orderBy, ...rest }: MetricsQuestion): readonly Argument[] {
  const said = [
    argument('range', 'TimeRange!', range),
    argument('every', 'Duration', every),
    argument('by', '[%Dimension!]!', by?.map(enumName)),
    argument('where', '%Where', where),
    argument('top', '%Top', top === undefined ? undefined : { ...top, by: enumName(top.by) }),
    argument(
      'orderBy',
      '[%MetricsOrder!]',
      orderBy === undefined ? undefined : [{ ...orderBy, by: enumName(orderBy.by) }],
    ),
    argument('limit', 'Int', rest.limit),
    argument('fill', 'Fill!', rest.fill),
    argument('exact', 'Boolean!', rest.exact),
    argument('timeZone', 'TimeZone!', rest.timeZone),
    argument('convertTo', 'CurrencyCode', rest.convertTo),
  ];
  return said.filter(({ value }) => value !== undefined);
}

function argument(name: string, graphqlType: string, value: unknown): Argument {
  return { name, graphqlType, value };
}
