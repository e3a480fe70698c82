import { createHash } from 'node:crypto';
import type { EventModel } from '../../model/event-model.ts';
import { PEOPLE_DATABASE, sqlViews } from '../../model/tables/sql-views.ts';
import { streamViews } from '../../model/tables/stream-views.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';

/**
 * Makes the views for people, all of them, where any is not what the declarations say now. They hold nothing, so that a changed one is replaced and
 * no migration; that they were made is written down beside the migrations. Needs their tables. Killed in between, it begins again.
 */
export async function makeViews(warehouse: Warehouse, model: EventModel): Promise<void> {
  const statements = [
    `CREATE DATABASE IF NOT EXISTS ${PEOPLE_DATABASE} ENGINE = Atomic`,
    ...[...model.kinds.flatMap(sqlViews), ...streamViews()].map(({ sql }) => sql),
  ];
  const checksum = createHash('sha256').update(statements.join(';\n')).digest('hex');
  if ((await checksumMade(warehouse)) === checksum) return;
  for (const statement of statements) await warehouse.command(statement, { pool: 'load' });
  await warehouse.command(
    `INSERT INTO ${DATABASE}.migrations (name, checksum) SELECT {name:String}, {checksum:String}`,
    {
      params: { name: NAME, checksum },
      pool: 'load',
    },
  );
}

/** No file is called this, so that no migration ever is. */
const NAME = 'views for people';

async function checksumMade(warehouse: Warehouse): Promise<string | null> {
  const { rows } = await warehouse.query<{ checksum: string }>(
    `SELECT checksum FROM ${DATABASE}.migrations WHERE name = {name:String} ORDER BY appliedAt DESC LIMIT 1`,
    { params: { name: NAME }, pool: 'load' },
  );
  return rows[0]?.checksum ?? null;
}
