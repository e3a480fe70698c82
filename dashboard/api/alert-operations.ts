import type { Kind } from './kinds.ts';
import type { Operation } from './operation.ts';

/** An alert with the money of its events: which kinds have money only their declarations say, so the operation is made from those. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly reason: string;
  readonly matchedAt: string;
  readonly raisedAt: string;
  readonly events: readonly AlertEvent[];
}

export interface AlertEvent {
  readonly meta: { readonly kind: string; readonly id: string; readonly time: string; readonly late: boolean };
  /** `amount_transaction` and `currency_transaction`, for the kinds that have them; every field, where all were asked for. */
  readonly [field: string]: unknown;
}

export function latestAlertsQuery(
  kinds: readonly Kind[],
): Operation<{ readonly alerts: { readonly nodes: readonly Alert[] } | null }, { readonly first: number }> {
  return {
    text: `query LatestAlerts($first: Int!) { alerts(first: $first) { nodes { ${alertFields(kinds, moneyOf)} } } }`,
  };
}

export function alertRaisedSubscription(kinds: readonly Kind[]): Operation<
  {
    readonly alertRaised: {
      readonly alert: Alert;
      readonly cursor: string;
      readonly skipped: { readonly count: number } | null;
    };
  },
  never
> {
  return {
    text: `subscription AlertRaised($after: Cursor) {
  alertRaised(after: $after) { alert { ${alertFields(kinds, moneyOf)} } cursor skipped { count } }
}`,
  };
}

/** One alert with everything that its events say. */
export function alertQuery(
  kinds: readonly Kind[],
): Operation<{ readonly alert: Alert | null }, { readonly id: string }> {
  const all = ({ fields }: Kind): readonly string[] => fields.map(({ name }) => name);
  return { text: `query AlertEvents($id: ID!) { alert(id: $id) { ${alertFields(kinds, all)} } }` };
}

/** What an event of an alert says, by field, as it was asked for by one of the operations above. */
export function eventFields({ meta, ...fields }: AlertEvent): readonly (readonly [name: string, value: string])[] {
  const suffix = `_${meta.kind.toLowerCase()}`;
  return Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name.slice(0, -suffix.length), String(value)] as const],
  );
}

/** Different kinds may have fields of one name and other types, so each is asked for by a name of its kind. */
function alertFields(kinds: readonly Kind[], fieldsOf: (kind: Kind) => readonly string[]): string {
  const byKind = kinds.flatMap((kind) => {
    const fields = fieldsOf(kind).map((name) => `${name}_${kind.name.toLowerCase()}: ${name}`);
    return fields.length === 0 ? [] : [`... on ${kind.typeName} { ${fields.join(' ')} }`];
  });
  return `id rule key reason matchedAt raisedAt events { meta { kind id time late } ${byKind.join(' ')} }`;
}

/** The field that is money and the one that says in which currency; none for a kind without. */
function moneyOf({ measures, dimensions, fields }: Kind): readonly string[] {
  const sums = measures.flatMap(({ name, money }) =>
    money && name.endsWith('Sum') ? [name.slice(0, -'Sum'.length)] : [],
  );
  const amount = sums.find((name) => fields.some((field) => field.name === name));
  const currency = dimensions.find(({ type }) => type === 'CurrencyCode');
  return amount === undefined || currency === undefined ? [] : [amount, currency.name];
}
