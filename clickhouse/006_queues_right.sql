-- When the tables of each topic on Kafka were last known to be right, with their queue table open: a row a topic, written anew every minute.
--
-- Why: an engine that ended in an unknown way reads on by itself when it is back. When that has happened more than once before anybody compares
-- the tables with the log, everything since the first time is in doubt, and only what is on disk remembers when that was.
-- Effect: an insert of a few rows a minute; whoever compares goes back to that moment and ten minutes more.
-- Not: without fsync. What is lost with the machine's power would be younger than the tables it vouches for.
CREATE TABLE IF NOT EXISTS lakegate.queues_right
(
  topic String,
  at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY topic
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
