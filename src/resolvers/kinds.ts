import type { EventModel, KindModel } from '../model/event-model.ts';
import { rawTable, rollupTables } from '../model/tables/tables.ts';
import { jsonSchema } from '../model/validate/json-schema.ts';
import type { AskContext } from './ask-context.ts';

/** Rows by table name, counted when asked for. */
export type TableRows = ReadonlyMap<string, number>;

/** What is declared, for clients that draw or ask without knowing the kinds. Tables are counted once an answer, and only if selected. */
export function kindInfos(model: EventModel, readTableRows: () => Promise<TableRows>) {
  let counted: Promise<TableRows> | null = null;
  const tableRows = () => {
    counted ??= readTableRows();
    return counted;
  };
  return model.kinds.map((kind) => ({
    kind: kind.kind,
    plural: kind.plural,
    description: kind.description,
    key: kind.keyField,
    time: kind.timeField,
    dimensions: kind.dimensions.map((field) => ({
      name: field.name,
      type: field.typeName,
      high: field.dimension?.high ?? true,
      description: field.description,
    })),
    measures: kind.measures.map((measure) => ({
      name: measure.name,
      type: measure.graphqlType,
      additive: measure.additive,
      approximate: measure.approximate,
      money: measure.currencyField !== null,
      description: measure.description,
    })),
    rollups: rollupInfos(kind, tableRows),
    jsonSchema: jsonSchema(kind, model.enums),
    sdl: kind.sdl,
  }));
}

function rollupInfos(kind: KindModel, tableRows: () => Promise<TableRows>) {
  return rollupTables(kind).map(({ rollup, grain, table, shortName }) => ({
    name: shortName,
    by: rollup.by.map((field) => field.name),
    every: grain,
    rows: async (_args: unknown, { reads }: AskContext) => {
      reads.unrecorded();
      return (await tableRows()).get(table) ?? 0;
    },
    rowsPerEvent: async (_args: unknown, { reads }: AskContext) => {
      reads.unrecorded();
      const rows = await tableRows();
      return ratio(rows.get(table) ?? 0, rows.get(rawTable(kind)) ?? 0);
    },
  }));
}

/** Nothing for nothing is 0: a rollup without events costs nothing. */
function ratio(rows: number, events: number): number {
  return events === 0 ? 0 : rows / events;
}
