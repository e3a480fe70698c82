import type { FieldModel, KindModel } from '../../model/event-model.ts';

/** An event as it was sent, normalised, with what the product knows of it: the fields of its GraphQL type, ready to hand out. */
export type RawEvent = Readonly<Record<string, unknown>> & { readonly meta: RawEventMeta };

export interface RawEventMeta {
  readonly kind: string;
  readonly id: string;
  readonly key: string;
  readonly time: string;
  readonly receivedAt: string;
  readonly position: { readonly topic: string; readonly partition: number; readonly offset: string };
  readonly late: boolean;
}

export type RawEventRow = Readonly<Record<string, unknown>>;

/** Everything an event is made of, to select from raw. */
export function rawEventColumns(kind: KindModel): string {
  const fields = kind.fields.map((field) => `\`${field.name}\``);
  return [...fields, '_id', '_partition', '_offset', '_receivedAt', '_late'].join(', ');
}

export function rawEvent(kind: KindModel, row: RawEventRow): RawEvent {
  const values = Object.fromEntries(kind.fields.map((field) => [field.name, fieldValue(field, row[field.name])]));
  return {
    __typename: kind.typeName,
    ...values,
    meta: {
      kind: kind.kind,
      id: String(row._id),
      key: String(values[kind.keyField]),
      time: String(values[kind.timeField]),
      receivedAt: String(row._receivedAt).replace(/(\.\d{3})Z$/, '$1000Z'),
      position: { topic: kind.plural, partition: Number(row._partition), offset: String(row._offset) },
      late: row._late === true || row._late === 1,
    },
  };
}

/** 64-bit integers come as text; those of a kind fit a number, admission saw to it. All other values are what they are given out as. */
function fieldValue(field: FieldModel, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return field.type === 'SafeInt' ? Number(value) : value;
}
