-- Made from the declaration of Activity. Do not edit: change the declaration and run `npm run codegen`.
-- Aggregates for each 1m by type, path, fed by the queue.
CREATE TABLE IF NOT EXISTS lakegate.activities_rollup_type_path_1m
(
  _tenant LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, LZ4),
  `type` LowCardinality(String),
  `path` Nullable(String),
  `count` SimpleAggregateFunction(sum, UInt64),
  `lateCount` SimpleAggregateFunction(sum, UInt64),
  `userIdDistinct` AggregateFunction(uniqCombined64(14), String),
  `sessionIdDistinct` AggregateFunction(uniqCombined64(14), Nullable(String)),
  `pageViews` SimpleAggregateFunction(sum, UInt64),
  `clicks` SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMMDD(start)
ORDER BY (_tenant, start, `type`, `path`)
SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.activities_rollup_type_path_1m_mv TO lakegate.activities_rollup_type_path_1m AS
SELECT
  _tenant,
  toDateTime(toStartOfMinute(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC') AS start,
  `type`,
  `path`,
  count() AS `count`,
  countIf(_time < _watermark * 1000) AS `lateCount`,
  uniqCombined64State(14)(CAST(`userId`, 'String')) AS `userIdDistinct`,
  uniqCombined64State(14)(CAST(`sessionId`, 'Nullable(String)')) AS `sessionIdDistinct`,
  countIf(((`type` = 'PAGE_VIEW'))) AS `pageViews`,
  countIf(((`type` = 'CLICK'))) AS `clicks`
FROM lakegate.activities_queue
WHERE _error = ''
GROUP BY _tenant, start, `type`, `path`;
