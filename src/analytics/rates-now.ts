import { onceATurn } from '../platform/once-a-turn.ts';
import { ratesState } from '../warehouse/rates.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** The state of the rates to a currency, asked for once where many want to know it at once: every question of an operation, before and after. */
export function ratesNow(warehouse: Warehouse): (asked: RatesAsked) => Promise<string> {
  const known = asking.get(warehouse) ?? onceATurn(({ tenant, to }: RatesAsked) => ratesState(warehouse, tenant, to));
  asking.set(warehouse, known);
  return known;
}

interface RatesAsked {
  readonly tenant: string;
  readonly to: string;
}

const asking = new WeakMap<Warehouse, (asked: RatesAsked) => Promise<string>>();
