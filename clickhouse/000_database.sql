-- The database of everything, and the record of which migrations ran.
--
-- Why Atomic: tables then live under an id of their own, so that DROP and RENAME never wait for running questions and a table can be swapped
-- for a rebuilt one in one step; views that refresh themselves need it too. The embedded engine's own `default` database is not Atomic.
-- Effect: 1 ms once. Applied migrations cost one small question at each start.
-- Not: naming tables without the database. Nothing selects `lakegate` as the current database, on purpose: on a server it need not exist yet.
CREATE DATABASE IF NOT EXISTS lakegate ENGINE = Atomic;

-- A row is written after all statements of a migration ran. Killed in between, they run again: that is why they say IF NOT EXISTS.
CREATE TABLE IF NOT EXISTS lakegate.migrations
(
  name String,
  checksum String,
  appliedAt DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY name;
