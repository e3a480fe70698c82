-- Every revision of every window of every job. The last one of a job, key and window, by its place in the log, is the result.
--
-- Why all revisions: what was published before a late event corrected it stays to be looked at, and rows that vanish cannot be compared with the log.
-- Effect: revisions of a window lie side by side, so that a page reads in the order of the table and takes the first of each.
-- Not: summing over this table without taking the last revision only.
CREATE TABLE IF NOT EXISTS lakegate.results_queue
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
  startUs Int64,
  endUs Int64,
  revision UInt32,
  values String
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.results
(
  _tenant LowCardinality(String),
  job LowCardinality(String),
  start DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  `end` DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  key String,
  jobVersion UInt32,
  shadow Bool,
  revision UInt32,
  -- A JSON object by measure: count, amountSum. Decimals are text in it.
  values String CODEC(ZSTD(1)),
  _receivedAt DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(start)
ORDER BY (_tenant, job, start, `end`, key, _offset)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.results_mv TO lakegate.results AS
SELECT
  _tenant,
  job,
  fromUnixTimestamp64Micro(_time, 'UTC') AS start,
  fromUnixTimestamp64Micro(endUs, 'UTC') AS `end`,
  key,
  jobVersion,
  shadow,
  revision,
  values,
  fromUnixTimestamp64Milli(_receivedAt, 'UTC') AS _receivedAt,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.results_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.results_ledger_mv TO lakegate.ledger AS
SELECT
  'results' AS topic,
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
FROM lakegate.results_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.results_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:results/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:results' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.results_queue
WHERE _error != '';
