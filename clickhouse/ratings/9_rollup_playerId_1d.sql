-- Made from the declaration of Rating. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1d by playerId, fed by ratings_rollup_playerId_1h.
CREATE TABLE IF NOT EXISTS lakegate.ratings_rollup_playerId_1d
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `playerId` String,
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
ORDER BY (_tenant, start, `playerId`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.ratings_rollup_playerId_1d_mv TO lakegate.ratings_rollup_playerId_1d AS
SELECT
  _tenant,
  toDateTime(toStartOfDay(t.start), 'UTC') AS start,
  `playerId`,
  sum(t.`count`) AS `count`,
  sum(t.`lateCount`) AS `lateCount`,
  uniqCombined64MergeState(14)(t.`playerIdDistinct`) AS `playerIdDistinct`,
  uniqCombined64MergeState(14)(t.`matchIdDistinct`) AS `matchIdDistinct`,
  sum(t.`ratingSum`) AS `ratingSum`,
  min(t.`ratingMin`) AS `ratingMin`,
  max(t.`ratingMax`) AS `ratingMax`,
  quantilesBFloat16MergeState(0.5, 0.9, 0.95, 0.99)(t.`ratingQuantiles`) AS `ratingQuantiles`
FROM lakegate.ratings_rollup_playerId_1h AS t
GROUP BY _tenant, start, `playerId`;
