-- Made from the declaration of Transaction. Do not edit: change the declaration and run `npm run codegen`.
-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS lakegate.transactions_queue
(
  _partition UInt64,
  _offset UInt64,
  _tenant LowCardinality(String),
  _time Int64,
  _receivedAt Int64,
  _watermark Int64,
  `id` String,
  `userId` String,
  `amount` Decimal(18, 4),
  `currency` LowCardinality(String),
  `status` LowCardinality(String),
  `category` LowCardinality(String),
  `country` LowCardinality(Nullable(String)),
  `merchant` Nullable(String)
)
ENGINE = Null;
