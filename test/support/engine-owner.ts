/*
 * A process that owns an engine, to be killed: starts one on the directory given, begins an insert that takes a minute, and says on standard output
 * which process the engine is once the insert runs.
 */
import { startTestWarehouse } from './warehouse.ts';

const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error('expected a directory');
const { warehouse, engine } = await startTestWarehouse({ dir });
await warehouse.command('CREATE DATABASE IF NOT EXISTS lakegate ENGINE = Atomic');
await warehouse.command('CREATE TABLE lakegate.slow_queue (id UInt64) ENGINE = Null');
await warehouse.command('CREATE TABLE lakegate.slow (id UInt64) ENGINE = MergeTree ORDER BY id');
await warehouse.command(
  'CREATE MATERIALIZED VIEW lakegate.slow_mv TO lakegate.slow AS SELECT id + sleepEachRow(3) AS id FROM lakegate.slow_queue',
);
void warehouse.insert('slow_queue', Buffer.from('{"id":1}\n'.repeat(20)), {
  format: 'JSONEachRow',
  settings: { function_sleep_max_microseconds_per_block: 120_000_000 },
});
const running = "SELECT count() AS n FROM system.processes WHERE query LIKE 'INSERT INTO lakegate.slow_queue%'";
for (;;) {
  const { rows } = await warehouse.query<{ n: string }>(running);
  if (rows[0]?.n !== '0') break;
}
process.stdout.write(`${engine.pid}\n`);
