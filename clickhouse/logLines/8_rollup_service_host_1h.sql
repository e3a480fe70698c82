-- Made from the declaration of LogLine. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1h by service, host, fed by logLines_rollup_service_host_1m.
CREATE TABLE IF NOT EXISTS lakegate.logLines_rollup_service_host_1h
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `service` LowCardinality(String),
  `host` Nullable(String),
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
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, start, `service`, `host`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.logLines_rollup_service_host_1h_mv TO lakegate.logLines_rollup_service_host_1h AS
SELECT
  _tenant,
  toDateTime(toStartOfHour(t.start), 'UTC') AS start,
  `service`,
  `host`,
  sum(t.`count`) AS `count`,
  sum(t.`lateCount`) AS `lateCount`,
  uniqCombined64MergeState(14)(t.`hostDistinct`) AS `hostDistinct`,
  sum(t.`durationMsSum`) AS `durationMsSum`,
  sum(t.`_durationMsCount`) AS `_durationMsCount`,
  min(t.`durationMsMin`) AS `durationMsMin`,
  max(t.`durationMsMax`) AS `durationMsMax`,
  quantilesBFloat16MergeState(0.5, 0.9, 0.95, 0.99)(t.`durationMsQuantiles`) AS `durationMsQuantiles`,
  sum(t.`errors`) AS `errors`
FROM lakegate.logLines_rollup_service_host_1m AS t
GROUP BY _tenant, start, `service`, `host`;
