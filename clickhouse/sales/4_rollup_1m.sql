-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1m by brand, category, currency, paymentMethod, country, fed by the queue.
CREATE TABLE IF NOT EXISTS lakegate.sales_rollup_1m
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `brand` LowCardinality(Nullable(String)),
  `category` LowCardinality(String),
  `currency` LowCardinality(String),
  `paymentMethod` LowCardinality(String),
  `country` LowCardinality(Nullable(String)),
  `count` SimpleAggregateFunction(sum, UInt64),
  `lateCount` SimpleAggregateFunction(sum, UInt64),
  `orderIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)),
  `customerIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `productIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `quantitySum` SimpleAggregateFunction(sum, Int64),
  `quantityMin` SimpleAggregateFunction(min, Int32),
  `quantityMax` SimpleAggregateFunction(max, Int32),
  `priceSum` SimpleAggregateFunction(sum, Decimal(38, 4)),
  `priceMin` SimpleAggregateFunction(min, Decimal(18, 4)),
  `priceMax` SimpleAggregateFunction(max, Decimal(18, 4)),
  `priceQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64),
  `amountSum` SimpleAggregateFunction(sum, Decimal(38, 4)),
  `amountMin` SimpleAggregateFunction(min, Decimal(18, 4)),
  `amountMax` SimpleAggregateFunction(max, Decimal(18, 4)),
  `revenue` SimpleAggregateFunction(sum, Decimal(38, 4))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMMDD(start)
ORDER BY (_tenant, start, `brand`, `category`, `currency`, `paymentMethod`, `country`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sales_rollup_1m_mv TO lakegate.sales_rollup_1m AS
SELECT
  _tenant,
  toDateTime(toStartOfMinute(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC') AS start,
  `brand`,
  `category`,
  `currency`,
  `paymentMethod`,
  `country`,
  count() AS `count`,
  countIf(_time < _watermark * 1000) AS `lateCount`,
  uniqCombined64State(14)(CAST(`orderId`, 'Nullable(String)')) AS `orderIdDistinct`,
  uniqCombined64State(14)(CAST(`customerId`, 'String')) AS `customerIdDistinct`,
  uniqCombined64State(14)(CAST(`productId`, 'String')) AS `productIdDistinct`,
  sum(`quantity`) AS `quantitySum`,
  min(`quantity`) AS `quantityMin`,
  max(`quantity`) AS `quantityMax`,
  sum(`price`) AS `priceSum`,
  min(`price`) AS `priceMin`,
  max(`price`) AS `priceMax`,
  quantilesBFloat16State(0.5, 0.9, 0.95, 0.99)(toFloat64(`price`)) AS `priceQuantiles`,
  sum(`amount`) AS `amountSum`,
  min(`amount`) AS `amountMin`,
  max(`amount`) AS `amountMax`,
  sumIf(`amount`, ((NOT `paymentMethod` = 'VOUCHER'))) AS `revenue`
FROM lakegate.sales_queue
WHERE _error = ''
GROUP BY _tenant, start, `brand`, `category`, `currency`, `paymentMethod`, `country`;
