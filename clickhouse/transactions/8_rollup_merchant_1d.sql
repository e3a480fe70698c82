-- Made from the declaration of Transaction. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1d by merchant, currency, fed by transactions_rollup_merchant_1h.
CREATE TABLE IF NOT EXISTS lakegate.transactions_rollup_merchant_1d
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `merchant` Nullable(String),
  `currency` LowCardinality(String),
  `count` SimpleAggregateFunction(sum, UInt64),
  `lateCount` SimpleAggregateFunction(sum, UInt64),
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `amountSum` SimpleAggregateFunction(sum, Decimal(38, 4)),
  `amountMin` SimpleAggregateFunction(min, Decimal(18, 4)),
  `amountMax` SimpleAggregateFunction(max, Decimal(18, 4)),
  `amountQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64),
  `revenue` SimpleAggregateFunction(sum, Decimal(38, 4))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, start, `merchant`, `currency`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.transactions_rollup_merchant_1d_mv TO lakegate.transactions_rollup_merchant_1d AS
SELECT
  _tenant,
  toDateTime(toStartOfDay(t.start), 'UTC') AS start,
  `merchant`,
  `currency`,
  sum(t.`count`) AS `count`,
  sum(t.`lateCount`) AS `lateCount`,
  uniqCombined64MergeState(14)(t.`userIdDistinct`) AS `userIdDistinct`,
  sum(t.`amountSum`) AS `amountSum`,
  min(t.`amountMin`) AS `amountMin`,
  max(t.`amountMax`) AS `amountMax`,
  quantilesBFloat16MergeState(0.5, 0.9, 0.95, 0.99)(t.`amountQuantiles`) AS `amountQuantiles`,
  sum(t.`revenue`) AS `revenue`
FROM lakegate.transactions_rollup_merchant_1h AS t
GROUP BY _tenant, start, `merchant`, `currency`;
