-- Made from the declaration of Rating. Do not edit: change the declaration and run `npm run codegen`.
-- Every event as it was admitted. An id that should come twice collapses; that it did not is what the ledger shows.
CREATE TABLE IF NOT EXISTS lakegate.ratings
(
  _tenant LowCardinality(String),
  `ratingId` String,
  `version` Int32,
  `playerId` String,
  `matchId` String,
  `rating` Decimal(18, 2),
  `competition` LowCardinality(Nullable(String)),
  `role` LowCardinality(Nullable(String)),
  `minute` Nullable(Int32),
  `occurredAt` DateTime64(6, 'UTC'),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4),
  _receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  _late Bool,
  _id String,
  INDEX by_id _id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(`occurredAt`)
ORDER BY (_tenant, `occurredAt`, _id)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.ratings_mv TO lakegate.ratings AS
SELECT
  _tenant,
  `ratingId`,
  `version`,
  `playerId`,
  `matchId`,
  `rating`,
  `competition`,
  `role`,
  `minute`,
  fromUnixTimestamp64Micro(_time, 'UTC') AS `occurredAt`,
  toUInt32(_partition) AS _partition,
  _offset,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS _receivedAt,
  _time < _watermark * 1000 AS _late,
  _id
FROM lakegate.ratings_queue
WHERE _error = '';
