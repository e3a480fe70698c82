import type { FieldModel, KindModel } from '../../model/event-model.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import { decimalText, parseDecimal } from '../../model/values/decimal.ts';
import type { RawEvent } from './raw-event.ts';

/** What the record of an event in the log says (model/record-format.ts). */
export interface LoggedFacts {
  readonly id: string;
  readonly timeUs: number;
  readonly receivedAtMs: number;
  /** 0: there was none yet. */
  readonly watermarkMs: number;
  readonly partition: number;
  readonly offset: bigint;
}

/** The event as a query would give it out, from its record alone. */
export function loggedEvent(kind: KindModel, members: Readonly<Record<string, unknown>>, facts: LoggedFacts): RawEvent {
  const { id, timeUs, receivedAtMs, watermarkMs, partition, offset } = facts;
  const values = shownValues(kind, members);
  const time = dateTimeText(BigInt(timeUs));
  return {
    __typename: kind.typeName,
    ...values,
    [kind.timeField]: time,
    meta: {
      kind: kind.kind,
      id,
      key: String(values[kind.keyField]),
      time,
      receivedAt: dateTimeText(BigInt(receivedAtMs) * 1000n),
      position: { topic: kind.plural, partition, offset: offset.toString() },
      late: timeUs < watermarkMs * 1000,
    },
  };
}

/** Members are in the spelling in which they came; answers have one spelling for equal numbers. */
export function shownValues(kind: KindModel, members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(kind.fields.map((field) => [field.name, shownValue(field, members[field.name])]));
}

function shownValue(field: FieldModel, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (field.type === 'SafeInt' || field.type === 'Int') return Number(value);
  if (field.type !== 'Decimal') return value;
  const decimal = parseDecimal(String(value));
  return decimal === null ? value : decimalText(decimal);
}
