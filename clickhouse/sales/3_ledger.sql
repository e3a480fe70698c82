-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- The proof: which offsets came in this insert, and which hours of event time they touched. One row a partition and insert.
CREATE MATERIALIZED VIEW IF NOT EXISTS lakegate.sales_ledger_mv TO lakegate.ledger AS
SELECT
  'sales' AS topic,
  toUInt32(_partition) AS _partition,
  min(_offset) AS firstOffset,
  max(_offset) AS lastOffset,
  min(_sequence) AS firstSequence,
  max(_sequence) AS lastSequence,
  count() AS rows,
  arraySort(groupUniqArray(toDateTime(toStartOfHour(fromUnixTimestamp64Micro(_time, 'UTC')), 'UTC'))) AS hours,
  fromUnixTimestamp64Micro(min(_time), 'UTC') AS minTime,
  fromUnixTimestamp64Micro(max(_time), 'UTC') AS maxTime,
  fromUnixTimestamp64Milli(max(_watermark), 'UTC') AS watermark,
  fromUnixTimestamp64Milli(min(_receivedAt), 'UTC') AS minReceivedAt,
  fromUnixTimestamp64Milli(max(_receivedAt), 'UTC') AS maxReceivedAt,
  now64(3, 'UTC') AS loadedAt
FROM lakegate.sales_queue
WHERE _error = ''
GROUP BY _partition;
