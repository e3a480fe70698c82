import type { RejectionCode } from '../../platform/errors.ts';
import type { FieldModel } from '../event-model.ts';
import { DAY_MAX, DAY_MIN, parseCalendarDate, YEAR_MAX, YEAR_MIN } from '../values/calendar-date.ts';
import { normaliseCountryCode } from '../values/country-code.ts';
import { normaliseCurrencyCode } from '../values/currency-code.ts';
import {
  DATE_TIME_MAX_US,
  DATE_TIME_MIN_US,
  dateTimeFault,
  dateTimeText,
  isUtcText,
  parseDateTime,
} from '../values/date-time.ts';
import {
  compareDecimals,
  type Decimal,
  decimalText,
  NUMBER_DIGITS_MAX,
  parseDecimal,
  scaleOf,
} from '../values/decimal.ts';
import { decimalRange } from './decimal-range.ts';

/**
 * What JSON Schema cannot say of a value: exact numbers, the calendar, lists of codes, what no column stores. A rule sees a value as it was
 * written, after its shape was found right, and gives its canonical text: the same for equal values, however they were spelled.
 *
 *   Decimal "1250.00", 1.25e3 → 1250      CurrencyCode "usd" → USD      DateTime "2026-11-21T12:00:00+02:00" → 1795255200000000
 */
export interface FieldRule {
  readonly canonical: (written: Written) => string | Fault;
  /** Whether the warehouse, given the value as it was written, stores what the canonical text says. Only asked where that exists. */
  readonly storedAsWritten: (written: Written, canonical: string) => boolean;
  /** The canonical text as a JSON value that the warehouse stores exactly. */
  readonly json: (canonical: string) => string;
}

/** The text of a JSON string with its escapes resolved, or the literal text of a number or boolean. */
export interface Written {
  readonly text: string;
  readonly isNumber: boolean;
}

export interface Fault {
  readonly code: RejectionCode;
  readonly expected: string;
}

export function fieldRule(field: FieldModel, isTimeField: boolean): FieldRule {
  switch (field.type) {
    case 'ID':
      return { canonical: canonicalId, storedAsWritten: isText, json: JSON.stringify };
    case 'String':
      return { canonical: canonicalText, storedAsWritten: always, json: JSON.stringify };
    case 'Enum':
      return { canonical: asIs, storedAsWritten: always, json: JSON.stringify };
    case 'Boolean':
      return { canonical: asIs, storedAsWritten: always, json: asItStands };
    case 'Int':
    case 'SafeInt':
      return { canonical: wholeNumberRule(field), storedAsWritten: isCanonical, json: asItStands };
    case 'Float':
      return { canonical: floatRule(field), storedAsWritten: isNotMinusZero, json: asItStands };
    case 'Decimal':
      return { canonical: decimalRule(field), storedAsWritten: isPlainDecimal, json: quoted };
    case 'DateTime':
      return {
        canonical: canonicalDateTime,
        storedAsWritten: isTimeField ? always : ({ text }) => isUtcText(text),
        json: (canonical) => quoted(dateTimeText(BigInt(canonical))),
      };
    case 'Date':
      return { canonical: canonicalDate, storedAsWritten: always, json: quoted };
    case 'CountryCode':
      return {
        canonical: codeRule(normaliseCountryCode, 'a country code of ISO 3166-1 such as DE'),
        storedAsWritten: isCanonical,
        json: quoted,
      };
    case 'CurrencyCode':
      return {
        canonical: codeRule(normaliseCurrencyCode, 'a currency code of ISO 4217 such as EUR'),
        storedAsWritten: isCanonical,
        json: quoted,
      };
  }
}

const always = (): boolean => true;
const isText = ({ isNumber }: Written): boolean => !isNumber;
const isCanonical = ({ text }: Written, canonical: string): boolean => text === canonical;
const isNotMinusZero = ({ text }: Written, canonical: string): boolean => canonical !== '0' || !text.startsWith('-');
const asIs = ({ text }: Written): string => text;
const asItStands = (canonical: string): string => canonical;
/** A canonical text as people read it: times as RFC 3339 instead of microseconds. */
export function shownText(field: FieldModel, canonical: string): string {
  return field.type === 'DateTime' ? dateTimeText(BigInt(canonical)) : canonical;
}

/** For texts that need no escapes. */
const quoted = (canonical: string): string => `"${canonical}"`;

function canonicalId(written: Written): string | Fault {
  if (!written.isNumber) return canonicalText(written);
  return WHOLE_NUMBER.test(written.text) ? withoutMinusZero(written.text) : ID_FAULT;
}

const WHOLE_NUMBER = /^-?\d+$/;
const ID_FAULT: Fault = { code: 'WRONG_TYPE', expected: 'an ID (text or a whole number)' };

function withoutMinusZero(text: string): string {
  return text === '-0' ? '0' : text;
}

function canonicalText({ text }: Written): string | Fault {
  return NUL_OR_SURROGATE.test(text) && (text.includes('\0') || LONE_SURROGATE.test(text)) ? NO_TEXT : text;
}

