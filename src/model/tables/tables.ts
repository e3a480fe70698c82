import type { Grain, KindModel, RollupModel } from '../event-model.ts';
import { REJECTED_TOPIC, TENANT_DEFAULT } from '../record-format.ts';
import { columnType } from './column-types.ts';
import { rollupColumns } from './rollup-columns.ts';
import { textIndexSql } from './text-index.ts';

/**
 * The tables of a kind: one file a table, with the view that feeds it, numbered in the order an event passes.
 *
 *   <plural>_queue ─┬─► <plural>            raw, one row an event
 *                   ├─► ledger              what was loaded, one row a partition and insert
 *                   └─► finest rollup ─► … ─► coarsest rollup     states, each fed by the one before
 *
 * The queue is the only table that differs between the two logs: ENGINE = Null as it stands here, filled by the loader, or ENGINE = Kafka
 * under the same name (queue-on-kafka.ts).
 */
export interface TableDefinition {
  /** Below clickhouse/: transactions/2_raw.sql. Also the name of the migration. */
  readonly path: string;
  /** Statements separated by ";" at the end of a line. */
  readonly sql: string;
}

export interface RollupTable {
  readonly rollup: RollupModel;
  readonly grain: Grain;
  /** transactions_rollup_merchant_1h, without the database. */
  readonly table: string;
  /** rollup_merchant_1h: what users see in asOf and explain. */
  readonly shortName: string;
  /** Null where the queue feeds it. */
  readonly source: string | null;
  readonly partitionExpression: string;
}

const DATABASE = 'lakegate';

/**
 * At least ten times what one unfinished batch can write: one batch in flight a table, of at most 100 parts. The engine forgets older
 * tokens, and a batch is never replayed once a later one has been loaded.
 */
const DEDUPLICATION_WINDOW = 1000;

/** Seconds are for live panels only. */
const SECONDS_KEPT_HOURS = 6;

export function queueTable(kind: KindModel): string {
  return `${kind.plural}_queue`;
}

export function rawTable(kind: KindModel): string {
  return kind.plural;
}

/** Every rollup table of a kind, each rollup from fine to coarse. */
export function rollupTables(kind: KindModel): readonly RollupTable[] {
  return kind.rollups.flatMap((rollup) =>
    rollup.grains.map((grain, index) => {
      const finer = rollup.grains[index - 1];
      const shortName = rollupShortName(rollup, grain);
      return {
        rollup,
        grain,
        shortName,
        table: `${kind.plural}_${shortName}`,
        source: finer === undefined ? null : `${kind.plural}_${rollupShortName(rollup, finer)}`,
        partitionExpression: grain === '1s' || grain === '1m' ? 'toYYYYMMDD(start)' : 'toYYYYMM(start)',
      };
    }),
  );
}

/** All of a kind's tables, in the order in which they must be made. */
export function tableDefinitions(kind: KindModel): readonly TableDefinition[] {
  const files = [
    ['queue', queueSql(kind)],
    ['raw', rawSql(kind)],
    ['ledger', ledgerViewSql(kind)],
    ...rollupTables(kind).map((table) => [table.shortName, rollupSql(kind, table)] as const),
    ...searchFiles(kind),
  ] as const;
  return files.map(([name, sql], index) => ({
    path: `${kind.plural}/${index + 1}_${name}.sql`,
    sql: `-- Made from the declaration of ${kind.typeName}. Do not edit: change the declaration and run \`npm run codegen\`.\n${sql}`,
  }));
}

/** Last, and a file of its own: a field that becomes searchable later changes no table that was made before. */
function searchFiles(kind: KindModel): readonly (readonly [string, string])[] {
  const sql = textIndexSql(kind, `${DATABASE}.${rawTable(kind)}`);
  return sql === null ? [] : [['search', sql]];
}

/**
 * Rows of a rollup computed from raw, with the table's own columns in their order: for rebuilding what differs and for comparing.
 * `where` is a condition over the columns of raw.
 */
export function rollupFromRaw(kind: KindModel, table: RollupTable, where: string): string {
  return rollupSelect(kind, table, {
    source: rawTable(kind),
    startOf: `\`${kind.timeField}\``,
    late: '_late',
    value: (column) => column.fromEvents('_late'),
    where,
  });
}

/** The columns that identify a row of a rollup: tenant, start, dimensions. */
export function rollupKey(table: RollupTable): readonly string[] {
  return ['_tenant', 'start', ...table.rollup.by.map((field) => field.name)];
}

/** Start of the bucket of a grain, as SQL, of a time given as SQL. Days are UTC days. */
export function startOfGrain(grain: Grain, time: string): string {
  const start = { '1s': 'toStartOfSecond', '1m': 'toStartOfMinute', '1h': 'toStartOfHour', '1d': 'toStartOfDay' }[
    grain
  ];
  return `toDateTime(${start}(${time}), 'UTC')`;
}

