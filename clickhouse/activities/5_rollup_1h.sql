-- Made from the declaration of Activity. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1h by type, device, country, fed by activities_rollup_1m.
CREATE TABLE IF NOT EXISTS lakegate.activities_rollup_1h
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `type` LowCardinality(String),
  `device` LowCardinality(Nullable(String)),
  `country` LowCardinality(Nullable(String)),
  `count` SimpleAggregateFunction(sum, UInt64),
  `lateCount` SimpleAggregateFunction(sum, UInt64),
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)),
  `pageViews` SimpleAggregateFunction(sum, UInt64),
  `clicks` SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, start, `type`, `device`, `country`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.activities_rollup_1h_mv TO lakegate.activities_rollup_1h AS
SELECT
  _tenant,
  toDateTime(toStartOfHour(t.start), 'UTC') AS start,
  `type`,
  `device`,
  `country`,
  sum(t.`count`) AS `count`,
  sum(t.`lateCount`) AS `lateCount`,
  uniqCombined64MergeState(14)(t.`userIdDistinct`) AS `userIdDistinct`,
  uniqCombined64MergeState(14)(t.`sessionIdDistinct`) AS `sessionIdDistinct`,
  sum(t.`pageViews`) AS `pageViews`,
  sum(t.`clicks`) AS `clicks`
FROM lakegate.activities_rollup_1m AS t
GROUP BY _tenant, start, `type`, `device`, `country`;
