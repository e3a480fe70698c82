import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventReader } from '../../src/ingest/read-event.ts';
import { canonicalEvent } from '../../src/model/validate/canonical-event.ts';
import { jsonSchema } from '../../src/model/validate/json-schema.ts';
import { compileValidator, isRejection } from '../../src/model/validate/validator.ts';
import { MEASUREMENT, MEASUREMENT_KIND, measurement } from '../support/measurement.ts';

const validate = compileValidator(MEASUREMENT_KIND, MEASUREMENT.enums);
const read = eventReader(MEASUREMENT_KIND, validate);
const { membersOf } = canonicalEvent(MEASUREMENT_KIND);

/** The member as it is stored, or why not. The value is JSON text, so that a number is what is written here. */
function judged(field: string, json: string): unknown {
  const rest = JSON.stringify(measurement({ [field]: undefined }));
  const result = read(Buffer.from(`{${JSON.stringify(field)}:${json},${rest.slice(1)}`));
  if ('rejection' in result) return [result.rejection.code, result.rejection.expected];
  return JSON.stringify(JSON.parse(`{${membersOf(result.event.texts)}}`)[field]);
}

describe('a value is stored exactly', () => {
  test.each([
    ['id', '"a"', '"a"'],
    ['id', '12', '"12"'],
    ['id', '12345678901234567890', '"12345678901234567890"'],
    ['id', '-0', '"0"'],
    ['label', '"\\ud83d\\ude00\\u00e9\\n"', '"\u{1f600}é\\n"'],
    [
      'label',
      '"\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}"',
      '"\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}"',
    ],
    ['label', '"\u202eabc"', '"\u202eabc"'],
    ['label', '""', '""'],
    ['label', 'null', undefined],
    ['code', '"AB12"', '"AB12"'],
    ['pieces', '1e2', '100'],
    ['pieces', '5.0', '5'],
    ['pieces', '-0', '0'],
    ['steps', '-2147483648', '-2147483648'],
    ['total', '9007199254740991', '9007199254740991'],
    ['total', '9.007199254740991e15', '9007199254740991'],
    ['ratio', '-0.0', '0'],
    ['ratio', '1e-400', '0'],
    ['raw', '1.7976931348623157e308', '1.7976931348623157e+308'],
    ['raw', '5e-324', '5e-324'],
    ['raw', '0.1', '0.1'],
    ['price', '1250.50', '"1250.5"'],
    ['price', '"1250.5000000"', '"1250.5"'],
    ['price', '1e3', '"1000"'],
    ['balance', '-0', '"0"'],
    ['balance', '"9999999999999999999999999.9999"', '"9999999999999999999999999.9999"'],
    ['balance', '123456789012345', '"123456789012345"'],
    ['balance', '1000000000000000000', '"1000000000000000000"'],
    ['ok', 'true', 'true'],
    ['at', '"2026-11-21T12:00:00.1234567+02:00"', '"2026-11-21T10:00:00.123456Z"'],
    ['day', '"2024-02-29"', '"2024-02-29"'],
    ['country', '"de"', '"DE"'],
    ['currency', '"eur"', '"EUR"'],
    ['state', '"ON"', '"ON"'],
  ])('%s: %s', (field, json, stored) => {
    expect(judged(field, json)).toBe(stored);
  });
});

