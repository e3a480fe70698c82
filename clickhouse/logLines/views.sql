-- Made from the declaration of LogLine. Do not edit: change the declaration and run `npm run codegen`.
-- What people see of it over SQL, through the SQL door or as a user of a ClickHouse server. Made anew when it has changed.
CREATE OR REPLACE VIEW analytics.logLines
(
  `id` String,
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `level` LowCardinality(String) COMMENT 'How serious it is.',
  `message` String COMMENT 'What it says.',
  `host` Nullable(String) COMMENT 'The machine or the pod it ran on.',
  `logger` Nullable(String) COMMENT 'The part of the service that logged it.',
  `traceId` Nullable(String) COMMENT 'The trace it belongs to.',
  `durationMs` Nullable(Decimal(18, 3)) COMMENT 'How long the work took that it tells of.',
  `occurredAt` DateTime64(6, 'UTC') COMMENT 'When it was logged.',
  `_receivedAt` DateTime64(3, 'UTC') COMMENT 'When it came in.',
  `_late` Bool COMMENT 'It came after the watermark had passed the time it happened.'
)
AS SELECT
  `id`,
  `service`,
  `level`,
  `message`,
  `host`,
  `logger`,
  `traceId`,
  `durationMs`,
  `occurredAt`,
  `_receivedAt`,
  `_late`
FROM lakegate.logLines
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'One line that a service logged. One row an event, as it was admitted. Filter on occurredAt: rows are sorted by it.';

CREATE OR REPLACE VIEW analytics.logLines_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `level` LowCardinality(String) COMMENT 'How serious it is.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(hostDistinct)',
  `durationMsSum` Decimal(38, 3) COMMENT 'Merge: sum(durationMsSum).',
  `_durationMsCount` UInt64 COMMENT 'Merge: sum(_durationMsCount).',
  `durationMsMin` Nullable(Decimal(18, 3)) COMMENT 'Merge: min(durationMsMin).',
  `durationMsMax` Nullable(Decimal(18, 3)) COMMENT 'Merge: max(durationMsMax).',
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)',
  `errors` UInt64 COMMENT '@metric: count where {\'level\':{\'in\':[\'ERROR\',\'FATAL\']}}. Merge: sum(errors).'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `service`,
  `level`,
  `count`,
  `lateCount`,
  `hostDistinct`,
  `durationMsSum`,
  `_durationMsCount`,
  `durationMsMin`,
  `durationMsMax`,
  `durationMsQuantiles`,
  `errors`
FROM lakegate.logLines_rollup_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'LogLine: one row a minute and service, level. For example: SELECT start, sum(count) AS events, sum(durationMsSum) AS durationMsTotal, max(durationMsMax) AS durationMsMost, uniqCombined64Merge(14)(hostDistinct) AS hosts, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)[3] AS durationMsP95 FROM analytics.logLines_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.logLines_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `level` LowCardinality(String) COMMENT 'How serious it is.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(hostDistinct)',
  `durationMsSum` Decimal(38, 3) COMMENT 'Merge: sum(durationMsSum).',
  `_durationMsCount` UInt64 COMMENT 'Merge: sum(_durationMsCount).',
  `durationMsMin` Nullable(Decimal(18, 3)) COMMENT 'Merge: min(durationMsMin).',
  `durationMsMax` Nullable(Decimal(18, 3)) COMMENT 'Merge: max(durationMsMax).',
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)',
  `errors` UInt64 COMMENT '@metric: count where {\'level\':{\'in\':[\'ERROR\',\'FATAL\']}}. Merge: sum(errors).'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `service`,
  `level`,
  `count`,
  `lateCount`,
  `hostDistinct`,
  `durationMsSum`,
  `_durationMsCount`,
  `durationMsMin`,
  `durationMsMax`,
  `durationMsQuantiles`,
  `errors`
FROM lakegate.logLines_rollup_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'LogLine: one row an hour and service, level. For example: SELECT start, sum(count) AS events, sum(durationMsSum) AS durationMsTotal, max(durationMsMax) AS durationMsMost, uniqCombined64Merge(14)(hostDistinct) AS hosts, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)[3] AS durationMsP95 FROM analytics.logLines_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.logLines_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `level` LowCardinality(String) COMMENT 'How serious it is.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(hostDistinct)',
  `durationMsSum` Decimal(38, 3) COMMENT 'Merge: sum(durationMsSum).',
  `_durationMsCount` UInt64 COMMENT 'Merge: sum(_durationMsCount).',
  `durationMsMin` Nullable(Decimal(18, 3)) COMMENT 'Merge: min(durationMsMin).',
  `durationMsMax` Nullable(Decimal(18, 3)) COMMENT 'Merge: max(durationMsMax).',
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)',
  `errors` UInt64 COMMENT '@metric: count where {\'level\':{\'in\':[\'ERROR\',\'FATAL\']}}. Merge: sum(errors).'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `service`,
  `level`,
  `count`,
  `lateCount`,
  `hostDistinct`,
  `durationMsSum`,
  `_durationMsCount`,
  `durationMsMin`,
  `durationMsMax`,
  `durationMsQuantiles`,
  `errors`
