-- Whose events these tables hold: the one log that this warehouse was first loaded from.
--
-- Why: how far is loaded is told in offsets, and those of another log say nothing about these tables. With them new events would be taken for
-- loaded, and old ones shown as theirs. So who comes with another log is refused.
-- Effect: one row, or a few where several processes began at once: the first counts.
CREATE TABLE IF NOT EXISTS lakegate.bound_log
(
  log String,
  boundAt DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY boundAt
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
