-- Made from the declaration of Rating. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1h by competition, role, fed by ratings_rollup_1m.
CREATE TABLE IF NOT EXISTS lakegate.ratings_rollup_1h
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `competition` LowCardinality(Nullable(String)),
  `role` LowCardinality(Nullable(String)),
  `count` SimpleAggregateFunction(sum, UInt64),
  `lateCount` SimpleAggregateFunction(sum, UInt64),
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `ratingSum` SimpleAggregateFunction(sum, Decimal(38, 2)),
  `ratingMin` SimpleAggregateFunction(min, Decimal(18, 2)),
  `ratingMax` SimpleAggregateFunction(max, Decimal(18, 2)),
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, start, `competition`, `role`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.ratings_rollup_1h_mv TO lakegate.ratings_rollup_1h AS
SELECT
  _tenant,
  toDateTime(toStartOfHour(t.start), 'UTC') AS start,
  `competition`,
  `role`,
  sum(t.`count`) AS `count`,
  sum(t.`lateCount`) AS `lateCount`,
  uniqCombined64MergeState(14)(t.`playerIdDistinct`) AS `playerIdDistinct`,
  uniqCombined64MergeState(14)(t.`matchIdDistinct`) AS `matchIdDistinct`,
  sum(t.`ratingSum`) AS `ratingSum`,
  min(t.`ratingMin`) AS `ratingMin`,
  max(t.`ratingMax`) AS `ratingMax`,
  quantilesBFloat16MergeState(0.5, 0.9, 0.95, 0.99)(t.`ratingQuantiles`) AS `ratingQuantiles`
FROM lakegate.ratings_rollup_1m AS t
GROUP BY _tenant, start, `competition`, `role`;