FROM lakegate.logLines_rollup_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'LogLine: one row a day and service, level. For example: SELECT start, sum(count) AS events, sum(durationMsSum) AS durationMsTotal, max(durationMsMax) AS durationMsMost, uniqCombined64Merge(14)(hostDistinct) AS hosts, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)[3] AS durationMsP95 FROM analytics.logLines_1d GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.logLines_by_service_host_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `host` Nullable(String) COMMENT 'The machine or the pod it ran on.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(hostDistinct)',
  `durationMsSum` Decimal(38, 3) COMMENT 'Merge: sum(durationMsSum).',
  `_durationMsCount` UInt64 COMMENT 'Merge: sum(_durationMsCount).',
  `durationMsMin` Nullable(Decimal(18, 3)) COMMENT 'Merge: min(durationMsMin).',
  `durationMsMax` Nullable(Decimal(18, 3)) COMMENT 'Merge: max(durationMsMax).',
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)',
  `errors` UInt64 COMMENT '@metric: count where {\'level\':{\'in\':[\'ERROR\',\'FATAL\']}}. Merge: sum(errors).'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `service`,
  `host`,
  `count`,
  `lateCount`,
  `hostDistinct`,
  `durationMsSum`,
  `_durationMsCount`,
  `durationMsMin`,
  `durationMsMax`,
  `durationMsQuantiles`,
  `errors`
FROM lakegate.logLines_rollup_service_host_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'LogLine: one row a minute and service, host. For example: SELECT start, sum(count) AS events, sum(durationMsSum) AS durationMsTotal, max(durationMsMax) AS durationMsMost, uniqCombined64Merge(14)(hostDistinct) AS hosts, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)[3] AS durationMsP95 FROM analytics.logLines_by_service_host_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.logLines_by_service_host_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `host` Nullable(String) COMMENT 'The machine or the pod it ran on.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(hostDistinct)',
  `durationMsSum` Decimal(38, 3) COMMENT 'Merge: sum(durationMsSum).',
  `_durationMsCount` UInt64 COMMENT 'Merge: sum(_durationMsCount).',
  `durationMsMin` Nullable(Decimal(18, 3)) COMMENT 'Merge: min(durationMsMin).',
  `durationMsMax` Nullable(Decimal(18, 3)) COMMENT 'Merge: max(durationMsMax).',
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)',
  `errors` UInt64 COMMENT '@metric: count where {\'level\':{\'in\':[\'ERROR\',\'FATAL\']}}. Merge: sum(errors).'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `service`,
  `host`,
  `count`,
  `lateCount`,
  `hostDistinct`,
  `durationMsSum`,
  `_durationMsCount`,
  `durationMsMin`,
  `durationMsMax`,
  `durationMsQuantiles`,
  `errors`
FROM lakegate.logLines_rollup_service_host_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'LogLine: one row an hour and service, host. For example: SELECT start, sum(count) AS events, sum(durationMsSum) AS durationMsTotal, max(durationMsMax) AS durationMsMost, uniqCombined64Merge(14)(hostDistinct) AS hosts, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)[3] AS durationMsP95 FROM analytics.logLines_by_service_host_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.logLines_by_service_host_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `service` LowCardinality(String) COMMENT 'The service that logged it.',
  `host` Nullable(String) COMMENT 'The machine or the pod it ran on.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `hostDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(hostDistinct)',
  `durationMsSum` Decimal(38, 3) COMMENT 'Merge: sum(durationMsSum).',
  `_durationMsCount` UInt64 COMMENT 'Merge: sum(_durationMsCount).',
  `durationMsMin` Nullable(Decimal(18, 3)) COMMENT 'Merge: min(durationMsMin).',
  `durationMsMax` Nullable(Decimal(18, 3)) COMMENT 'Merge: max(durationMsMax).',
  `durationMsQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)',
  `errors` UInt64 COMMENT '@metric: count where {\'level\':{\'in\':[\'ERROR\',\'FATAL\']}}. Merge: sum(errors).'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `service`,
  `host`,
  `count`,
  `lateCount`,
  `hostDistinct`,
  `durationMsSum`,
  `_durationMsCount`,
  `durationMsMin`,
  `durationMsMax`,
  `durationMsQuantiles`,
  `errors`
FROM lakegate.logLines_rollup_service_host_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'LogLine: one row a day and service, host. For example: SELECT start, sum(count) AS events, sum(durationMsSum) AS durationMsTotal, max(durationMsMax) AS durationMsMost, uniqCombined64Merge(14)(hostDistinct) AS hosts, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(durationMsQuantiles)[3] AS durationMsP95 FROM analytics.logLines_by_service_host_1d GROUP BY start ORDER BY start';
