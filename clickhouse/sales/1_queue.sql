-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS lakegate.sales_queue
(
  _partition UInt64,
  _offset UInt64,
  _sequence UInt64 DEFAULT _offset,
  _error String,
  _raw_message String,
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

-- What is no record that the tables can take: kept with its reason, so that it holds nothing up and is not lost.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sales_unreadable_mv TO lakegate.rejected AS
SELECT
  'default' AS _tenant,
  now64(3, 'UTC') AS receivedAt,
  concat('kafka:sales/', toString(_partition), '/', toString(_offset)) AS id,
  'SALE' AS kind,
  CAST(NULL, 'Nullable(String)') AS eventId,
  'kafka:sales' AS source,
  if(isValidJSON(_raw_message), 'WRONG_TYPE', 'NOT_JSON') AS code,
  '' AS pointer,
  'a record as admission writes it' AS expected,
  left(_error, 1000) AS got,
  if(isValidUTF8(_raw_message), _raw_message, base64Encode(_raw_message)) AS payload,
  if(isValidUTF8(_raw_message), 'TEXT', 'BASE64') AS payloadEncoding,
  now64(6, 'UTC') AS at,
  toUInt32(4294967295) AS _partition,
  _offset
FROM lakegate.sales_queue
WHERE _error != '';
