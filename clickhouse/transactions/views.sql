-- Made from the declaration of Transaction. Do not edit: change the declaration and run `npm run codegen`.
-- What people see of it over SQL, through the SQL door or as a user of a ClickHouse server. Made anew when it has changed.
CREATE OR REPLACE VIEW analytics.transactions
(
  `id` String,
  `userId` String COMMENT 'Who paid.',
  `amount` Decimal(18, 4) COMMENT 'What was paid, in `currency`. In the row\'s currency.',
  `currency` LowCardinality(String) COMMENT 'The currency of `amount`.',
  `status` LowCardinality(String) COMMENT 'How far the payment came.',
  `category` LowCardinality(String) COMMENT 'What was paid for: travel, groceries.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where the payment was made.',
  `merchant` Nullable(String) COMMENT 'Who was paid.',
  `occurredAt` DateTime64(6, 'UTC') COMMENT 'When the payment was made.',
  `_receivedAt` DateTime64(3, 'UTC') COMMENT 'When it came in.',
  `_late` Bool COMMENT 'It came after the watermark had passed the time it happened.'
)
AS SELECT
  `id`,
  `userId`,
  `amount`,
  `currency`,
  `status`,
  `category`,
  `country`,
  `merchant`,
  `occurredAt`,
  `_receivedAt`,
  `_late`
FROM lakegate.transactions
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'A payment made by a user. One row an event, as it was admitted. Filter on occurredAt: rows are sorted by it.';

CREATE OR REPLACE VIEW analytics.transactions_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `currency` LowCardinality(String) COMMENT 'The currency of `amount`.',
  `status` LowCardinality(String) COMMENT 'How far the payment came.',
  `category` LowCardinality(String) COMMENT 'What was paid for: travel, groceries.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where the payment was made.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `amountQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'status\':{\'eq\':\'CAPTURED\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `currency`,
  `status`,
  `category`,
  `country`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `amountQuantiles`,
  `revenue`
FROM lakegate.transactions_rollup_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Transaction: one row a minute and currency, status, category, country. For example: SELECT start, currency, sum(count) AS events, sum(amountSum) AS amountTotal, max(amountMax) AS amountMost, uniqCombined64Merge(14)(userIdDistinct) AS userIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)[3] AS amountP95 FROM analytics.transactions_1m GROUP BY start, currency ORDER BY start, currency';

CREATE OR REPLACE VIEW analytics.transactions_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `currency` LowCardinality(String) COMMENT 'The currency of `amount`.',
  `status` LowCardinality(String) COMMENT 'How far the payment came.',
  `category` LowCardinality(String) COMMENT 'What was paid for: travel, groceries.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where the payment was made.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `amountQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'status\':{\'eq\':\'CAPTURED\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `currency`,
  `status`,
  `category`,
  `country`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `amountQuantiles`,
  `revenue`
FROM lakegate.transactions_rollup_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Transaction: one row an hour and currency, status, category, country. For example: SELECT start, currency, sum(count) AS events, sum(amountSum) AS amountTotal, max(amountMax) AS amountMost, uniqCombined64Merge(14)(userIdDistinct) AS userIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)[3] AS amountP95 FROM analytics.transactions_1h GROUP BY start, currency ORDER BY start, currency';

CREATE OR REPLACE VIEW analytics.transactions_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `currency` LowCardinality(String) COMMENT 'The currency of `amount`.',
  `status` LowCardinality(String) COMMENT 'How far the payment came.',
  `category` LowCardinality(String) COMMENT 'What was paid for: travel, groceries.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where the payment was made.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `amountQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'status\':{\'eq\':\'CAPTURED\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `currency`,
  `status`,
  `category`,
  `country`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `amountQuantiles`,
  `revenue`
FROM lakegate.transactions_rollup_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Transaction: one row a day and currency, status, category, country. For example: SELECT start, currency, sum(count) AS events, sum(amountSum) AS amountTotal, max(amountMax) AS amountMost, uniqCombined64Merge(14)(userIdDistinct) AS userIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)[3] AS amountP95 FROM analytics.transactions_1d GROUP BY start, currency ORDER BY start, currency';

CREATE OR REPLACE VIEW analytics.transactions_by_merchant_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `merchant` Nullable(String) COMMENT 'Who was paid.',
  `currency` LowCardinality(String) COMMENT 'The currency of `amount`.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `amountQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'status\':{\'eq\':\'CAPTURED\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `merchant`,
  `currency`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `amountQuantiles`,
  `revenue`
FROM lakegate.transactions_rollup_merchant_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Transaction: one row an hour and merchant, currency. For example: SELECT start, currency, sum(count) AS events, sum(amountSum) AS amountTotal, max(amountMax) AS amountMost, uniqCombined64Merge(14)(userIdDistinct) AS userIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)[3] AS amountP95 FROM analytics.transactions_by_merchant_1h GROUP BY start, currency ORDER BY start, currency';

CREATE OR REPLACE VIEW analytics.transactions_by_merchant_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `merchant` Nullable(String) COMMENT 'Who was paid.',
  `currency` LowCardinality(String) COMMENT 'The currency of `amount`.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `amountSum` Decimal(38, 4) COMMENT 'Merge: sum(amountSum). In the row\'s currency: group by it or filter on it.',
  `amountMin` Decimal(18, 4) COMMENT 'Merge: min(amountMin). In the row\'s currency: group by it or filter on it.',
  `amountMax` Decimal(18, 4) COMMENT 'Merge: max(amountMax). In the row\'s currency: group by it or filter on it.',
  `amountQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)',
  `revenue` Decimal(38, 4) COMMENT '@metric: amountSum where {\'status\':{\'eq\':\'CAPTURED\'}}. Merge: sum(revenue). In the row\'s currency: group by it or filter on it.'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `merchant`,
  `currency`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `amountSum`,
  `amountMin`,
  `amountMax`,
  `amountQuantiles`,
  `revenue`
FROM lakegate.transactions_rollup_merchant_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Transaction: one row a day and merchant, currency. For example: SELECT start, currency, sum(count) AS events, sum(amountSum) AS amountTotal, max(amountMax) AS amountMost, uniqCombined64Merge(14)(userIdDistinct) AS userIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles)[3] AS amountP95 FROM analytics.transactions_by_merchant_1d GROUP BY start, currency ORDER BY start, currency';
