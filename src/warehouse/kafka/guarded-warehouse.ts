import type { Warehouse } from '../warehouse.ts';

/** The same warehouse, but `beforeChange` is called with every statement that changes something: when it throws, that is not sent. */
export function guardedWarehouse(warehouse: Warehouse, beforeChange: (statement: string) => void): Warehouse {
  return {
    query: (sql, options) => warehouse.query(sql, options),
    command: async (sql, options) => {
      beforeChange(sql);
      await warehouse.command(sql, options);
    },
    insert: async (table, bytes, options) => {
      beforeChange(`INSERT INTO ${table}`);
      await warehouse.insert(table, bytes, options);
    },
    state: () => warehouse.state(),
    onState: (listener) => warehouse.onState(listener),
    close: () => warehouse.close(),
  };
}
