-- Which ids were seen again, when and by which door: `trace` tells every time an id was seen, and raw holds the first time only.
-- It takes the way of every event: log, queue table, view. So the ledger proves this stream too.
--
-- Why one row a call and not one an event: who sends 100,000 events again makes a hundred rows of a thousand ids, not 100,000 rows.
-- Effect: an id is found by its bloom filter; a call's ids take about what they take as text.
-- Not: counting duplicates from it. The answer to the sender did that; this is for looking one id up.
CREATE TABLE IF NOT EXISTS lakegate.duplicates_queue
(
  _partition UInt64,
  _offset UInt64,
  _error String,
  _raw_message String,
  _tenant LowCardinality(String),
  _receivedAt Int64,
  _time Int64,
  _watermark Int64,
  kind String,
  source String,
  ids Array(String)
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.duplicates
(
  _tenant LowCardinality(String),
  kind LowCardinality(String),
  receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  source LowCardinality(String),
  ids Array(String) CODEC(ZSTD(1)),
  -- The time of the record itself.
  at DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4),
  INDEX by_id ids TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(receivedAt)
ORDER BY (_tenant, kind, receivedAt)
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 64;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.duplicates_mv TO lakegate.duplicates AS
SELECT
  _tenant,
  kind,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS receivedAt,
  source,
  ids,
  fromUnixTimestamp64Micro(_time, 'UTC') AS at,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.duplicates_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.duplicates_ledger_mv TO lakegate.ledger AS
SELECT
  'duplicates' AS topic,
  toUInt32(_partition) AS _partition,
  min(_offset) AS firstOffset,
  max(_offset) AS lastOffset,
  -- Nobody numbers this stream: its offsets are all there is.
  min(_offset) AS firstSequence,
  max(_offset) AS lastSequence,
  count() AS rows,
  arraySort(groupUniqArray(toDateTime(toStartOfHour(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC'))) AS hours,
  fromUnixTimestamp64Micro(min(_time), 'UTC') AS minTime,
  fromUnixTimestamp64Micro(max(_time), 'UTC') AS maxTime,
  fromUnixTimestamp64Milli(max(_watermark), 'UTC') AS watermark,
  fromUnixTimestamp64Milli(min(_receivedAt), 'UTC') AS minReceivedAt,
  fromUnixTimestamp64Milli(max(_receivedAt), 'UTC') AS maxReceivedAt,
  now64(3, 'UTC') AS loadedAt
FROM lakegate.duplicates_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.duplicates_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:duplicates/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:duplicates' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.duplicates_queue
WHERE _error != '';
