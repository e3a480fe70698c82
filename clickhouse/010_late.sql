-- Every event that a job could not count in its window any more, or only in a correction, with the end of the window it missed.
--
-- Why by the time of receipt: the time of the event itself is long past, and who looks for what came late looks at what came lately.
-- Effect: nothing while nothing is late. The event is kept whole, compressed by ZSTD.
-- Not: counting late events of a kind from it. An event is here once for each job that it was late for; in raw `_late` says it once.
CREATE TABLE IF NOT EXISTS lakegate.late_queue
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
  event Tuple(topic String, partition UInt32, offset UInt64, id String, timeUs Int64, members String),
  missedEndUs Int64,
  corrected Bool
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.late
(
  _tenant LowCardinality(String),
  receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  topic LowCardinality(String),
  id String,
  time DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  missedEnd DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  -- How far it was behind the watermark that it met.
  byMs Int64,
  corrected Bool,
  job LowCardinality(String),
  jobVersion UInt32,
  shadow Bool,
  key String,
  members String CODEC(ZSTD(1)),
  eventPartition UInt32,
  eventOffset UInt64,
  -- The time of the record itself.
  at DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(receivedAt)
ORDER BY (_tenant, receivedAt, topic, id, job, _offset)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.late_mv TO lakegate.late AS
SELECT
  _tenant,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS receivedAt,
  event.topic AS topic,
  event.id AS id,
  fromUnixTimestamp64Micro(event.timeUs, 'UTC') AS time,
  fromUnixTimestamp64Micro(missedEndUs, 'UTC') AS missedEnd,
  if(_watermark = 0, 0, greatest(_watermark - intDiv(event.timeUs, 1000), 0)) AS byMs,
  corrected,
  job,
  jobVersion,
  shadow,
  key,
  event.members AS members,
  event.partition AS eventPartition,
  event.offset AS eventOffset,
  fromUnixTimestamp64Micro(_time, 'UTC') AS at,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.late_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.late_ledger_mv TO lakegate.ledger AS
SELECT
  'late' AS topic,
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
FROM lakegate.late_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.late_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:late/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:late' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.late_queue
WHERE _error != '';
