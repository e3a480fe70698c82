-- Everything that was refused, whole, with the reason and where it came from: nothing is dropped in silence.
-- It takes the way of every event: log, queue table, view. So the ledger proves this stream too.
--
-- Why one table for all kinds: who looks for what went wrong does not know the kind yet, and `kind` is null where nobody could tell.
-- Why the payload is text in base64 where it is not text (payloadEncoding says which): a String may hold any bytes, but JSON may not.
-- Effect: nothing while nothing is refused. The payload is compressed by ZSTD rather than LZ4, as it is written once and hardly ever read.
-- Not: ordering by kind first. People page through this by time.
CREATE TABLE IF NOT EXISTS lakegate.rejected_queue
(
  _partition UInt64,
  _offset UInt64,
  _error String,
  _raw_message String,
  _tenant LowCardinality(String),
  _receivedAt Int64,
  _time Int64,
  _watermark Int64,
  id String,
  kind Nullable(String),
  eventId Nullable(String),
  source String,
  code String,
  pointer String,
  expected String,
  got Nullable(String),
  payload String,
  payloadEncoding String
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.rejected
(
  _tenant LowCardinality(String),
  receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  id String,
  kind LowCardinality(Nullable(String)),
  eventId Nullable(String),
  source LowCardinality(String),
  code LowCardinality(String),
  pointer String,
  expected String,
  got Nullable(String),
  payload String CODEC(ZSTD(1)),
  payloadEncoding LowCardinality(String),
  -- The time of the record itself, which is when it was refused.
  at DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(receivedAt)
ORDER BY (_tenant, receivedAt, id)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.rejected_mv TO lakegate.rejected AS
SELECT
  _tenant,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS receivedAt,
  id,
  kind,
  eventId,
  source,
  code,
  pointer,
  expected,
  got,
  payload,
  payloadEncoding,
  fromUnixTimestamp64Micro(_time, 'UTC') AS at,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.rejected_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.rejected_ledger_mv TO lakegate.ledger AS
SELECT
  'rejected' AS topic,
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
FROM lakegate.rejected_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.rejected_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:rejected/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:rejected' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.rejected_queue
WHERE _error != '';
