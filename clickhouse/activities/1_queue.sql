-- Made from the declaration of Activity. Do not edit: change the declaration and run `npm run codegen`.
-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS lakegate.activities_queue
(
  _partition UInt64,
  _offset UInt64,
  _tenant LowCardinality(String),
  _time Int64,
  _receivedAt Int64,
  _watermark Int64,
  `id` String,
  `userId` String,
  `type` LowCardinality(String),
  `sessionId` Nullable(String),
  `url` Nullable(String),
  `path` Nullable(String),
  `referrer` Nullable(String),
  `device` LowCardinality(Nullable(String)),
  `country` LowCardinality(Nullable(String))
)
ENGINE = Null;