function rollupShortName(rollup: RollupModel, grain: Grain): string {
  return rollup.name === null ? `rollup_${grain}` : `rollup_${rollup.name}_${grain}`;
}

const QUEUE_TIME = "fromUnixTimestamp64Micro(_time, 'UTC')";
const QUEUE_LATE = '_time < _watermark * 1000';
/** True for all that the loader hands over; the Kafka engine hands over what it could not read too. */
const QUEUE_READABLE = "_error = ''";

function queueSql(kind: KindModel): string {
  const columns = [
    '_partition UInt64',
    '_offset UInt64',
    '_sequence UInt64 DEFAULT _offset',
    '_error String',
    '_raw_message String',
    '_tenant LowCardinality(String)',
    '_time Int64',
    '_receivedAt Int64',
    '_watermark Int64',
    ...(kind.idFields.length > 1 ? ['_id String'] : []),
    ...kind.fields
      .filter((field) => field.name !== kind.timeField)
      .map((field) => `\`${field.name}\` ${columnType(field)}`),
  ];
  return `-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS ${DATABASE}.${queueTable(kind)}
(
${indented(columns)}
)
ENGINE = Null;

${unreadableViewSql(kind)}`;
}

/** Not before there is a queue on Kafka does it ever have a row. Who wrote such a message is not known: it belongs to the default tenant. */
function unreadableViewSql(kind: KindModel): string {
  const selected = [
    `'${TENANT_DEFAULT}' AS _tenant`,
    "now64(3, 'UTC') AS receivedAt",
    `concat('kafka:${kind.plural}/', toString(_partition), '/', toString(_offset)) AS id`,
    `'${kind.kind}' AS kind`,
    "CAST(NULL, 'Nullable(String)') AS eventId",
    `'kafka:${kind.plural}' AS source`,
    "if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code",
    "'' AS pointer",
    "'a record as admission writes it' AS expected",
    'left(_error, 1000) AS got',
    'if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload',
    "if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding",
    "now64(6, 'UTC') AS at",
    `toUInt32(${NO_PARTITION}) AS _partition`,
    '_offset',
  ];
  return `-- What is no record that the tables can take: kept with its reason, so that it holds nothing up and is not lost.
CREATE MATERIALIZED VIEW IF NOT EXISTS ${DATABASE}.${kind.plural}_unreadable_mv TO ${DATABASE}.${REJECTED_TOPIC} AS
SELECT
${indented(selected)}
FROM ${DATABASE}.${queueTable(kind)}
WHERE _error != '';
`;
}

/** Position columns of `rejected` are positions in the stream of that name, and such a message has none there. */
const NO_PARTITION = 2 ** 32 - 1;

function rawSql(kind: KindModel): string {
  const composite = kind.idFields.length > 1;
  const columns = [
    '_tenant LowCardinality(String)',
    ...kind.fields.map((field) =>
      field.name === kind.timeField
        ? `\`${field.name}\` DateTime64(6, 'UTC')`
        : `\`${field.name}\` ${columnType(field)}`,
    ),
    '_partition UInt32 CODEC(T64, LZ4)',
    '_offset UInt64 CODEC(Delta, LZ4)',
    "_receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4)",
    '_late Bool',
    composite ? '_id String' : `_id String ALIAS \`${kind.idFields[0]}\``,
    `INDEX by_id ${composite ? '_id' : `\`${kind.idFields[0]}\``} TYPE bloom_filter(0.01) GRANULARITY 4`,
  ];
  const selected = [
    '_tenant',
    ...kind.fields.map((field) =>
      field.name === kind.timeField ? `${QUEUE_TIME} AS \`${field.name}\`` : `\`${field.name}\``,
    ),
    'toUInt32(_partition) AS _partition',
    '_offset',
    "fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS _receivedAt",
    `${QUEUE_LATE} AS _late`,
    ...(composite ? ['_id'] : []),
  ];
  const order = ['_tenant', `\`${kind.timeField}\``, composite ? '_id' : `\`${kind.idFields[0]}\``];
  const ttl =
    kind.keepRaw === null ? '' : `\nTTL toDateTime(\`${kind.timeField}\`) + ${sqlInterval(kind.keepRaw)} DELETE`;
  return `-- Every event as it was admitted. An id that should come twice collapses; that it did not is what the ledger shows.
CREATE TABLE IF NOT EXISTS ${DATABASE}.${rawTable(kind)}
(
${indented(columns)}
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(\`${kind.timeField}\`)
ORDER BY (${order.join(', ')})${ttl}
SETTINGS non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW};

CREATE MATERIALIZED VIEW IF NOT EXISTS ${DATABASE}.${rawTable(kind)}_mv TO ${DATABASE}.${rawTable(kind)} AS
SELECT
${indented(selected)}
FROM ${DATABASE}.${queueTable(kind)}
WHERE ${QUEUE_READABLE};
`;
}

