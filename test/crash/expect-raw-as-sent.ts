import { expect } from 'vitest';
import { readJournal } from '../../src/cli/generate/client-journal.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { rawTable } from '../../src/model/tables/tables.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';

/** Everything that the journal says was acknowledged is in raw, and nothing that it says was never sent. */
export async function expectRawAsSent(
  warehouse: Pick<Warehouse, 'query'>,
  kind: KindModel,
  journal: string,
): Promise<void> {
  const { sent, acknowledged } = await readJournal(journal, kind.plural);
  const { rows } = await warehouse.query<{ id: string }>(`SELECT _id AS id FROM ${DATABASE}.${rawTable(kind)}`);
  const raw = new Set(rows.map(({ id }) => id));
  expect(
    [...acknowledged].filter((id) => !raw.has(id)),
    'acknowledged and lost',
  ).toEqual([]);
  expect(
    [...raw].filter((id) => !sent.has(id)),
    'in raw and never sent',
  ).toEqual([]);
}
