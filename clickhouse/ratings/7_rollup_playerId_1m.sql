-- Made from the declaration of Rating. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1m by playerId, fed by the queue.
CREATE TABLE IF NOT EXISTS lakegate.ratings_rollup_playerId_1m
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
PARTITION BY toYYYYMMDD(start)
ORDER BY (_tenant, start, `playerId`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.ratings_rollup_playerId_1m_mv TO lakegate.ratings_rollup_playerId_1m AS
SELECT
  _tenant,
  toDateTime(toStartOfMinute(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC') AS start,
  `playerId`,
  count() AS `count`,
  countIf(_time < _watermark * 1000) AS `lateCount`,
  uniqCombined64State(14)(CAST(`playerId`, 'String')) AS `playerIdDistinct`,
  uniqCombined64State(14)(CAST(`matchId`, 'String')) AS `matchIdDistinct`,
  sum(`rating`) AS `ratingSum`,
  min(`rating`) AS `ratingMin`,
  max(`rating`) AS `ratingMax`,
  quantilesBFloat16State(0.5, 0.9, 0.95, 0.99)(toFloat64(`rating`)) AS `ratingQuantiles`
FROM lakegate.ratings_queue
WHERE _error = ''
GROUP BY _tenant, start, `playerId`;
