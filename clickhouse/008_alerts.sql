-- Every alert, whole, with the events that made it: it shows them also when raw has let them go.
--
-- Why an id may be here more than once: it is made of the rule and the events, so that a history that is replayed raises the same alert again. Rows of
-- one id differ in nothing but by whom and when they were written; readers take the first, and one that was really raised before one of a trial.
-- Why raisedAt is the time of the log: a replay says the same of everything else, and when it was written is known to the log alone. The column
-- `_timestamp_ms` is ClickHouse's own name for it; the loader writes it where there is no Kafka.
-- Effect: the alerts of an event are found by a bloom filter over `eventKeys`.
-- Not: ordering by raisedAt. It is another one after a replay, and a page would show an alert twice.
CREATE TABLE IF NOT EXISTS lakegate.alerts_queue
(
  _partition UInt64,
  _offset UInt64,
  _error String,
  _raw_message String,
  _tenant LowCardinality(String),
  _receivedAt Int64,
  _time Int64,
  _watermark Int64,
  job String,
  jobVersion UInt32,
  shadow Bool,
  key String,
  _timestamp_ms Nullable(DateTime64(3)),
  id String,
  reason String,
  events Array(Tuple(topic String, partition UInt32, offset UInt64, id String, timeUs Int64, members String))
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.alerts
(
  _tenant LowCardinality(String),
  matchedAt DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  raisedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  id String,
  job LowCardinality(String),
  jobVersion UInt32,
  shadow Bool,
  key String,
  reason String CODEC(ZSTD(1)),
  events Array(Tuple(topic String, partition UInt32, offset UInt64, id String, timeUs Int64, members String)) CODEC(ZSTD(1)),
  -- transactions/t-7: topic and id of each.
  eventKeys Array(String) CODEC(ZSTD(1)),
  _receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4),
  INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_key key TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_event eventKeys TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(matchedAt)
ORDER BY (_tenant, matchedAt, id, _offset)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.alerts_mv TO lakegate.alerts AS
SELECT
  _tenant,
  fromUnixTimestamp64Micro(_time, 'UTC') AS matchedAt,
  toDateTime64(assumeNotNull(_timestamp_ms), 3, 'UTC') AS raisedAt,
  id,
  job,
  jobVersion,
  shadow,
  key,
  reason,
  events,
  arrayMap(event -> concat(event.topic, '/', event.id), events) AS eventKeys,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS _receivedAt,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.alerts_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.alerts_ledger_mv TO lakegate.ledger AS
SELECT
  'alerts' AS topic,
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
FROM lakegate.alerts_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.alerts_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:alerts/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:alerts' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.alerts_queue
WHERE _error != '';
