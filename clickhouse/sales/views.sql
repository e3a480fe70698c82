-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- What people see of it over SQL, through the SQL door or as a user of a ClickHouse server. Made anew when it has changed.
CREATE OR REPLACE VIEW analytics.sales
(
  `id` String,
  `orderId` Nullable(String) COMMENT 'The order it is a line of.',
  `customerId` String COMMENT 'Who bought.',
  `productId` String COMMENT 'What was bought.',
  `productName` String COMMENT 'What it is called in the shop.',
  `brand` LowCardinality(Nullable(String)) COMMENT 'Who makes it.',
  `category` LowCardinality(String) COMMENT 'The shelf it stands on.',
  `quantity` Int32 COMMENT 'How many pieces.',
  `price` Decimal(18, 4) COMMENT 'Of one piece. In the row\'s currency.',
  `amount` Decimal(18, 4) COMMENT 'Of the whole line, discounts taken off. In the row\'s currency.',
  `currency` LowCardinality(String) COMMENT 'The currency of `price` and `amount`.',
  `paymentMethod` LowCardinality(String) COMMENT 'How it was paid.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was delivered to.',
  `occurredAt` DateTime64(6, 'UTC') COMMENT 'When it was bought.',
  `_receivedAt` DateTime64(3, 'UTC') COMMENT 'When it came in.',
  `_late` Bool COMMENT 'It came after the watermark had passed the time it happened.'
)
AS SELECT
  `id`,
  `orderId`,
  `customerId`,
  `productId`,
  `productName`,
  `brand`,
  `category`,
  `quantity`,
  `price`,
  `amount`,
  `currency`,
  `paymentMethod`,
  `country`,
  `occurredAt`,
  `_receivedAt`,
  `_late`
FROM lakegate.sales
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'One line of an order: a product, how many, and for how much. One row an event, as it was admitted. Filter on occurredAt: rows are sorted by it.';

