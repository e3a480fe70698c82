import type { EventModel } from '../../model/event-model.ts';
import { isPaid } from '../generate/field-maker.ts';
import { askGraphql } from '../generate/graphql-client.ts';
import { CURRENCIES } from '../generate/vocabulary.ts';

/** Between all currencies that events are made in, so that money can be looked at in one of them. Nobody should pay by these. */
export async function setRates(url: string, model: EventModel, nowMs: number): Promise<void> {
  if (!model.kinds.some(isPaid)) return;
  const days = Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => dayOf(nowMs + (index - 1) * DAY_MS));
  const pairs = CURRENCIES.flatMap((from) => CURRENCIES.filter((to) => to !== from).map((to) => ({ from, to })));
  const rates = pairs.flatMap(({ from, to }) => days.map((day) => ({ from, to, day, rate: rateOf(from, to) })));
  const query = 'mutation ($rates: [RateInput!]!) { setRates(rates: $rates) { day } }';
  await askGraphql(url, { query, variables: { rates } });
}

/** A demo is looked at for an hour, and forgotten over a weekend. */
const DAYS_AHEAD = 7;
const DAY_MS = 86_400_000;

const DOLLARS: Readonly<Record<string, number>> = { USD: 1, EUR: 1.1, GBP: 1.3, JPY: 0.0065 };

function rateOf(from: string, to: string): string {
  return ((DOLLARS[from] ?? 1) / (DOLLARS[to] ?? 1)).toFixed(6);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
