-- Made from the declaration of LogLine. Do not edit: change the declaration and run `npm run codegen`.
-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS lakegate.logLines_queue
(
  _partition UInt64,
  _offset UInt64,
  _tenant LowCardinality(String),
  _time Int64,
  _receivedAt Int64,
  _watermark Int64,
  `id` String,
  `service` LowCardinality(String),
  `level` LowCardinality(String),
  `message` String,
  `host` Nullable(String),
  `logger` Nullable(String),
  `traceId` Nullable(String),
  `durationMs` Nullable(Decimal(18, 3))
)
ENGINE = Null;
