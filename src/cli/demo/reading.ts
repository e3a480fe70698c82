import type { EventModel, FieldModel, KindModel } from '../../model/event-model.ts';
import { askGraphql } from '../generate/graphql-client.ts';
import { currencyFieldOf } from '../generate/server-shows.ts';

/** What the product says of itself at one moment: asked by GraphQL, as anybody could. */
export interface DemoReading {
  readonly atMs: number;
  /** By the kind's plural. */
  readonly kinds: ReadonlyMap<string, KindReading>;
  readonly rejected: number;
  readonly groups: readonly { readonly name: string; readonly value: number }[];
}

interface KindReading {
  /** Events of the last five minutes of event time. */
  readonly recent: number;
  readonly expected: number;
  readonly seen: number;
  readonly gaps: number;
  readonly duplicates: number;
}

export async function readDemo(url: string, model: EventModel): Promise<DemoReading> {
  const panel = panelOf(model);
  const query = `{ ${model.kinds.map(kindQuery).join(' ')} rejected(first: 1) { totalCount } ${panel === null ? '' : panelQuery(panel)} }`;
  const data = await askGraphql<Record<string, unknown>>(url, { query });
  return {
    atMs: performance.now(),
    kinds: new Map(model.kinds.map((kind) => [kind.plural, kindReading(data, kind)])),
    rejected: (data.rejected as { readonly totalCount: number }).totalCount,
    groups: panel === null ? [] : groupsOf(data),
  };
}

/** The first kind that has a metric of its own and something to group by: revenue by category, for the sample kinds. */
export interface Panel {
  readonly kind: KindModel;
  readonly measure: string;
  readonly measureEnum: string;
  readonly by: FieldModel;
  /** Only events in one currency, where the metric is money. */
  readonly currency: { readonly field: string; readonly code: string } | null;
}

export function panelOf(model: EventModel): Panel | null {
  const ranked = [...model.kinds].sort((a, b) => Number(hasMoney(b)) - Number(hasMoney(a)));
  for (const kind of ranked) {
    const metric = kind.measures.find(({ op }) => op === 'metric');
    const low = kind.dimensions.filter(
      ({ dimension, name }) => dimension?.high === false && name !== currencyFieldOf(kind),
    );
    const by = low.find(({ name }) => name === 'category') ?? low[0];
    if (metric === undefined || by === undefined) continue;
    const currency = metric.currencyField === null ? null : { field: metric.currencyField, code: 'USD' };
    return { kind, measure: metric.name, measureEnum: metric.enumName, by, currency };
  }
  return null;
}

function hasMoney(kind: KindModel): boolean {
  return currencyFieldOf(kind) !== null;
}

function kindQuery({ singular, plural, kind }: KindModel): string {
  return `${plural}_recent: ${singular}Metrics(range: {last: "5m"}) { total { count } }
    ${plural}_ledger: ledger(kind: ${kind}) { expected seen gaps duplicates }`;
}

function panelQuery({ kind, measure, measureEnum, by, currency }: Panel): string {
  const where = currency === null ? '' : `, where: {${currency.field}: {eq: ${currency.code}}}`;
  const dimension = by.name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return `panel: ${kind.singular}Metrics(range: {last: "5m"}, by: [${dimension}]${where},
    orderBy: [{by: ${measureEnum}, direction: DESC}], limit: ${GROUPS_SHOWN}) { rows { name: ${by.name} value: ${measure} } }`;
}

const GROUPS_SHOWN = 6;

function kindReading(data: Record<string, unknown>, kind: KindModel): KindReading {
  const recent = data[`${kind.plural}_recent`] as { readonly total: { readonly count: number } };
  const ledger = data[`${kind.plural}_ledger`] as Omit<KindReading, 'recent'>;
  return { recent: recent.total.count, ...ledger };
}

function groupsOf(data: Record<string, unknown>): DemoReading['groups'] {
  const { rows } = data.panel as {
    readonly rows: readonly { readonly name: string | null; readonly value: string | number | null }[];
  };
  return rows.map(({ name, value }) => ({ name: name ?? '(none)', value: Number(value ?? 0) }));
}