function ledgerViewSql(kind: KindModel): string {
  return `-- The proof: which offsets came in this insert, and which hours of event time they touched. One row a partition and insert.
CREATE MATERIALIZED VIEW IF NOT EXISTS ${DATABASE}.${kind.plural}_ledger_mv TO ${DATABASE}.ledger AS
SELECT
${indented(ledgerColumns(kind.plural))}
FROM ${DATABASE}.${queueTable(kind)}
WHERE ${QUEUE_READABLE}
GROUP BY _partition;
`;
}

/** One row of the ledger for a group of queue rows of one partition. */
function ledgerColumns(topic: string): readonly string[] {
  return [
    `'${topic}' AS topic`,
    'toUInt32(_partition) AS _partition',
    'min(_offset) AS firstOffset',
    'max(_offset) AS lastOffset',
    'min(_sequence) AS firstSequence',
    'max(_sequence) AS lastSequence',
    'count() AS rows',
    `arraySort(groupUniqArray(${startOfGrain('1h', QUEUE_TIME)})) AS hours`,
    "fromUnixTimestamp64Micro(min(_time), 'UTC') AS minTime",
    "fromUnixTimestamp64Micro(max(_time), 'UTC') AS maxTime",
    "fromUnixTimestamp64Milli(max(_watermark), 'UTC') AS watermark",
    "fromUnixTimestamp64Milli(min(_receivedAt), 'UTC') AS minReceivedAt",
    "fromUnixTimestamp64Milli(max(_receivedAt), 'UTC') AS maxReceivedAt",
    "now64(3, 'UTC') AS loadedAt",
  ];
}

function rollupSql(kind: KindModel, table: RollupTable): string {
  const key = table.rollup.by.map((field) => `\`${field.name}\``);
  const columns = [
    '_tenant LowCardinality(String)',
    "start DateTime('UTC') CODEC(Delta, LZ4)",
    ...table.rollup.by.map((field) => `\`${field.name}\` ${columnType(field)}`),
    ...rollupColumns(kind).map((column) => `\`${column.name}\` ${column.type}`),
  ];
  const settings = [
    ...(table.rollup.by.some((field) => field.nullable) ? ['allow_nullable_key = 1'] : []),
    `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`,
  ];
  const select =
    table.source === null
      ? rollupSelect(kind, table, {
          source: queueTable(kind),
          startOf: QUEUE_TIME,
          late: QUEUE_LATE,
          value: (column) => column.fromEvents(QUEUE_LATE),
          where: QUEUE_READABLE,
        })
      : rollupSelect(kind, table, {
          source: `${table.source} AS t`,
          startOf: 't.start',
          late: '',
          value: (column) => column.fromRows,
          where: null,
        });
  const ttl = table.grain === '1s' ? `\nTTL start + INTERVAL ${SECONDS_KEPT_HOURS} HOUR DELETE` : '';
  return `-- ${describe(table)}
CREATE TABLE IF NOT EXISTS ${DATABASE}.${table.table}
(
${indented(columns)}
)
ENGINE = AggregatingMergeTree
PARTITION BY ${table.partitionExpression}
ORDER BY (${['_tenant', 'start', ...key].join(', ')})${ttl}
SETTINGS ${settings.join(', ')};

CREATE MATERIALIZED VIEW IF NOT EXISTS ${DATABASE}.${table.table}_mv TO ${DATABASE}.${table.table} AS
${select};
`;
}

function describe(table: RollupTable): string {
  const by = table.rollup.by.map((field) => field.name).join(', ') || 'nothing but the tenant';
  const from = table.source === null ? 'the queue' : table.source;
  return `Aggregates for each ${table.grain} by ${by}, fed by ${from}.`;
}

function rollupSelect(
  kind: KindModel,
  table: RollupTable,
  read: {
    readonly source: string;
    readonly startOf: string;
    readonly late: string;
    readonly value: (column: ReturnType<typeof rollupColumns>[number]) => string;
    readonly where: string | null;
  },
): string {
  const dimensions = table.rollup.by.map((field) => `\`${field.name}\``);
  const selected = [
    '_tenant',
    `${startOfGrain(table.grain, read.startOf)} AS start`,
    ...dimensions,
    ...rollupColumns(kind).map((column) => `${read.value(column)} AS \`${column.name}\``),
  ];
  const where = read.where === null ? '' : `\nWHERE ${read.where}`;
  return `SELECT
${indented(selected)}
FROM ${DATABASE}.${read.source}${where}
GROUP BY ${['_tenant', 'start', ...dimensions].join(', ')}`;
}

const INTERVAL_UNITS: Readonly<Record<string, string>> = {
  s: 'SECOND',
  m: 'MINUTE',
  h: 'HOUR',
  d: 'DAY',
  w: 'WEEK',
  mo: 'MONTH',
  q: 'QUARTER',
  y: 'YEAR',
};

function sqlInterval(duration: string): string {
  const [, amount, unit] = /^(\d+)(s|mo|m|h|d|w|q|y)$/.exec(duration) ?? [];
  return `INTERVAL ${amount} ${INTERVAL_UNITS[unit ?? '']}`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join(',\n');
}
