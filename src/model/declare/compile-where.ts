import { type ConstObjectFieldNode, type ConstValueNode, Kind, print } from 'graphql';
import type { EnumModel, FieldModel, WhereTree } from '../event-model.ts';
import { parseCalendarDate } from '../values/calendar-date.ts';
import { normaliseCountryCode } from '../values/country-code.ts';
import { normaliseCurrencyCode } from '../values/currency-code.ts';
import { dateTimeText, parseDateTime } from '../values/date-time.ts';
import { WHERE_OPERATORS } from './field-types.ts';
import type { Mistakes } from './mistakes.ts';
import { parsePlainDecimal } from './plain-decimal.ts';

export interface WhereScope {
  readonly typeName: string;
  readonly fields: readonly FieldModel[];
  /** Which time is meant is the question's to say, by its range: a metric that filters by it would mean another range. */
  readonly timeField: string;
  readonly enums: ReadonlyMap<string, EnumModel>;
  readonly mistakes: Mistakes;
}

/** A filter written in a declaration, checked as the generated `<Kind>Where` input would check it in a query. */
export function compileWhere(node: ConstValueNode, scope: WhereScope): WhereTree {
  const tree: Record<string, unknown> = {};
  for (const entry of entriesOf(node, `a filter over the fields of ${scope.typeName}`, scope.mistakes)) {
    tree[entry.name.value] = compileEntry(entry, scope);
  }
  return tree;
}

function compileEntry(entry: ConstObjectFieldNode, scope: WhereScope): unknown {
  const name = entry.name.value;
  if (name === 'not') return compileWhere(entry.value, scope);
  if (name === 'and' || name === 'or') {
    return listOf(entry.value).map((part) => compileWhere(part, scope));
  }
  const field = scope.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    const allowed = [...scope.fields.map((candidate) => candidate.name), 'and', 'or', 'not'];
    scope.mistakes.unknownName(entry, { name, what: `a field of ${scope.typeName} to filter by`, allowed });
    return null;
  }
  if (name === scope.timeField) {
    scope.mistakes.add(entry, { expected: 'a filter without the time of the event (the range says that)', got: name });
    return null;
  }
  return compileOperators(entry.value, field, scope);
}

function compileOperators(node: ConstValueNode, field: FieldModel, scope: WhereScope): WhereTree {
  const operators: Record<string, unknown> = {};
  const allowed = WHERE_OPERATORS[field.type];
  for (const entry of entriesOf(node, `operators for ${field.name}, as {${allowed[0]}: …}`, scope.mistakes)) {
    const operator = entry.name.value;
    if (!allowed.some((name) => name === operator)) {
      scope.mistakes.unknownName(entry, { name: operator, what: `an operator for ${field.name}`, allowed });
    } else if (operator === 'isNull') {
      operators[operator] = checked(
        entry.value,
        readBoolean(entry.value),
        `true or false for ${field.name}.isNull`,
        scope.mistakes,
      );
    } else if (operator === 'in' || operator === 'notIn') {
      operators[operator] = listOf(entry.value).map((value) => compileValue(value, field, scope));
    } else {
      operators[operator] = compileValue(entry.value, field, scope);
    }
  }
  return operators;
}

function entriesOf(node: ConstValueNode, expected: string, mistakes: Mistakes): readonly ConstObjectFieldNode[] {
  if (node.kind === Kind.OBJECT && node.fields.length > 0) return node.fields;
  mistakes.add(node, { expected, got: print(node) });
  return [];
}

function listOf(node: ConstValueNode): readonly ConstValueNode[] {
  return node.kind === Kind.LIST ? node.values : [node];
}

function compileValue(node: ConstValueNode, field: FieldModel, scope: WhereScope): unknown {
  if (field.type === 'Enum') return compileEnumValue(node, field, scope);
  const { read, words } = VALUES[field.type];
  return checked(node, read(node), `${words} for ${field.name}`, scope.mistakes);
}

function compileEnumValue(node: ConstValueNode, field: FieldModel, scope: WhereScope): string | null {
  const values = scope.enums.get(field.typeName)?.values.map((value) => value.name) ?? [];
  const written = readName(node);
  if (written === null) return checked(node, null, `a value of ${field.typeName} for ${field.name}`, scope.mistakes);
  if (values.includes(written)) return written;
  scope.mistakes.unknownName(node, { name: written, what: `a value of ${field.typeName}`, allowed: values });
  return null;
}

function checked<T>(node: ConstValueNode, value: T | null, expected: string, mistakes: Mistakes): T | null {
  if (value === null) mistakes.add(node, { expected, got: print(node) });
  return value;
}

type ReadValue = (node: ConstValueNode) => unknown;

/** How each type is written, and what it becomes: decimals and times as text, as GraphQL coerces them. */
const VALUES: Readonly<
  Record<Exclude<FieldModel['type'], 'Enum'>, { readonly words: string; readonly read: ReadValue }>
> = {
  ID: { words: 'a text in quotes', read: readText },
  String: { words: 'a text in quotes', read: readText },
  Int: { words: 'a whole number', read: readWholeNumber },
  SafeInt: { words: 'a whole number', read: readWholeNumber },
  Float: { words: 'a number', read: readNumber },
  Decimal: { words: 'a decimal', read: readDecimal },
  Boolean: { words: 'true or false', read: readBoolean },
  DateTime: { words: 'a time like "2026-11-21T10:00:00Z"', read: readDateTime },
  Date: { words: 'a day like "2026-11-21"', read: readDate },
  CountryCode: { words: 'a country code like "DE"', read: (node) => normalised(node, normaliseCountryCode) },
  CurrencyCode: { words: 'a currency code like "USD"', read: (node) => normalised(node, normaliseCurrencyCode) },
};

function readText(node: ConstValueNode): string | null {
  return node.kind === Kind.STRING ? node.value : null;
}

/** In quotes or bare: the declaration's JSON has no enums, the generated inputs have. */
function readName(node: ConstValueNode): string | null {
  return node.kind === Kind.STRING || node.kind === Kind.ENUM ? node.value : null;
}

function readBoolean(node: ConstValueNode): boolean | null {
  return node.kind === Kind.BOOLEAN ? node.value : null;
}

function readWholeNumber(node: ConstValueNode): number | null {
  return node.kind === Kind.INT && Number.isSafeInteger(Number(node.value)) ? Number(node.value) : null;
}

function readNumber(node: ConstValueNode): number | null {
  const value = node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function readDecimal(node: ConstValueNode): string | null {
  const written = node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : '';
  return parsePlainDecimal(written) === null ? null : written;
}

function readDateTime(node: ConstValueNode): string | null {
  const timeUs = parseDateTime(readText(node) ?? '');
  return timeUs === null ? null : dateTimeText(timeUs);
}

function readDate(node: ConstValueNode): string | null {
  const text = readText(node);
  return text === null || parseCalendarDate(text) === null ? null : text;
}

function normalised(node: ConstValueNode, normalise: (text: string) => string | null): string | null {
  const written = readName(node);
  return written === null ? null : normalise(written);
}
