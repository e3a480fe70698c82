import { setRates } from '../warehouse/rates.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { MutationSetRatesArgs } from './generated/schema-types.ts';

/** `setRates(rates)`: answers with what is set now. */
export function setRatesResolver({ warehouse }: { readonly warehouse: Warehouse }) {
  return (_parent: unknown, { rates }: MutationSetRatesArgs, { tenant }: { readonly tenant: string }) =>
    setRates(warehouse, tenant, rates);
}
