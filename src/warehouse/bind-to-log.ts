import { randomUUID } from 'node:crypto';
import type { Notes } from '../log/log.ts';
import { LakegateError } from '../platform/errors.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

/**
 * A warehouse belongs to one log: the first that came. Refuses with BAD_CONFIG to load it from another, whose offsets would be taken for those
 * of the events that are there. Migrations must have run.
 */
export async function bindToLog(warehouse: Warehouse, log: string): Promise<void> {
  const bound = await boundLog(warehouse);
  if (bound === null) {
    await warehouse.command(`INSERT INTO ${DATABASE}.bound_log (log) SELECT {log:String}`, {
      params: { log },
      // Of a cluster: on its shard when this comes back.
      settings: { distributed_foreground_insert: 1 },
      pool: 'load',
    });
  }
  // Asked again: another process may have come first.
  const counts = bound ?? (await boundLog(warehouse));
  if (counts !== null && counts !== log) throw otherLog(log, counts);
}

/** As the warehouse remembers it, and as people read it. Some brokers have no id of their cluster to tell. */
export function kafkaLogName({
  clusterId,
  prefix,
}: {
  readonly clusterId: string | null;
  readonly prefix: string;
}): string {
  return `the Kafka cluster ${clusterId ?? 'without an id'} with the prefix ${JSON.stringify(prefix)}`;
}

/** The embedded log is given an id when it is first asked for. It lies with the log: who empties the directory has another log. */
export async function embeddedLogName(notes: Notes): Promise<string> {
  const there = notes.get(ID_NOTE);
  if (there !== null) return embeddedNameOf(Buffer.from(there).toString('utf8'));
  const id = randomUUID();
  await notes.put({ [ID_NOTE]: Buffer.from(id) });
  return embeddedNameOf(id);
}

const ID_NOTE = 'log-id';

function embeddedNameOf(id: string): string {
  return `the embedded log ${id}`;
}

/** Whose warehouse it is; null before anybody loaded it. */
export async function boundLog(warehouse: Warehouse): Promise<string | null> {
  const { rows } = await warehouse.query<{ log: string }>(
    `SELECT log FROM ${DATABASE}.bound_log ORDER BY boundAt, log LIMIT 1`,
    { pool: 'load' },
  );
  return rows[0]?.log ?? null;
}

function otherLog(log: string, bound: string): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message:
      `expected a warehouse of ${log}, got tables of ${bound}. A warehouse belongs to one log. Set the log back to what it was ` +
      '(LAKEGATE_KAFKA_BROKERS, LAKEGATE_KAFKA_PREFIX, LAKEGATE_DATA_DIR), or give the new one a warehouse of its own: ' +
      'another LAKEGATE_DATA_DIR, or another server in LAKEGATE_CLICKHOUSE_URL. Nothing was started.',
    facts: { log, bound },
  });
}
