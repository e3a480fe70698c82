-- Made from the declaration of Activity. Do not edit: change the declaration and run `npm run codegen`.
-- What people see of it over SQL, through the SQL door or as a user of a ClickHouse server. Made anew when it has changed.
CREATE OR REPLACE VIEW analytics.activities
(
  `id` String,
  `userId` String COMMENT 'Who did it; a stable anonymous id where nobody is logged in.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `sessionId` Nullable(String) COMMENT 'The visit as the client counts it.',
  `url` Nullable(String) COMMENT 'The whole address, with query and fragment.',
  `path` Nullable(String) COMMENT 'The path of the page, without query and fragment: /pricing.',
  `referrer` Nullable(String) COMMENT 'Where the user came from: the host of the page before.',
  `device` LowCardinality(Nullable(String)) COMMENT 'What it was done on.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was done.',
  `occurredAt` DateTime64(6, 'UTC') COMMENT 'When it was done.',
  `_receivedAt` DateTime64(3, 'UTC') COMMENT 'When it came in.',
  `_late` Bool COMMENT 'It came after the watermark had passed the time it happened.'
)
AS SELECT
  `id`,
  `userId`,
  `type`,
  `sessionId`,
  `url`,
  `path`,
  `referrer`,
  `device`,
  `country`,
  `occurredAt`,
  `_receivedAt`,
  `_late`
FROM lakegate.activities
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Something a user did in an app or on a site: saw a page, clicked, searched. One row an event, as it was admitted. Filter on occurredAt: rows are sorted by it.';

CREATE OR REPLACE VIEW analytics.activities_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `device` LowCardinality(Nullable(String)) COMMENT 'What it was done on.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was done.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(sessionIdDistinct)',
  `pageViews` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'PAGE_VIEW\'}}. Merge: sum(pageViews).',
  `clicks` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'CLICK\'}}. Merge: sum(clicks).'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `type`,
  `device`,
  `country`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `sessionIdDistinct`,
  `pageViews`,
  `clicks`
FROM lakegate.activities_rollup_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Activity: one row a minute and type, device, country. For example: SELECT start, sum(count) AS events, uniqCombined64Merge(14)(userIdDistinct) AS userIds FROM analytics.activities_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.activities_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `device` LowCardinality(Nullable(String)) COMMENT 'What it was done on.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was done.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(sessionIdDistinct)',
  `pageViews` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'PAGE_VIEW\'}}. Merge: sum(pageViews).',
  `clicks` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'CLICK\'}}. Merge: sum(clicks).'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `type`,
  `device`,
  `country`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `sessionIdDistinct`,
  `pageViews`,
  `clicks`
FROM lakegate.activities_rollup_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Activity: one row an hour and type, device, country. For example: SELECT start, sum(count) AS events, uniqCombined64Merge(14)(userIdDistinct) AS userIds FROM analytics.activities_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.activities_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `device` LowCardinality(Nullable(String)) COMMENT 'What it was done on.',
  `country` LowCardinality(Nullable(String)) COMMENT 'Where it was done.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(sessionIdDistinct)',
  `pageViews` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'PAGE_VIEW\'}}. Merge: sum(pageViews).',
  `clicks` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'CLICK\'}}. Merge: sum(clicks).'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `type`,
  `device`,
  `country`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `sessionIdDistinct`,
  `pageViews`,
  `clicks`
FROM lakegate.activities_rollup_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Activity: one row a day and type, device, country. For example: SELECT start, sum(count) AS events, uniqCombined64Merge(14)(userIdDistinct) AS userIds FROM analytics.activities_1d GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.activities_by_type_path_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `path` Nullable(String) COMMENT 'The path of the page, without query and fragment: /pricing.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(sessionIdDistinct)',
  `pageViews` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'PAGE_VIEW\'}}. Merge: sum(pageViews).',
  `clicks` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'CLICK\'}}. Merge: sum(clicks).'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `type`,
  `path`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `sessionIdDistinct`,
  `pageViews`,
  `clicks`
FROM lakegate.activities_rollup_type_path_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Activity: one row a minute and type, path. For example: SELECT start, sum(count) AS events, uniqCombined64Merge(14)(userIdDistinct) AS userIds FROM analytics.activities_by_type_path_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.activities_by_type_path_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `path` Nullable(String) COMMENT 'The path of the page, without query and fragment: /pricing.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(sessionIdDistinct)',
  `pageViews` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'PAGE_VIEW\'}}. Merge: sum(pageViews).',
  `clicks` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'CLICK\'}}. Merge: sum(clicks).'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `type`,
  `path`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `sessionIdDistinct`,
  `pageViews`,
  `clicks`
FROM lakegate.activities_rollup_type_path_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Activity: one row an hour and type, path. For example: SELECT start, sum(count) AS events, uniqCombined64Merge(14)(userIdDistinct) AS userIds FROM analytics.activities_by_type_path_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.activities_by_type_path_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `type` LowCardinality(String) COMMENT 'What was done.',
  `path` Nullable(String) COMMENT 'The path of the page, without query and fragment: /pricing.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(userIdDistinct)',
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)) COMMENT 'State. Count it: uniqCombined64Merge(14)(sessionIdDistinct)',
  `pageViews` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'PAGE_VIEW\'}}. Merge: sum(pageViews).',
  `clicks` UInt64 COMMENT '@metric: count where {\'type\':{\'eq\':\'CLICK\'}}. Merge: sum(clicks).'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `type`,
  `path`,
  `count`,
  `lateCount`,
  `userIdDistinct`,
  `sessionIdDistinct`,
  `pageViews`,
  `clicks`
FROM lakegate.activities_rollup_type_path_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Activity: one row a day and type, path. For example: SELECT start, sum(count) AS events, uniqCombined64Merge(14)(userIdDistinct) AS userIds FROM analytics.activities_by_type_path_1d GROUP BY start ORDER BY start';
