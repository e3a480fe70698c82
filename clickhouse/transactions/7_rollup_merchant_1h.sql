-- Made from the declaration of Transaction. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1h by merchant, currency, fed by the queue.
CREATE TABLE IF NOT EXISTS lakegate.transactions_rollup_merchant_1h
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

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.transactions_rollup_merchant_1h_mv TO lakegate.transactions_rollup_merchant_1h AS
SELECT
  _tenant,
  toDateTime(toStartOfHour(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC') AS start,
  `merchant`,
  `currency`,
  count() AS `count`,
  countIf(_time < _watermark * 1000) AS `lateCount`,
  uniqCombined64State(14)(CAST(`userId`, 'String')) AS `userIdDistinct`,
  sum(`amount`) AS `amountSum`,
  min(`amount`) AS `amountMin`,
  max(`amount`) AS `amountMax`,
  quantilesBFloat16State(0.5, 0.9, 0.95, 0.99)(toFloat64(`amount`)) AS `amountQuantiles`,
  sumIf(`amount`, ((`status` = 'CAPTURED'))) AS `revenue`
FROM lakegate.transactions_queue
WHERE _error = ''
GROUP BY _tenant, start, `merchant`, `currency`;
