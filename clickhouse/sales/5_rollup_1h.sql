-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1h by brand, category, currency, paymentMethod, country, fed by sales_rollup_1m.
CREATE TABLE IF NOT EXISTS lakegate.sales_rollup_1h
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
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, start, `brand`, `category`, `currency`, `paymentMethod`, `country`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sales_rollup_1h_mv TO lakegate.sales_rollup_1h AS
SELECT
  _tenant,
  toDateTime(toStartOfHour(t.start), 'UTC') AS start,
  `brand`,
  `category`,
  `currency`,
  `paymentMethod`,
  `country`,
  sum(t.`count`) AS `count`,
  sum(t.`lateCount`) AS `lateCount`,
  uniqCombined64MergeState(14)(t.`orderIdDistinct`) AS `orderIdDistinct`,
  uniqCombined64MergeState(14)(t.`customerIdDistinct`) AS `customerIdDistinct`,
  uniqCombined64MergeState(14)(t.`productIdDistinct`) AS `productIdDistinct`,
  sum(t.`quantitySum`) AS `quantitySum`,
  min(t.`quantityMin`) AS `quantityMin`,
  max(t.`quantityMax`) AS `quantityMax`,
  sum(t.`priceSum`) AS `priceSum`,
  min(t.`priceMin`) AS `priceMin`,
  max(t.`priceMax`) AS `priceMax`,
  quantilesBFloat16MergeState(0.5, 0.9, 0.95, 0.99)(t.`priceQuantiles`) AS `priceQuantiles`,
  sum(t.`amountSum`) AS `amountSum`,
  min(t.`amountMin`) AS `amountMin`,
  max(t.`amountMax`) AS `amountMax`,
  sum(t.`revenue`) AS `revenue`
FROM lakegate.sales_rollup_1m AS t
GROUP BY _tenant, start, `brand`, `category`, `currency`, `paymentMethod`, `country`;
