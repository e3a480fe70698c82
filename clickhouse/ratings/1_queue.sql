-- Made from the declaration of Rating. Do not edit: change the declaration and run `npm run codegen`.
-- What the log hands over, one row an event. It keeps nothing: the views below it do. The declared time is in _time (microseconds).
CREATE TABLE IF NOT EXISTS lakegate.ratings_queue
(
  _partition UInt64,
  _offset UInt64,
  _tenant LowCardinality(String),
  _time Int64,
  _receivedAt Int64,
  _watermark Int64,
  _id String,
  `ratingId` String,
  `version` Int32,
  `playerId` String,
  `matchId` String,
  `rating` Decimal(18, 2),
  `competition` LowCardinality(Nullable(String)),
  `role` LowCardinality(Nullable(String)),
  `minute` Nullable(Int32)
)
ENGINE = Null;