/** Nearly no text has either, and this one test for both costs the least. */
const NUL_OR_SURROGATE = /[\0\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NO_TEXT: Fault = {
  code: 'WRONG_TYPE',
  expected: 'text without U+0000 and without half of a surrogate pair',
};

/** The bounds of Int, SafeInt and of the declaration are JSON Schema's; here is what a double may have hidden from it. */
function wholeNumberRule(field: FieldModel): (written: Written) => string | Fault {
  const least = parseDecimal(field.constraint.min ?? '');
  const greatest = parseDecimal(field.constraint.max ?? '');
  return ({ text }) => {
    if (SHORT_WHOLE_NUMBER.test(text) && least === null && greatest === null) return withoutMinusZero(text);
    const number = parseDecimal(text);
    if (number === null || scaleOf(number) > 0) return { code: 'WRONG_TYPE', expected: 'a whole number' };
    if (compareDecimals(number, SAFE_MAX) > 0 || compareDecimals(SAFE_MIN, number) > 0) return NOT_SAFE;
    return (
      outOfRange(number, { least, greatest, min: field.constraint.min, max: field.constraint.max }) ??
      decimalText(number)
    );
  };
}

const SHORT_WHOLE_NUMBER = /^-?(?:0|[1-9]\d{0,14})$/;
const SAFE_MAX = decimalOf(Number.MAX_SAFE_INTEGER);
const SAFE_MIN = decimalOf(Number.MIN_SAFE_INTEGER);
export const NOT_SAFE: Fault = {
  code: 'INEXACT_NUMBER',
  expected: 'a whole number between -(2^53-1) and 2^53-1, where a JSON number is exact',
};

function decimalOf(number: number): Decimal {
  return parseDecimal(String(number)) ?? { negative: false, digits: '', exponent: 0 };
}

/** A Float is the nearest double, whatever was written; only minus zero is made zero, so that equal values group together. */
function floatRule(field: FieldModel): (written: Written) => string | Fault {
  const { min, max } = field.constraint;
  const least = min === null ? Number.NEGATIVE_INFINITY : Number(min);
  const greatest = max === null ? Number.POSITIVE_INFINITY : Number(max);
  return ({ text }) => {
    const number = Number(text);
    if (!Number.isFinite(number)) return NOT_FINITE;
    if (number < least) return atLeast(min ?? '');
    if (number > greatest) return atMost(max ?? '');
    return String(number);
  };
}

export const NOT_FINITE: Fault = { code: 'OUT_OF_RANGE', expected: 'a finite number, up to 1.7976931348623157e308' };

function decimalRule(field: FieldModel): (written: Written) => string | Fault {
  const range = decimalRange(field);
  const tooFine: Fault = {
    code: 'OUT_OF_RANGE',
    expected: range.scale === 0 ? 'no digits after the point' : `at most ${range.scale} digits after the point`,
  };
  return ({ text, isNumber }) => {
    const number = parseDecimal(text);
    if (number === null) return NO_DECIMAL;
    if (isNumber && number.digits.length > NUMBER_DIGITS_MAX) return TOO_MANY_DIGITS;
    const fault = outOfRange(number, range);
    if (fault !== null) return fault;
    return scaleOf(number) > range.scale ? tooFine : decimalText(number);
  };
}

export const NO_DECIMAL: Fault = { code: 'WRONG_TYPE', expected: 'a decimal number such as "12.50"' };
const TOO_MANY_DIGITS: Fault = {
  code: 'INEXACT_NUMBER',
  expected: `at most ${NUMBER_DIGITS_MAX} significant digits in a JSON number; as text it may have more`,
};

interface Range {
  readonly least: Decimal | null;
  readonly greatest: Decimal | null;
  readonly min: string | null;
  readonly max: string | null;
}

function outOfRange(number: Decimal, range: Range): Fault | null {
  if (range.least !== null && compareDecimals(number, range.least) < 0) return atLeast(range.min ?? '');
  if (range.greatest !== null && compareDecimals(number, range.greatest) > 0) return atMost(range.max ?? '');
  return null;
}

function atLeast(min: string): Fault {
  return { code: 'OUT_OF_RANGE', expected: `at least ${min}` };
}

function atMost(max: string): Fault {
  return { code: 'OUT_OF_RANGE', expected: `at most ${max}` };
}

/** The engine reads exponents as well, and any number of zeros up to a point; what is usual goes on as it is, the rest is written anew. */
function isPlainDecimal({ text }: Written): boolean {
  return text.length <= PLAIN_LENGTH_MAX && !/[eE]/.test(text);
}

/** 38 digits, a sign and a point. */
const PLAIN_LENGTH_MAX = 40;

function canonicalDateTime({ text }: Written): string | Fault {
  const timeUs = parseDateTime(text);
  if (timeUs === null) return { code: 'WRONG_TYPE', expected: dateTimeFault(text) };
  if (timeUs < DATE_TIME_MIN_US || timeUs > DATE_TIME_MAX_US) return YEAR_FAULT;
  return timeUs.toString();
}

function canonicalDate({ text }: Written): string | Fault {
  const day = parseCalendarDate(text);
  if (day === null) return { code: 'WRONG_TYPE', expected: 'a day of the calendar such as 2026-11-21' };
  return day < DAY_MIN || day > DAY_MAX ? YEAR_FAULT : text;
}

const YEAR_FAULT: Fault = { code: 'OUT_OF_RANGE', expected: `a year from ${YEAR_MIN} to ${YEAR_MAX}` };

function codeRule(normalise: (text: string) => string | null, expected: string): (written: Written) => string | Fault {
  const fault: Fault = { code: 'WRONG_TYPE', expected };
  return ({ text }) => normalise(text) ?? fault;
}
