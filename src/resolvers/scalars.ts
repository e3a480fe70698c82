import { GraphQLError, GraphQLScalarType, Kind as Syntax, type ValueNode, valueFromASTUntyped } from 'graphql';
import { parseCalendarDate } from '../model/values/calendar-date.ts';
import { normaliseCountryCode } from '../model/values/country-code.ts';
import { dateTimeFault, dateTimeText, parseDateTime } from '../model/values/date-time.ts';
import { type Decimal, NUMBER_DIGITS_MAX, parseDecimal } from '../model/values/decimal.ts';

/**
 * The scalars of the API. In: text is checked here and handed on as it was written, so that who stores it sees what was sent. Out:
 * exact text. A number written inline in a query is read from its text, never by way of a double: there `1e999` is not Infinity.
 */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: textScalar('DateTime', checkDateTime, dateTimeOut),
  Date: textScalar('Date', (text) => {
    if (parseCalendarDate(text) === null) refuse('a calendar day such as 2026-11-21', text);
  }),
  Duration: textScalar('Duration', (text) => {
    if (!DURATION.test(text)) refuse('a duration such as 30s, 5m, 6h or 1d, 1w, 1mo, 1q, 1y', text);
  }),
  TimeZone: textScalar('TimeZone', (text) => {
    if (!isTimeZone(text)) refuse('an IANA time zone such as Europe/Berlin', text);
  }),
  CountryCode: textScalar('CountryCode', (text) => {
    if (normaliseCountryCode(text) === null) refuse('a country code of ISO 3166-1 such as DE', text);
  }),
  Version: textScalar('Version', (text) => {
    if (!text.startsWith('v1.')) refuse('a version as an ingest answer or asOf gave it (v1.…)', text);
  }),
  Cursor: textScalar('Cursor', () => {}),
  Offset: textScalar(
    'Offset',
    (text) => {
      if (!/^\d{1,19}$/.test(text)) refuse('a log offset as text', text);
    },
    (value) => String(value),
  ),
  Decimal: new GraphQLScalarType({
    name: 'Decimal',
    serialize: (value) => String(value),
    parseValue: decimalIn,
    parseLiteral: (node) => located(node, () => decimalIn(numberText(node) ?? literalValue(node))),
  }),
  SafeInt: new GraphQLScalarType({
    name: 'SafeInt',
    serialize: (value) => safeInt(typeof value === 'number' ? value : Number(String(value))),
    parseValue: safeInt,
    parseLiteral: (node) =>
      located(node, () => safeInt(node.kind === Syntax.INT ? Number(node.value) : literalValue(node))),
  }),
  JSON: new GraphQLScalarType({
    name: 'JSON',
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  }),
};

/** Zero is a duration. Where none is meant by it, whoever is asked says so, by the name of the argument. */
const DURATION = /^(?:0|[1-9]\d{0,8})(ms|s|m|h|d|w|mo|q|y)$/;

/** What a number in a query was written as. As text it keeps every digit; the Decimal rules then apply to what was written. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function numberText(node: ValueNode): NumberText | null {
  return node.kind === Syntax.INT || node.kind === Syntax.FLOAT ? new NumberText(node.value) : null;
}

/** A Decimal stays the text it came as: a string of any length, or a number of at most 15 significant digits. */
function decimalIn(value: unknown): string {
  if (typeof value === 'string') {
    if (parseDecimal(value) === null) refuse('a decimal number such as "12.50"', value);
    return value;
  }
  const text = value instanceof NumberText ? value.text : typeof value === 'number' ? String(value) : null;
  const decimal = text === null ? null : parseDecimal(text);
  if (text === null || decimal === null) refuse('a decimal number such as "12.50"', value);
  if (significantDigits(decimal) > NUMBER_DIGITS_MAX) {
    refuse(`a number of at most ${NUMBER_DIGITS_MAX} significant digits, or a string, which may have more`, text);
  }
  return text;
}

function significantDigits(decimal: Decimal): number {
  return decimal.digits.length;
}

function safeInt(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  return refuse('a whole number between -(2^53-1) and 2^53-1', value);
}

function checkDateTime(text: string): void {
  if (parseDateTime(text) === null) refuse(dateTimeFault(text), text);
}

/** Out of the product come microseconds, as bigint or where they are exact as number, or RFC 3339 text; all leave in the one spelling. */
function dateTimeOut(value: unknown): string {
  const timeUs = typeof value === 'string' ? parseDateTime(value) : value;
  const isExact = typeof timeUs === 'bigint' || (typeof timeUs === 'number' && Number.isSafeInteger(timeUs));
  if (isExact) return dateTimeText(timeUs);
  throw new Error(`expected a time as microseconds or RFC 3339 text, got ${String(value)}`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== null;
  } catch {
    // That is how Intl says no.
    return false;
  }
}

function textScalar(
  name: string,
  check: (text: string) => void,
  serialize: (value: unknown) => string = textOut,
): GraphQLScalarType {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string') refuse(`text for ${name}`, value);
    check(value);
    return value;
  };
  return new GraphQLScalarType({
    name,
    serialize,
    parseValue: parse,
    parseLiteral: (node) => located(node, () => parse(literalValue(node))),
  });
}

function textOut(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`expected text, got ${typeof value}`);
  return value;
}

function literalValue(node: ValueNode): unknown {
  return valueFromASTUntyped(node);
}

/** GraphQL says where a literal of its own scalars is wrong, but not where one of ours is. */
function located<Value>(node: ValueNode, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof GraphQLError ? new GraphQLError(error.message, { nodes: node }) : error;
  }
}

function refuse(expected: string, got: unknown): never {
  const shown = got instanceof NumberText ? got.text : typeof got === 'string' ? JSON.stringify(got) : String(got);
  throw new GraphQLError(`expected ${expected}, got ${shown.slice(0, 100)}`);
}
