import { type Sheet, saySheet, sheetOf } from './sheet.ts';

/** What is looked at. The address says all of it, so that a link shows another person the same. */
export interface View {
  readonly range: RangeName;
  /** By dimension the values that are let through. Every kind that has the dimension is filtered; null is "has none". */
  readonly filters: ReadonlyMap<string, readonly (string | null)[]>;
  readonly paused: boolean;
  /** Null: as the system has it. */
  readonly theme: 'light' | 'dark' | null;
  /** What is opened beside the panels. */
  readonly sheet: Sheet | null;
}

export type RangeName = keyof typeof RANGES;

/** Each with the windows that a chart of it has: 30 to 60, enough to see a shape and few enough to see each. */
export const RANGES = {
  '5m': { label: '5 min', range: { last: '5m' }, every: '10s', everyMs: 10_000, spanMs: 5 * 60_000 },
  '15m': { label: '15 min', range: { last: '15m' }, every: '30s', everyMs: 30_000, spanMs: 15 * 60_000 },
  '1h': { label: '1 h', range: { last: '1h' }, every: '1m', everyMs: 60_000, spanMs: 3_600_000 },
  '24h': { label: '24 h', range: { last: '24h' }, every: '30m', everyMs: 30 * 60_000, spanMs: 86_400_000 },
  '7d': { label: '7 d', range: { last: '7d' }, every: '3h', everyMs: 3 * 3_600_000, spanMs: 7 * 86_400_000 },
  today: { label: 'Today', range: { this: 'DAY' }, every: '30m', everyMs: 30 * 60_000, spanMs: 86_400_000 },
} as const;

export const VIEW_DEFAULT: View = { range: '5m', filters: new Map(), paused: false, theme: null, sheet: null };

/** What the address does not say, or says in a way that is none, is as by default. */
export function viewOf(search: string): View {
  const said = new URLSearchParams(search);
  const range = said.get('range') ?? '';
  const theme = said.get('theme');
  const filters = new Map<string, (string | null)[]>();
  for (const [name, value] of said) {
    const dimension = /^where\.(\w+)$/.exec(name)?.[1];
    if (dimension !== undefined)
      filters.set(dimension, [...(filters.get(dimension) ?? []), value === '' ? null : value]);
  }
  return {
    range: isRange(range) ? range : VIEW_DEFAULT.range,
    filters,
    paused: said.has('paused'),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    sheet: sheetOf(said),
  };
}

/** Only what is not as by default; empty if nothing is. */
export function searchOf({ range, filters, paused, theme, sheet }: View): string {
  const said = new URLSearchParams();
  if (range !== VIEW_DEFAULT.range) said.set('range', range);
  for (const [dimension, values] of filters) for (const value of values) said.append(`where.${dimension}`, value ?? '');
  if (paused) said.set('paused', '1');
  if (theme !== null) said.set('theme', theme);
  saySheet(said, sheet);
  const text = said.toString();
  return text === '' ? '' : `?${text}`;
}

/** Lets the value through if it is not, and no longer if it is. */
export function withFilter({ filters, ...view }: View, dimension: string, value: string | null): View {
  const values = filters.get(dimension) ?? [];
  const others = values.filter((each) => each !== value);
  const changed = others.length === values.length ? [...values, value] : others;
  const next = new Map(filters);
  if (changed.length === 0) next.delete(dimension);
  else next.set(dimension, changed);
  return { ...view, filters: next };
}

function isRange(name: string): name is RangeName {
  return Object.hasOwn(RANGES, name);
}
