import DataLoader from 'dataloader';
import { eventsById } from '../analytics/events/events-by-id.ts';
import type { RawEvent } from '../analytics/events/raw-event.ts';
import type { KindModel } from '../model/event-model.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Lookups of events by id within one request: those asked for in the same tick become one query a kind. */
export interface EventLoaders {
  load(kind: KindModel, id: string): Promise<RawEvent | null>;
}

export function createEventLoaders(tenant: string, warehouse: Warehouse): EventLoaders {
  const loaders = new Map<KindModel, DataLoader<string, RawEvent | null>>();
  return {
    load(kind, id) {
      const loader = loaders.get(kind) ?? createLoader(kind, tenant, warehouse);
      loaders.set(kind, loader);
      return loader.load(id);
    },
  };
}

/** A list of this many ids is well below the length a query may have. */
const IDS_MAX = 1000;

function createLoader(kind: KindModel, tenant: string, warehouse: Warehouse): DataLoader<string, RawEvent | null> {
  return new DataLoader((ids) => eventsById(kind, tenant, ids, warehouse), { maxBatchSize: IDS_MAX });
}