CREATE OR REPLACE VIEW analytics.sales_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `brand` LowCardinality(Nullable(String)) COMMENT 'Who makes it.',
  `category` LowCardinality(String) COMMENT 'The shelf it stands on.',
  `currency` LowCardinality(String) COMMENT 'The currency of `price` and `amount`.',
  `paymentMethod` LowCardinality(String) COMMENT 'How it was paid.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was delivered to.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `orderIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(orderIdDistinct)',
  `customerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(customerIdDistinct)',
  `productIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(productIdDistinct)',
  `quantitySum` Int64 COMMENT 'Merge: sum(quantitySum).',
  `quantityMin` Int32 COMMENT 'Merge: min(quantityMin).',
  `quantityMax` Int32 COMMENT 'Merge: max(quantityMax).',
  `priceSum` Decimal(38, 4) COMMENT 'Merge: sum(priceSum). In the row\'s currency: group by it or filter on it.',
  `priceMin` Decimal(18, 4) COMMENT 'Merge: min(priceMin). In the row\'s currency: group by it or filter on it.',
  `priceMax` Decimal(18, 4) COMMENT 'Merge: max(priceMax). In the row\'s currency: group by it or filter on it.',
  `priceQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(priceQuantiles)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'paymentMethod\':{\'ne\':\'VOUCHER\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `brand`,
  `category`,
  `currency`,
  `paymentMethod`,
  `country`,
  `count`,
  `lateCount`,
  `orderIdDistinct`,
  `customerIdDistinct`,
  `productIdDistinct`,
  `quantitySum`,
  `quantityMin`,
  `quantityMax`,
  `priceSum`,
  `priceMin`,
  `priceMax`,
  `priceQuantiles`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `revenue`
FROM lakegate.sales_rollup_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Sale: one row a minute and brand, category, currency, paymentMethod, country. For example: SELECT start, sum(count) AS events, sum(quantitySum) AS quantityTotal, max(quantityMax) AS quantityMost, uniqCombined64Merge(14)(orderIdDistinct) AS orderIds FROM analytics.sales_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.sales_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `brand` LowCardinality(Nullable(String)) COMMENT 'Who makes it.',
  `category` LowCardinality(String) COMMENT 'The shelf it stands on.',
  `currency` LowCardinality(String) COMMENT 'The currency of `price` and `amount`.',
  `paymentMethod` LowCardinality(String) COMMENT 'How it was paid.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was delivered to.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `orderIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(orderIdDistinct)',
  `customerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(customerIdDistinct)',
  `productIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(productIdDistinct)',
  `quantitySum` Int64 COMMENT 'Merge: sum(quantitySum).',
  `quantityMin` Int32 COMMENT 'Merge: min(quantityMin).',
  `quantityMax` Int32 COMMENT 'Merge: max(quantityMax).',
  `priceSum` Decimal(38, 4) COMMENT 'Merge: sum(priceSum). In the row\'s currency: group by it or filter on it.',
  `priceMin` Decimal(18, 4) COMMENT 'Merge: min(priceMin). In the row\'s currency: group by it or filter on it.',
  `priceMax` Decimal(18, 4) COMMENT 'Merge: max(priceMax). In the row\'s currency: group by it or filter on it.',
  `priceQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(priceQuantiles)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'paymentMethod\':{\'ne\':\'VOUCHER\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `brand`,
  `category`,
  `currency`,
  `paymentMethod`,
  `country`,
  `count`,
  `lateCount`,
  `orderIdDistinct`,
  `customerIdDistinct`,
  `productIdDistinct`,
  `quantitySum`,
  `quantityMin`,
  `quantityMax`,
  `priceSum`,
  `priceMin`,
  `priceMax`,
  `priceQuantiles`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `revenue`
FROM lakegate.sales_rollup_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Sale: one row an hour and brand, category, currency, paymentMethod, country. For example: SELECT start, sum(count) AS events, sum(quantitySum) AS quantityTotal, max(quantityMax) AS quantityMost, uniqCombined64Merge(14)(orderIdDistinct) AS orderIds FROM analytics.sales_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.sales_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `brand` LowCardinality(Nullable(String)) COMMENT 'Who makes it.',
  `category` LowCardinality(String) COMMENT 'The shelf it stands on.',
  `currency` LowCardinality(String) COMMENT 'The currency of `price` and `amount`.',
  `paymentMethod` LowCardinality(String) COMMENT 'How it was paid.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was delivered to.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `orderIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(orderIdDistinct)',
  `customerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(customerIdDistinct)',
  `productIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(productIdDistinct)',
  `quantitySum` Int64 COMMENT 'Merge: sum(quantitySum).',
  `quantityMin` Int32 COMMENT 'Merge: min(quantityMin).',
  `quantityMax` Int32 COMMENT 'Merge: max(quantityMax).',
  `priceSum` Decimal(38, 4) COMMENT 'Merge: sum(priceSum). In the row\'s currency: group by it or filter on it.',
  `priceMin` Decimal(18, 4) COMMENT 'Merge: min(priceMin). In the row\'s currency: group by it or filter on it.',
  `priceMax` Decimal(18, 4) COMMENT 'Merge: max(priceMax). In the row\'s currency: group by it or filter on it.',
  `priceQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(priceQuantiles)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'paymentMethod\':{\'ne\':\'VOUCHER\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `brand`,
  `category`,
  `currency`,
  `paymentMethod`,
  `country`,
  `count`,
  `lateCount`,
  `orderIdDistinct`,
  `customerIdDistinct`,
  `productIdDistinct`,
  `quantitySum`,
  `quantityMin`,
  `quantityMax`,
  `priceSum`,
  `priceMin`,
  `priceMax`,
  `priceQuantiles`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `revenue`
FROM lakegate.sales_rollup_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Sale: one row a day and brand, category, currency, paymentMethod, country. For example: SELECT start, sum(count) AS events, sum(quantitySum) AS quantityTotal, max(quantityMax) AS quantityMost, uniqCombined64Merge(14)(orderIdDistinct) AS orderIds FROM analytics.sales_1d GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.sales_by_productId_productName_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `productId` String COMMENT 'What was bought.',
  `productName` String COMMENT 'What it is called in the shop.',
  `currency` LowCardinality(String) COMMENT 'The currency of `price` and `amount`.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `orderIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(orderIdDistinct)',
  `customerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(customerIdDistinct)',
  `productIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(productIdDistinct)',
  `quantitySum` Int64 COMMENT 'Merge: sum(quantitySum).',
  `quantityMin` Int32 COMMENT 'Merge: min(quantityMin).',
  `quantityMax` Int32 COMMENT 'Merge: max(quantityMax).',
  `priceSum` Decimal(38, 4) COMMENT 'Merge: sum(priceSum). In the row\'s currency: group by it or filter on it.',
  `priceMin` Decimal(18, 4) COMMENT 'Merge: min(priceMin). In the row\'s currency: group by it or filter on it.',
  `priceMax` Decimal(18, 4) COMMENT 'Merge: max(priceMax). In the row\'s currency: group by it or filter on it.',
  `priceQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(priceQuantiles)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'paymentMethod\':{\'ne\':\'VOUCHER\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `productId`,
  `productName`,
  `currency`,
  `count`,
  `lateCount`,
  `orderIdDistinct`,
  `customerIdDistinct`,
  `productIdDistinct`,
  `quantitySum`,
  `quantityMin`,
  `quantityMax`,
  `priceSum`,
  `priceMin`,
  `priceMax`,
  `priceQuantiles`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `revenue`
FROM lakegate.sales_rollup_productId_productName_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Sale: one row an hour and productId, productName, currency. For example: SELECT start, sum(count) AS events, sum(quantitySum) AS quantityTotal, max(quantityMax) AS quantityMost, uniqCombined64Merge(14)(orderIdDistinct) AS orderIds FROM analytics.sales_by_productId_productName_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.sales_by_productId_productName_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `productId` String COMMENT 'What was bought.',
  `productName` String COMMENT 'What it is called in the shop.',
  `currency` LowCardinality(String) COMMENT 'The currency of `price` and `amount`.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `orderIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(orderIdDistinct)',
  `customerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(customerIdDistinct)',
  `productIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(productIdDistinct)',
  `quantitySum` Int64 COMMENT 'Merge: sum(quantitySum).',
  `quantityMin` Int32 COMMENT 'Merge: min(quantityMin).',
  `quantityMax` Int32 COMMENT 'Merge: max(quantityMax).',
  `priceSum` Decimal(38, 4) COMMENT 'Merge: sum(priceSum). In the row\'s currency: group by it or filter on it.',
  `priceMin` Decimal(18, 4) COMMENT 'Merge: min(priceMin). In the row\'s currency: group by it or filter on it.',
  `priceMax` Decimal(18, 4) COMMENT 'Merge: max(priceMax). In the row\'s currency: group by it or filter on it.',
  `priceQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(priceQuantiles)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'paymentMethod\':{\'ne\':\'VOUCHER\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `productId`,
  `productName`,
  `currency`,
  `count`,
  `lateCount`,
  `orderIdDistinct`,
  `customerIdDistinct`,
  `productIdDistinct`,
  `quantitySum`,
  `quantityMin`,
  `quantityMax`,
  `priceSum`,
  `priceMin`,
  `priceMax`,
  `priceQuantiles`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `revenue`
FROM lakegate.sales_rollup_productId_productName_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Sale: one row a day and productId, productName, currency. For example: SELECT start, sum(count) AS events, sum(quantitySum) AS quantityTotal, max(quantityMax) AS quantityMost, uniqCombined64Merge(14)(orderIdDistinct) AS orderIds FROM analytics.sales_by_productId_productName_1d GROUP BY start ORDER BY start';
