import { createHash, randomUUID } from 'node:crypto';
import { print } from 'graphql';
import type { QueryFile } from '../../gateway/queries/named-queries.ts';
import { readApiSdl } from '../../model/declare/schema-files.ts';
import type { EventModel } from '../../model/event-model.ts';
import { servedTypeDefs } from '../../model/graphql/served-schema.ts';
import type { Config } from '../../platform/config.ts';
import { boundLog } from '../../warehouse/bind-to-log.ts';
import { DATABASE, type Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Where things lie in a store that others use too: what the names of answers begin with, and those of values that callers put there. Processes
 * with equal places share what is there.
 */
export interface CachePlaces {
  readonly answers: string;
  readonly values: string;
}

interface CacheMeaning {
  /** Of the product. */
  readonly version: string;
  readonly config: Config;
  readonly model: EventModel;
  /** What is asked under the names of their files. */
  readonly queries: readonly QueryFile[];
}

/**
 * Answers are shared by those that have the same data and would give the same answer to any request. Values mean the same whoever reads them, so they
 * outlive tables that are made anew, other declarations and other versions of the product: they belong to the log.
 */
export async function cachePlaces(meaning: CacheMeaning, warehouse: Warehouse): Promise<CachePlaces> {
  const data = await dataName(meaning.config, warehouse);
  const log = (await boundLog(warehouse)) ?? randomUUID();
  return {
    answers: `${ANSWERS_FORMAT}:${markOf([data, ...meaningOf(meaning)])}:`,
    values: `${VALUES_FORMAT}:${markOf([log])}:`,
  };
}

/** Go up when what is kept is written in another way. */
const ANSWERS_FORMAT = 2;
const VALUES_FORMAT = 1;

/** Everything but the request and the data that decides about an answer. */
function meaningOf({ version, model, queries }: CacheMeaning): readonly string[] {
  const declared = model.kinds.map(({ sdl }) => sdl);
  const served = print(servedTypeDefs(model, readApiSdl()));
  return [version, ...declared, served, ...queries.flatMap(({ name, text }) => [name, text])];
}

function markOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

/**
 * Equal names, the same data: identities are compared within one warehouse only. An embedded log is read by one process, and a copy of it
 * that was put back would give the same offsets to other events: what an earlier process kept is not looked for. Otherwise the tables say
 * which they are; tables that are made anew are others.
 */
async function dataName({ kafka }: Config, warehouse: Warehouse): Promise<string> {
  if (kafka === null) return randomUUID();
  const { rows } = await warehouse.query<{ readonly uuid: string }>(
    `SELECT toString(uuid) AS uuid FROM system.tables WHERE database = '${DATABASE}' AND name = 'bound_log'`,
  );
  return rows[0]?.uuid ?? randomUUID();
}
