import { randomBytes } from 'node:crypto';
import { invariant } from '../../platform/errors.ts';
import type { Batch } from '../load/batch.ts';
import { RECORD_FORMAT_SETTINGS } from '../load/load-settings.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';

const SCRATCH_SUFFIX = '_mending_';

/** Of this process: one that mended before us, and is in the middle of a statement when we take over, writes into its own tables. */
const RUN = randomBytes(6).toString('hex');

function scratchName(table: string): string {
  return `${table}${SCRATCH_SUFFIX}${RUN}`;
}

/** An empty table in place of whatever an earlier try left. */
export async function makeScratch(warehouse: Warehouse, like: string, engine: string | null): Promise<string> {
  const scratch = scratchName(like);
  await warehouse.command(`DROP TABLE IF EXISTS ${DATABASE}.${scratch} SYNC`, { pool: 'load' });
  const withEngine = engine === null ? '' : ` ENGINE = ${engine}`;
  await warehouse.command(`CREATE TABLE ${DATABASE}.${scratch} AS ${DATABASE}.${like}${withEngine}`, { pool: 'load' });
  return scratch;
}

/** Drops what mending these targets made, whoever did it: after mending, and at start what is left of a mending that was killed. */
export async function dropScratchTables(warehouse: Warehouse, targets: readonly LoadTarget[]): Promise<void> {
  const mended = targets.flatMap(({ queueTable, rollups }) => [queueTable, ...rollups.map(({ table }) => table)]);
  const { rows } = await warehouse.query<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = {database:String} AND position(name, {suffix:String}) > 0',
    { params: { database: DATABASE, suffix: SCRATCH_SUFFIX }, pool: 'load' },
  );
  for (const { name } of rows) {
    if (mended.some((table) => name.startsWith(table + SCRATCH_SUFFIX)))
      await warehouse.command(`DROP TABLE IF EXISTS ${DATABASE}.${name} SYNC`, { pool: 'load' });
  }
}

/** A batch as the queue table would have handed it to the views, in a table that can be read: filled when first asked for. */
export class ScratchQueue {
  readonly #warehouse: Warehouse;
  readonly #target: LoadTarget;
  readonly #batch: Batch;
  #filled: Promise<string> | null = null;

  constructor(warehouse: Warehouse, target: LoadTarget, batch: Batch) {
    this.#warehouse = warehouse;
    this.#target = target;
    this.#batch = batch;
  }

  /** What a view off the queue table would make of the batch: its own select, as the engine holds it, so that nothing can differ. */
  async throughView(view: string): Promise<string> {
    this.#filled ??= this.#fill();
    return viewSelect(this.#warehouse, view, this.#target.queueTable, `${DATABASE}.${await this.#filled}`);
  }

  async #fill(): Promise<string> {
    const scratch = await makeScratch(this.#warehouse, this.#target.queueTable, 'Memory');
    await this.#warehouse.insert(scratch, this.#batch.bytes, {
      format: 'JSONEachRow',
      settings: RECORD_FORMAT_SETTINGS,
    });
    return scratch;
  }
}

/** The select of a view, reading from something else than the table it hangs off. */
export async function viewSelect(warehouse: Warehouse, view: string, source: string, instead: string): Promise<string> {
  const { rows } = await warehouse.query<{ as_select: string }>(
    'SELECT as_select FROM system.tables WHERE database = {database:String} AND name = {view:String}',
    { params: { database: DATABASE, view }, pool: 'load' },
  );
  const [before, after, ...more] = (rows[0]?.as_select ?? '').split(new RegExp(`\\bFROM ${DATABASE}\\.${source}\\b`));
  invariant(before !== undefined && after !== undefined && more.length === 0, `the view ${view} reads ${source} once`);
  return `${before}FROM ${instead}${after}`;
}

/** The columns that a table stores, in order: INSERT … SELECT goes by position, a view goes by name. */
export async function storedColumns(warehouse: Warehouse, table: string): Promise<readonly string[]> {
  const { rows } = await warehouse.query<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}
     AND default_kind NOT IN ('ALIAS', 'MATERIALIZED', 'EPHEMERAL') ORDER BY position`,
    { params: { database: DATABASE, table }, pool: 'load' },
  );
  return rows.map(({ name }) => `\`${name}\``);
}
