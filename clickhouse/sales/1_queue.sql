-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS lakegate.sales_queue
(
  _partition UInt64,
  _offset UInt64,
  _tenant LowCardinality(String),
  _time Int64,
  _receivedAt Int64,
  _watermark Int64,
  `id` String,
  `orderId` Nullable(String),
  `customerId` String,
  `productId` String,
  `productName` String,
  `brand` LowCardinality(Nullable(String)),
  `category` LowCardinality(String),
  `quantity` Int32,
  `price` Decimal(18, 4),
  `amount` Decimal(18, 4),
  `currency` LowCardinality(String),
  `paymentMethod` LowCardinality(String),
  `country` LowCardinality(Nullable(String))
)
ENGINE = Null;
