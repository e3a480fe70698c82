-- Every state of every session that was published. The last one of an id, by its place in the log, is the session; what came before it is its history.
--
-- Why all states, and no engine that replaces rows: such an engine replaces them at some later moment, so that every reader must do it once more, and
-- rows that vanish cannot be compared with the log. All states of one session are in one partition of the log, so that the greatest offset is the last.
-- Effect: a session that grew ten times is ten rows of some 60 bytes. A page of the list reads from the newest start downwards and looks up, for the ids
-- it met, whether a later state is elsewhere.
-- Not: reading a row as a session without that look. A late event can move the start, and joins two sessions into one: `mergedInto` says into which.
CREATE TABLE IF NOT EXISTS lakegate.sessions_queue
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
  id String,
  userId String,
  startUs Int64,
  endUs Int64,
  open Bool,
  activities UInt32,
  pageViews UInt32,
  pages Array(String),
  entryPage Nullable(String),
  exitPage Nullable(String),
  revision UInt32,
  mergedInto Nullable(String)
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.sessions
(
  _tenant LowCardinality(String),
  start DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  `end` DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  id String,
  userId String,
  open Bool,
  activities UInt32,
  pageViews UInt32,
  pages Array(String),
  entryPage Nullable(String),
  exitPage Nullable(String),
  revision UInt32,
  mergedInto Nullable(String),
  job LowCardinality(String),
  jobVersion UInt32,
  shadow Bool,
  _receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4),
  INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX by_user userId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, start, id, _offset)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sessions_mv TO lakegate.sessions AS
SELECT
  _tenant,
  fromUnixTimestamp64Micro(_time, 'UTC') AS start,
  fromUnixTimestamp64Micro(endUs, 'UTC') AS `end`,
  id,
  userId,
  open,
  activities,
  pageViews,
  pages,
  entryPage,
  exitPage,
  revision,
  mergedInto,
  job,
  jobVersion,
  shadow,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS _receivedAt,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.sessions_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sessions_ledger_mv TO lakegate.ledger AS
SELECT
  'sessions' AS topic,
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
FROM lakegate.sessions_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sessions_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:sessions/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:sessions' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.sessions_queue
WHERE _error != '';
