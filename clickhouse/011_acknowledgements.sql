-- What people said to alerts: that they have seen one, and a note.
-- It takes the way of every event: log, queue table, view. So what was answered is durable, and the ledger proves this stream too.
--
-- Why rows are only added: who was first and when is told by the first of an alert, the note by the last that has one.
-- Effect: as many rows as people click.
-- Not: a column of alerts that is changed. The log has no such thing, and the tables could no longer be made again from it.
CREATE TABLE IF NOT EXISTS lakegate.acknowledgements_queue
(
  _partition UInt64,
  _offset UInt64,
  _error String,
  _raw_message String,
  _tenant LowCardinality(String),
  _receivedAt Int64,
  _time Int64,
  _watermark Int64,
  alertId String,
  by String,
  note Nullable(String)
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS lakegate.acknowledgements
(
  _tenant LowCardinality(String),
  alertId String,
  at DateTime64(6, 'UTC') CODEC(Delta, LZ4),
  by String,
  note Nullable(String),
  _partition UInt32 CODEC(T64, LZ4),
  _offset UInt64 CODEC(Delta, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (_tenant, alertId, _offset)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.acknowledgements_mv TO lakegate.acknowledgements AS
SELECT
  _tenant,
  alertId,
  fromUnixTimestamp64Micro(_time, 'UTC') AS at,
  by,
  note,
  toUInt32(_partition) AS _partition,
  _offset
FROM lakegate.acknowledgements_queue
WHERE _error = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.acknowledgements_ledger_mv TO lakegate.ledger AS
SELECT
  'acknowledgements' AS topic,
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
FROM lakegate.acknowledgements_queue
WHERE _error = ''
GROUP BY _partition;

-- What another writer put into the topic on Kafka and is no record of ours: kept all the same. It has no position in the stream of `rejected`.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.acknowledgements_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:acknowledgements/', toString(_partition), '/', toString(_offset)) AS id,
  CAST(NULL, 'Nullable(String)') AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:acknowledgements' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as the product writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.acknowledgements_queue
WHERE _error != '';
