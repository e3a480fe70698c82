-- Made from the declaration of Transaction. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1m by currency, status, category, country, fed by the queue.
CREATE TABLE IF NOT EXISTS lakegate.transactions_rollup_1m
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `currency` LowCardinality(String),
  `status` LowCardinality(String),
  `category` LowCardinality(String),
  `country` LowCardinality(Nullable(String)),
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
PARTITION BY toYYYYMMDD(start)
ORDER BY (_tenant, start, `currency`, `status`, `category`, `country`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.transactions_rollup_1m_mv TO lakegate.transactions_rollup_1m AS
SELECT
  _tenant,
  toDateTime(toStartOfMinute(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC') AS start,
  `currency`,
  `status`,
  `category`,
  `country`,
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
GROUP BY _tenant, start, `currency`, `status`, `category`, `country`;
