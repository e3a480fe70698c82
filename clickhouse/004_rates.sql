-- Daily rates between currencies, by which amounts are converted where a question says `convertTo`.
--
-- Why rows are only added, never replaced: the rate that counts is the one set last, what was set before stays for audit; and the number of rows
-- names the state of the table, so that an answer kept under it is never found again after a rate has changed.
-- Why the whole of `rate` in 38 digits, 18 after the point: an amount times a rate is exact in 76 digits, whatever both are.
-- Effect: 30 currencies to one for ten years are 110,000 rows, about 1 MB; a question reads those of its own target currency only.
-- Not: without fsync. Rates are in no log: what is here is all there is.
CREATE TABLE IF NOT EXISTS lakegate.rates
(
  _tenant LowCardinality(String),
  toCurrency LowCardinality(String),
  fromCurrency LowCardinality(String),
  -- The UTC day of the events that it is for.
  day Date,
  rate Decimal(38, 18),
  -- Later is right; of two set in the same microsecond by two gateways, the greater.
  setAt DateTime64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (_tenant, toCurrency, fromCurrency, day, setAt)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
