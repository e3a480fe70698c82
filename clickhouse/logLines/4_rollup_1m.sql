-- Made from the declaration of LogLine. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1m by service, level, fed by the queue.
CREATE TABLE IF NOT EXISTS lakegate.logLines_rollup_1m
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `service` LowCardinality(String),
  `level` LowCardinality(String),
  `count` SimpleAggregateFunction(sum, UInt64),
  `lateCount` SimpleAggregateFunction(sum, UInt64),
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)),
  `durationMsSum` SimpleAggregateFunction(sum, Decimal(38, 3)),
  `_durationMsCount` SimpleAggregateFunction(sum, UInt64),
  `durationMsMin` SimpleAggregateFunction(min, Nullable(Decimal(18, 3))),
  `durationMsMax` SimpleAggregateFunction(max, Nullable(Decimal(18, 3))),
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64),
  `errors` SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMMDD(start)
ORDER BY (_tenant, start, `service`, `level`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.logLines_rollup_1m_mv TO lakegate.logLines_rollup_1m AS
SELECT
  _tenant,
  toDateTime(toStartOfMinute(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC') AS start,
  `service`,
  `level`,
  count() AS `count`,
  countIf(_time < _watermark * 1000) AS `lateCount`,
  uniqCombined64State(14)(CAST(`host`, 'Nullable(String)')) AS `hostDistinct`,
  sum(ifNull(`durationMs`, CAST(0, 'Decimal(18, 3)'))) AS `durationMsSum`,
  count(`durationMs`) AS `_durationMsCount`,
  min(`durationMs`) AS `durationMsMin`,
  max(`durationMs`) AS `durationMsMax`,
  quantilesBFloat16StateIf(0.5, 0.9, 0.95, 0.99)(toFloat64(assumeNotNull(`durationMs`)), isNotNull(`durationMs`)) AS `durationMsQuantiles`,
  countIf(((has(['ERROR', 'FATAL'], `level`)))) AS `errors`
FROM lakegate.logLines_queue
WHERE _error = ''
GROUP BY _tenant, start, `service`, `level`;
