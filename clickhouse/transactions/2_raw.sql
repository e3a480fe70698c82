-- Made from the declaration of Transaction. Do not edit: change the declaration and run `npm run codegen`.
-- Every event as it was admitted. An id that should come twice collapses; that it did not is what the ledger shows.
CREATE TABLE IF NOT EXISTS lakegate.transactions
(
  _tenant LowCardinality(String),
  `id` String,
  `userId` String,
  `amount` Decimal(18, 4),
  `currency` LowCardinality(String),
  `status` LowCardinality(String),
  `category` LowCardinality(String),
  `country` LowCardinality(Nullable(String)),
  `merchant` Nullable(String),
  `occurredAt` DateTime64(6, 'UTC'),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4),
  _receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  _late Bool,
  _id String ALIAS `id`,
  INDEX by_id `id` TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(`occurredAt`)
ORDER BY (_tenant, `occurredAt`, `id`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.transactions_mv TO lakegate.transactions AS
SELECT
  _tenant,
  `id`,
  `userId`,
  `amount`,
  `currency`,
  `status`,
  `category`,
  `country`,
  `merchant`,
  fromUnixTimestamp64Micro(_time, 'UTC') AS `occurredAt`,
  toUInt32(_partition) AS _partition,
  _offset,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS _receivedAt,
  _time < _watermark * 1000 AS _late
FROM lakegate.transactions_queue
WHERE _error = '';
