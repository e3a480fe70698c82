-- What was loaded, when, and which hours of event time it touched: the proof that no offset is missing and none came twice.
-- Each kind has a view off its queue table into this one. A row stands for one partition in one insert: the rows of an insert must be one run of
-- events for each partition, and `rows` is then lastSequence - firstSequence + 1. Less is a gap, overlapping rows are duplicates.
--
-- Why two numbers: offsets say where an event is in the log, sequences count the events of a partition from 0. In the embedded log they are the
-- same. On Kafka offsets have holes (a transaction takes one for its end), so that the difference of two offsets counts nothing.
--
-- Why its own table and not a question to raw: raw lets old events go and has no trace of an insert; and a gap in raw cannot be told from a
-- record that was refused.
-- Effect: one row for each partition and insert, 71 bytes on disk: four partitions loaded twice a second are 49 MB a day.
-- Not: taking it for the version. This view commits before the rollups of the same insert do, so that a number read "up to the ledger" can be torn.
-- Not: a shorter deduplication window. Every partition of every insert of every kind is a block here, and a batch that is repeated after a crash
-- must still be known: 10,000 is 600 inserts of sixteen partitions.
CREATE TABLE IF NOT EXISTS lakegate.ledger
(
  topic LowCardinality(String),
  _partition UInt32,
  firstOffset UInt64,
  lastOffset UInt64,
  firstSequence UInt64 DEFAULT firstOffset,
  lastSequence UInt64 DEFAULT lastOffset,
  rows UInt64,
  -- Starts of the hours of event time that the rows fall into.
  hours Array(DateTime('UTC')),
  minTime DateTime64(6, 'UTC'),
  maxTime DateTime64(6, 'UTC'),
  -- The highest watermark that any of the rows carries; 1970 while there is none.
  watermark DateTime64(3, 'UTC'),
  minReceivedAt DateTime64(3, 'UTC'),
  maxReceivedAt DateTime64(3, 'UTC'),
  loadedAt DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (topic, _partition, firstOffset)
SETTINGS non_replicated_deduplication_window = 10000;
