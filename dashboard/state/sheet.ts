/** What is opened beside the panels: what is behind a number, the way of an event, or the ledger. */
export type Sheet = NumberSheet | EventSheet | { readonly of: 'ledger' };

export interface NumberSheet {
  readonly of: 'number';
  /** TRANSACTION */
  readonly kind: string;
  /** amountSum */
  readonly measure: string;
  /** By dimension what it has, beside the filters of the page; null is "none". */
  readonly where: ReadonlyMap<string, string | null>;
  /** As the API has it: `last`, or `from` and `to`. Null is the range of the page. */
  readonly range: Readonly<Record<string, string>> | null;
  /** Money of all currencies in this one; null: as it is. */
  readonly convertTo: string | null;
}

export interface EventSheet {
  readonly of: 'event';
  /** Empty: it is asked for. */
  readonly id: string;
  /** Null looks in all kinds. */
  readonly kind: string | null;
}

const RANGE_PARTS = ['last', 'from', 'to'];

/** What an address says is opened. */
export function sheetOf(said: URLSearchParams): Sheet | null {
  const event = said.get('event');
  if (event !== null) return { of: 'event', id: event, kind: said.get('event.kind') };
  if (said.has('ledger')) return { of: 'ledger' };
  const [, kind, measure] = /^(\w+)\.(\w+)$/.exec(said.get('number') ?? '') ?? [];
  if (kind === undefined || measure === undefined) return null;
  const where = new Map<string, string | null>();
  for (const [name, value] of said) {
    const dimension = /^number\.where\.(\w+)$/.exec(name)?.[1];
    if (dimension !== undefined) where.set(dimension, value === '' ? null : value);
  }
  const range = RANGE_PARTS.flatMap((part) => {
    const value = said.get(`number.${part}`);
    return value === null ? [] : [[part, value] as const];
  });
  const convertTo = said.get('number.convertTo');
  return {
    of: 'number',
    kind,
    measure,
    where,
    range: range.length === 0 ? null : Object.fromEntries(range),
    convertTo,
  };
}

/** Says it in an address. */
export function saySheet(said: URLSearchParams, sheet: Sheet | null): void {
  if (sheet?.of === 'event') {
    said.set('event', sheet.id);
    if (sheet.kind !== null) said.set('event.kind', sheet.kind);
  }
  if (sheet?.of === 'ledger') said.set('ledger', '1');
  if (sheet?.of !== 'number') return;
  said.set('number', `${sheet.kind}.${sheet.measure}`);
  for (const [dimension, value] of sheet.where) said.set(`number.where.${dimension}`, value ?? '');
  for (const [part, value] of Object.entries(sheet.range ?? {})) said.set(`number.${part}`, value);
  if (sheet.convertTo !== null) said.set('number.convertTo', sheet.convertTo);
}