describe('or it is refused, saying what was expected', () => {
  test.each([
    ['id', '""', 'OUT_OF_RANGE', 'at least one character'],
    ['id', 'null', 'MISSING_FIELD', 'a value: an ID (text or a whole number)'],
    ['id', '1.0', 'WRONG_TYPE', 'an ID (text or a whole number)'],
    ['id', '1e3', 'WRONG_TYPE', 'an ID (text or a whole number)'],
    ['id', 'true', 'WRONG_TYPE', 'an ID (text or a whole number)'],
    ['id', `"${'x'.repeat(513)}"`, 'TOO_LARGE', 'at most 512 characters'],
    ['label', '"123456789"', 'TOO_LARGE', 'at most 8 characters'],
    ['label', '5', 'WRONG_TYPE', 'text'],
    ['label', '"\\u0000"', 'WRONG_TYPE', 'text without U+0000 and without half of a surrogate pair'],
    ['label', '"\\ud800"', 'WRONG_TYPE', 'text without U+0000 and without half of a surrogate pair'],
    ['label', '"\\ude00\\ud83d"', 'WRONG_TYPE', 'text without U+0000 and without half of a surrogate pair'],
    ['code', '"ab1"', 'OUT_OF_RANGE', 'text that matches ^[A-Z]{2}[0-9]+$'],
    ['pieces', '-1', 'OUT_OF_RANGE', 'at least 0'],
    ['pieces', '101', 'OUT_OF_RANGE', 'at most 100'],
    ['pieces', '1.5', 'WRONG_TYPE', 'a whole number'],
    ['pieces', '"5"', 'WRONG_TYPE', 'a whole number'],
    ['steps', '2147483648', 'OUT_OF_RANGE', 'at most 2147483647'],
    ['steps', '2147483647.00000000001', 'WRONG_TYPE', 'a whole number'],
    ['steps', '1e999', 'INEXACT_NUMBER', expect.stringContaining('2^53-1')],
    ['total', '9007199254740992', 'INEXACT_NUMBER', expect.stringContaining('2^53-1')],
    ['total', '9007199254740993', 'INEXACT_NUMBER', expect.stringContaining('2^53-1')],
    ['total', '9007199254740991.3', 'WRONG_TYPE', 'a whole number'],
    ['total', '-1e300', 'INEXACT_NUMBER', expect.stringContaining('2^53-1')],
    ['ratio', '1.0000001', 'OUT_OF_RANGE', 'at most 1'],
    ['raw', '1e999', 'OUT_OF_RANGE', expect.stringContaining('a finite number')],
    ['raw', '"NaN"', 'WRONG_TYPE', 'a number'],
    ['price', '0', 'OUT_OF_RANGE', 'at least 0.01'],
    ['price', '"10000000.01"', 'OUT_OF_RANGE', 'at most 10000000'],
    ['price', '"1.005"', 'OUT_OF_RANGE', 'at most 2 digits after the point'],
    ['price', '1e999', 'OUT_OF_RANGE', expect.stringContaining('a finite number')],
    ['price', '"1e999"', 'OUT_OF_RANGE', 'at most 10000000'],
    ['price', `"1e-${'9'.repeat(300)}"`, 'OUT_OF_RANGE', 'at least 0.01'],
    ['price', '"+5"', 'WRONG_TYPE', 'a decimal number such as "12.50"'],
    ['price', '"1,5"', 'WRONG_TYPE', 'a decimal number such as "12.50"'],
    ['price', '0.10000000000000001', 'INEXACT_NUMBER', expect.stringContaining('at most 15 significant digits')],
    ['balance', '1234567890123456', 'INEXACT_NUMBER', expect.stringContaining('at most 15 significant digits')],
    ['balance', '"10000000000000000000000000"', 'OUT_OF_RANGE', 'at most 9999999999999999999999999.9999'],
    ['ok', '"true"', 'WRONG_TYPE', 'true or false'],
    ['ok', '1', 'WRONG_TYPE', 'true or false'],
    ['at', '1795255200', 'WRONG_TYPE', expect.stringContaining('a time as RFC 3339 writes it')],
    ['at', '"2026-11-21T10:00:00"', 'WRONG_TYPE', expect.stringContaining('with its offset')],
    ['at', '"1899-12-31T23:59:59Z"', 'OUT_OF_RANGE', 'a year from 1900 to 2299'],
    ['at', '"2300-01-01T00:00:00Z"', 'OUT_OF_RANGE', 'a year from 1900 to 2299'],
    ['day', '"2026-02-30"', 'WRONG_TYPE', 'a day of the calendar such as 2026-11-21'],
    ['day', '"1899-12-31"', 'OUT_OF_RANGE', 'a year from 1900 to 2299'],
    ['country', '"UK"', 'WRONG_TYPE', 'a country code of ISO 3166-1 such as DE'],
    ['country', '"Germany"', 'WRONG_TYPE', 'a country code of ISO 3166-1 such as DE'],
    ['currency', '"ABC"', 'WRONG_TYPE', 'a currency code of ISO 4217 such as EUR'],
    ['state', '"on"', 'WRONG_TYPE', 'one of ON, OFF'],
    ['state', '{}', 'WRONG_TYPE', 'a value of State'],
    ['occurredAt', 'null', 'MISSING_FIELD', expect.stringContaining('a value: a time')],
  ])('%s: %s', (field, json, code, expected) => {
    expect(judged(field, json)).toEqual([code, expected]);
  });

  test.each([
    ['[]', 'WRONG_TYPE', ''],
    ['null', 'WRONG_TYPE', ''],
    ['', 'NOT_JSON', ''],
    ['{"id":"a",}', 'NOT_JSON', ''],
    ['{}', 'MISSING_FIELD', '/id'],
    ['{"id":"a","id":"a"}', 'NOT_JSON', '/id'],
    ['{"ID":"a"}', 'UNKNOWN_FIELD', '/ID'],
    ['{"_tenant":"other"}', 'UNKNOWN_FIELD', '/_tenant'],
    ['{"a/b~c":1}', 'UNKNOWN_FIELD', '/a~1b~0c'],
    ['{"__proto__":{"polluted":true}}', 'UNKNOWN_FIELD', '/__proto__'],
    ['{"constructor":{"prototype":{"polluted":true}}}', 'UNKNOWN_FIELD', '/constructor'],
    [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'TOO_LARGE', ''],
  ])('%s', (text, code, pointer) => {
    const result = read(Buffer.from(text));
    expect('rejection' in result ? [result.rejection.code, result.rejection.pointer] : []).toEqual([code, pointer]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('an unknown name comes with the one that was probably meant', () => {
    const result = read(Buffer.from(JSON.stringify(measurement({ contry: 'DE' }))));
    expect(result).toMatchObject({
      rejection: { expected: 'a field of Measurement; did you mean "country"?', got: 'contry' },
    });
  });

  test('a message can stand in a line: cut, without control characters, without half characters', () => {
    const result = read(Buffer.from(JSON.stringify(measurement({ state: `a\u0000\r\n\ud800${'x'.repeat(1_000)}` }))));
    const got = 'rejection' in result ? String(result.rejection.got) : '';
    expect(got.length).toBeLessThan(120);
    expect(got.startsWith('a\\u0000\\u000d\\u000a\ufffdxxx')).toBe(true);
  });
});

test('values that never were JSON are judged too, and nothing throws', () => {
  for (const value of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    1n,
    Symbol('a'),
    () => 1,
    new Date(),
    new Map(),
    undefined,
  ]) {
    for (const field of MEASUREMENT_KIND.fields) {
      const result = validate(measurement({ [field.name]: value }));
      if (!isRejection(result)) expect([-0, undefined]).toContain(value);
    }
    expect(isRejection(validate(value))).toBe(true);
  }
});

test('what the served JSON Schema refuses, admission refuses', () => {
  const schema = new Ajv2020({ strict: false, validateFormats: false }).compile(
    jsonSchema(MEASUREMENT_KIND, MEASUREMENT.enums),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...MEASUREMENT_KIND.fields.map(({ name }) => name)),
      fc.jsonValue({ maxDepth: 1 }),
      (field, value) => {
        const event = measurement({ [field]: value });
        if (!schema(event)) expect(isRejection(validate(event)), JSON.stringify(event)).toBe(true);
      },
    ),
  );
});

test('the served JSON Schema describes every field, and its example is admitted', () => {
  const schema = jsonSchema(MEASUREMENT_KIND, MEASUREMENT.enums);
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Measurement',
    required: ['id', 'device', 'occurredAt'],
    additionalProperties: false,
    properties: {
      id: { type: ['string', 'integer'], minLength: 1, maxLength: 512 },
      pieces: { type: ['integer', 'null'], minimum: 0, maximum: 100 },
      price: { type: ['string', 'number', 'null'], description: expect.stringContaining('From 0.01 to 10000000') },
      state: { enum: ['ON', 'OFF', null] },
      at: { format: 'date-time' },
    },
  });
  const [example] = schema.examples as Record<string, unknown>[];
  expect(isRejection(validate(example))).toBe(false);
});
