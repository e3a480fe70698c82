-- Made from the declaration of Rating. Do not edit: change the declaration and run `npm run codegen`.
-- What people see of it over SQL, through the SQL door or as a user of a ClickHouse server. Made anew when it has changed.
CREATE OR REPLACE VIEW analytics.ratings
(
  `ratingId` String COMMENT 'One per player and match, the same for all its versions.',
  `version` Int32 COMMENT 'Grows by one with every correction of the same rating.',
  `playerId` String COMMENT 'Whose rating it is.',
  `matchId` String COMMENT 'The match it was given in.',
  `rating` Decimal(18, 2) COMMENT '0 to 10, two digits after the point.',
  `competition` LowCardinality(Nullable(String)) COMMENT 'The competition the match belongs to.',
  `role` LowCardinality(Nullable(String)) COMMENT 'Where the player played.',
  `minute` Nullable(Int32) COMMENT 'The minute of the match.',
  `occurredAt` DateTime64(6, 'UTC') COMMENT 'When the rating was given.',
  `_id` String COMMENT 'ratingId and version as one text.',
  `_receivedAt` DateTime64(3, 'UTC') COMMENT 'When it came in.',
  `_late` Bool COMMENT 'It came after the watermark had passed the time it happened.'
)
AS SELECT
  `ratingId`,
  `version`,
  `playerId`,
  `matchId`,
  `rating`,
  `competition`,
  `role`,
  `minute`,
  `occurredAt`,
  `_id`,
  `_receivedAt`,
  `_late`
FROM lakegate.ratings
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'A player\'s live rating in a match. A correction is sent with the next `version`: an event of its own, so that history stays, and what asks for the rating now takes the latest version. One row an event, as it was admitted. Filter on occurredAt: rows are sorted by it.';

CREATE OR REPLACE VIEW analytics.ratings_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `competition` LowCardinality(Nullable(String)) COMMENT 'The competition the match belongs to.',
  `role` LowCardinality(Nullable(String)) COMMENT 'Where the player played.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(playerIdDistinct)',
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(matchIdDistinct)',
  `ratingSum` Decimal(38, 2) COMMENT 'Merge: sum(ratingSum).',
  `ratingMin` Decimal(18, 2) COMMENT 'Merge: min(ratingMin).',
  `ratingMax` Decimal(18, 2) COMMENT 'Merge: max(ratingMax).',
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `competition`,
  `role`,
  `count`,
  `lateCount`,
  `playerIdDistinct`,
  `matchIdDistinct`,
  `ratingSum`,
  `ratingMin`,
  `ratingMax`,
  `ratingQuantiles`
FROM lakegate.ratings_rollup_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Rating: one row a minute and competition, role. For example: SELECT start, sum(count) AS events, sum(ratingSum) AS ratingTotal, max(ratingMax) AS ratingMost, uniqCombined64Merge(14)(playerIdDistinct) AS playerIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)[3] AS ratingP95 FROM analytics.ratings_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.ratings_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `competition` LowCardinality(Nullable(String)) COMMENT 'The competition the match belongs to.',
  `role` LowCardinality(Nullable(String)) COMMENT 'Where the player played.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(playerIdDistinct)',
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(matchIdDistinct)',
  `ratingSum` Decimal(38, 2) COMMENT 'Merge: sum(ratingSum).',
  `ratingMin` Decimal(18, 2) COMMENT 'Merge: min(ratingMin).',
  `ratingMax` Decimal(18, 2) COMMENT 'Merge: max(ratingMax).',
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `competition`,
  `role`,
  `count`,
  `lateCount`,
  `playerIdDistinct`,
  `matchIdDistinct`,
  `ratingSum`,
  `ratingMin`,
  `ratingMax`,
  `ratingQuantiles`
FROM lakegate.ratings_rollup_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Rating: one row an hour and competition, role. For example: SELECT start, sum(count) AS events, sum(ratingSum) AS ratingTotal, max(ratingMax) AS ratingMost, uniqCombined64Merge(14)(playerIdDistinct) AS playerIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)[3] AS ratingP95 FROM analytics.ratings_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.ratings_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `competition` LowCardinality(Nullable(String)) COMMENT 'The competition the match belongs to.',
  `role` LowCardinality(Nullable(String)) COMMENT 'Where the player played.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(playerIdDistinct)',
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(matchIdDistinct)',
  `ratingSum` Decimal(38, 2) COMMENT 'Merge: sum(ratingSum).',
  `ratingMin` Decimal(18, 2) COMMENT 'Merge: min(ratingMin).',
  `ratingMax` Decimal(18, 2) COMMENT 'Merge: max(ratingMax).',
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `competition`,
  `role`,
  `count`,
  `lateCount`,
  `playerIdDistinct`,
  `matchIdDistinct`,
  `ratingSum`,
  `ratingMin`,
  `ratingMax`,
  `ratingQuantiles`
