import type { EventModel, KindModel } from './event-model.ts';

/** Panels that people ask for by name, one set a sample kind. */
export const PANELS = ['activity', 'sale', 'rating'] as const;
export type Panel = (typeof PANELS)[number];

/**
 * The kind that a set of panels is of, if it is declared with everything that they look at: with the samples, and with kinds of one's own that
 * are like them. Null where there is none: then neither types nor fields of these panels are there.
 */
export function panelKind(model: EventModel, panel: Panel): KindModel | null {
  const needs = NEEDS[panel];
  const kind = model.kinds.find(({ singular }) => singular === panel);
  if (kind === undefined || kind.keyField !== needs.key) return null;
  const hasFields = Object.entries(needs.fields).every(([name, type]) =>
    kind.fields.some((field) => field.name === name && field.typeName === type),
  );
  const hasMeasures = needs.measures.every((name) => kind.measures.some((measure) => measure.name === name));
  const hasDimensions = needs.dimensions.every((name) => kind.dimensions.some((field) => field.name === name));
  const hasValues = Object.entries(needs.values).every(([name, values]) =>
    values.every((value) => model.enums.get(name)?.values.some((each) => each.name === value)),
  );
  return hasFields && hasMeasures && hasDimensions && hasValues ? kind : null;
}

interface Needs {
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly dimensions: readonly string[];
  readonly measures: readonly string[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const NEEDS: Readonly<Record<Panel, Needs>> = {
  activity: {
    key: 'userId',
    fields: { userId: 'ID', type: 'ActivityType', sessionId: 'ID', path: 'String' },
    dimensions: ['type', 'path'],
    measures: ['count', 'userIdDistinct'],
    values: { ActivityType: ['PAGE_VIEW', 'CLICK'] },
  },
  sale: {
    key: 'customerId',
    fields: {
      customerId: 'ID',
      category: 'String',
      quantity: 'Int',
      amount: 'Decimal',
      currency: 'CurrencyCode',
      paymentMethod: 'PaymentMethod',
    },
    dimensions: ['category', 'currency', 'paymentMethod'],
    measures: ['count', 'quantitySum', 'amountSum'],
    values: {},
  },
  rating: {
    key: 'playerId',
    fields: { ratingId: 'ID', version: 'Int', playerId: 'ID', rating: 'Decimal' },
    dimensions: [],
    measures: [],
    values: {},
  },
};
