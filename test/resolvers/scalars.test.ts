import {
  buildASTSchema,
  GraphQLError,
  type GraphQLScalarType,
  isScalarType,
  isSpecifiedScalarType,
  parseValue,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import { scalars } from '../../src/resolvers/scalars.ts';

test('every scalar of the served schema is defined here, and no other', () => {
  const schema = buildASTSchema(servedTypeDefs(loadDeclarations(SAMPLE_KINDS_DIR), readApiSdl()));
  const declared = Object.values(schema.getTypeMap()).filter(
    (type) => isScalarType(type) && !isSpecifiedScalarType(type),
  );
  expect(Object.keys(scalars).sort()).toEqual(declared.map((type) => type.name).sort());
});

describe('Decimal', () => {
  test('keeps the text it was written as, as a string or as an inline number', () => {
    expect(literal('Decimal', '"1250.00"')).toBe('1250.00');
    expect(literal('Decimal', '1250.00')).toBe('1250.00');
    expect(literal('Decimal', '-7')).toBe('-7');
    expect(variable('Decimal', '0.12345678901234567890123456789')).toBe('0.12345678901234567890123456789');
    expect(variable('Decimal', 12.5)).toBe('12.5');
  });

  test('takes an inline number of at most 15 significant digits, and no infinity by way of a double', () => {
    expect(literal('Decimal', '123456789012.345')).toBe('123456789012.345');
    expect(literal('Decimal', '100000000000000000000')).toBe('100000000000000000000');
    expect(refusal(() => literal('Decimal', '1234567890123.456'))).toContain('at most 15 significant digits');
    expect(refusal(() => literal('Decimal', '100.00000000000000000001'))).toContain('at most 15 significant digits');
    expect(literal('Decimal', '1e999')).toBe('1e999');
  });

  test('refuses what is no number, and a variable that lost digits on its way', () => {
    for (const value of [
      '',
      'a lot',
      '1,5',
      '0x10',
      'NaN',
      'Infinity',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      true,
      {},
      [1],
    ]) {
      expect(
        refusal(() => variable('Decimal', value)),
        String(value),
      ).toContain('expected a decimal number');
    }
    expect(refusal(() => variable('Decimal', 0.1 + 0.2))).toContain('at most 15 significant digits');
  });
});

describe('DateTime', () => {
  test('takes any offset and refuses a time without one', () => {
    expect(variable('DateTime', '2026-11-21T12:00:00+02:00')).toBe('2026-11-21T12:00:00+02:00');
    expect(refusal(() => variable('DateTime', '2026-11-21T12:00:00'))).toContain('a time with its offset');
    expect(refusal(() => variable('DateTime', 1_795_264_000))).toContain('expected text for DateTime');
  });

  test('leaves in UTC with microseconds, however it was held inside', () => {
    expect(serialized('DateTime', '2026-11-21T12:00:00.5+02:00')).toBe('2026-11-21T10:00:00.500000Z');
    expect(serialized('DateTime', 1_795_264_000_000_001n)).toBe('2026-11-21T12:26:40.000001Z');
    expect(() => serialized('DateTime', 'soon')).toThrow();
  });
});

describe('SafeInt', () => {
  test('is whole and no larger than a double counts exactly', () => {
    expect(variable('SafeInt', 2 ** 53 - 1)).toBe(2 ** 53 - 1);
    expect(literal('SafeInt', '9007199254740991')).toBe(2 ** 53 - 1);
    for (const text of ['9007199254740992', '9007199254740993', '1.5', '"1"', '1e999']) {
      expect(
        refusal(() => literal('SafeInt', text)),
        text,
      ).toContain('expected a whole number');
    }
    expect(serialized('SafeInt', '42')).toBe(42);
    expect(() => serialized('SafeInt', '9007199254740993')).toThrow();
  });
});

test('the other texts are checked at the door, each with what was expected', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['Date', '2026-02-30', 'a calendar day'],
    ['Duration', '5 minutes', 'a duration such as'],
    ['Duration', '-1s', 'a duration such as'],
    ['Duration', '00s', 'a duration such as'],
    ['Duration', '0', 'a duration such as'],
    ['TimeZone', 'Mars/Olympus', 'an IANA time zone'],
    ['CountryCode', 'XX', 'a country code'],
    ['Version', 'latest', 'a version as an ingest answer'],
    ['Offset', '-1', 'a log offset'],
    ['Cursor', 7, 'expected text'],
  ];
  for (const [name, value, expected] of refused)
    expect(
      refusal(() => variable(name, value)),
      name,
    ).toContain(expected);
  expect(variable('Duration', '1mo')).toBe('1mo');
  expect(variable('Duration', '0s')).toBe('0s');
  expect(variable('TimeZone', 'Europe/Berlin')).toBe('Europe/Berlin');
});

function scalar(name: string): GraphQLScalarType {
  const found = scalars[name];
  if (found === undefined) throw new Error(`no scalar ${name}`);
  return found;
}

function literal(name: string, text: string): unknown {
  return scalar(name).parseLiteral(parseValue(text));
}

function variable(name: string, value: unknown): unknown {
  return scalar(name).parseValue(value);
}

function serialized(name: string, value: unknown): unknown {
  return scalar(name).serialize(value);
}

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
  throw new Error('expected it to be refused');
}