FROM lakegate.ratings_rollup_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Rating: one row a day and competition, role. For example: SELECT start, sum(count) AS events, sum(ratingSum) AS ratingTotal, max(ratingMax) AS ratingMost, uniqCombined64Merge(14)(playerIdDistinct) AS playerIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)[3] AS ratingP95 FROM analytics.ratings_1d GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.ratings_by_playerId_1m
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1m long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `playerId` String COMMENT 'Whose rating it is.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(playerIdDistinct)',
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(matchIdDistinct)',
  `ratingSum` Decimal(38, 2) COMMENT 'Merge: sum(ratingSum).',
  `ratingMin` Decimal(18, 2) COMMENT 'Merge: min(ratingMin).',
  `ratingMax` Decimal(18, 2) COMMENT 'Merge: max(ratingMax).',
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)'
)
AS SELECT
  `start`,
  start + 60 AS `end`,
  `playerId`,
  `count`,
  `lateCount`,
  `playerIdDistinct`,
  `matchIdDistinct`,
  `ratingSum`,
  `ratingMin`,
  `ratingMax`,
  `ratingQuantiles`
FROM lakegate.ratings_rollup_playerId_1m FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Rating: one row a minute and playerId. For example: SELECT start, sum(count) AS events, sum(ratingSum) AS ratingTotal, max(ratingMax) AS ratingMost, uniqCombined64Merge(14)(playerIdDistinct) AS playerIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)[3] AS ratingP95 FROM analytics.ratings_by_playerId_1m GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.ratings_by_playerId_1h
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1h long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `playerId` String COMMENT 'Whose rating it is.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(playerIdDistinct)',
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(matchIdDistinct)',
  `ratingSum` Decimal(38, 2) COMMENT 'Merge: sum(ratingSum).',
  `ratingMin` Decimal(18, 2) COMMENT 'Merge: min(ratingMin).',
  `ratingMax` Decimal(18, 2) COMMENT 'Merge: max(ratingMax).',
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)'
)
AS SELECT
  `start`,
  start + 3600 AS `end`,
  `playerId`,
  `count`,
  `lateCount`,
  `playerIdDistinct`,
  `matchIdDistinct`,
  `ratingSum`,
  `ratingMin`,
  `ratingMax`,
  `ratingQuantiles`
FROM lakegate.ratings_rollup_playerId_1h FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Rating: one row an hour and playerId. For example: SELECT start, sum(count) AS events, sum(ratingSum) AS ratingTotal, max(ratingMax) AS ratingMost, uniqCombined64Merge(14)(playerIdDistinct) AS playerIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)[3] AS ratingP95 FROM analytics.ratings_by_playerId_1h GROUP BY start ORDER BY start';

CREATE OR REPLACE VIEW analytics.ratings_by_playerId_1d
(
  `start` DateTime('UTC') COMMENT 'Start of the window of event time, 1d long.',
  `end` DateTime('UTC') COMMENT 'Its end, exclusive.',
  `playerId` String COMMENT 'Whose rating it is.',
  `count` UInt64 COMMENT 'Merge: sum(count).',
  `lateCount` UInt64 COMMENT 'Merge: sum(lateCount).',
  `playerIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(playerIdDistinct)',
  `matchIdDistinct` AggregateFunction(uniqCombined64(14), String) COMMENT 'State. Count it: uniqCombined64Merge(14)(matchIdDistinct)',
  `ratingSum` Decimal(38, 2) COMMENT 'Merge: sum(ratingSum).',
  `ratingMin` Decimal(18, 2) COMMENT 'Merge: min(ratingMin).',
  `ratingMax` Decimal(18, 2) COMMENT 'Merge: max(ratingMax).',
  `ratingQuantiles` AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.95, 0.99), Float64) COMMENT 'State. Quantiles p50, p90, p95, p99: quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)'
)
AS SELECT
  `start`,
  start + 86400 AS `end`,
  `playerId`,
  `count`,
  `lateCount`,
  `playerIdDistinct`,
  `matchIdDistinct`,
  `ratingSum`,
  `ratingMin`,
  `ratingMax`,
  `ratingQuantiles`
FROM lakegate.ratings_rollup_playerId_1d FINAL
PREWHERE _tenant = JSONExtractString(getSetting('log_comment'), 'tenant')
COMMENT 'Rating: one row a day and playerId. For example: SELECT start, sum(count) AS events, sum(ratingSum) AS ratingTotal, max(ratingMax) AS ratingMost, uniqCombined64Merge(14)(playerIdDistinct) AS playerIds, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(ratingQuantiles)[3] AS ratingP95 FROM analytics.ratings_by_playerId_1d GROUP BY start ORDER BY start';
