import type { FieldModel, KindModel } from '../../model/event-model.ts';
import { textLengthMax } from '../../model/validate/json-schema.ts';
import type { RejectionCode } from '../../platform/errors.ts';

/** A way for a line to be wrong, and the reason a correct system gives. */
export interface BrokenForm {
  readonly name: string;
  readonly code: RejectionCode;
  /** `fragments` holds `,"name":value` a field, of an event that would be right; given back is the whole line. */
  readonly line: (fragments: readonly string[]) => string;
}

/** Every way that the declaration of a kind gives to be wrong, so that each rule of it is broken sooner or later. */
export function brokenForms(kind: KindModel): readonly BrokenForm[] {
  return [
    ...kind.fields.flatMap((field, at) => [...formsOfField(field, at), ...formsOfType(kind, field, at)]),
    {
      name: 'an unknown field',
      code: 'UNKNOWN_FIELD',
      line: (fragments) => whole([...fragments, ',"unheardOf":true']),
    },
    { name: 'a prototype', code: 'UNKNOWN_FIELD', line: (fragments) => whole([...fragments, ',"__proto__":{"x":1}']) },
    { name: 'a field twice', code: 'NOT_JSON', line: (fragments) => whole([...fragments, fragments.join('')]) },
    { name: 'cut off', code: 'NOT_JSON', line: (fragments) => whole(fragments).slice(0, -2) },
    { name: 'not JSON at all', code: 'NOT_JSON', line: () => 'GET / HTTP/1.1' },
    { name: 'single quotes', code: 'NOT_JSON', line: (fragments) => whole(fragments).replaceAll('"', "'") },
    { name: 'no object', code: 'WRONG_TYPE', line: () => '17' },
    { name: 'deeply nested', code: 'TOO_LARGE', line: () => `{"a":${'['.repeat(100)}${']'.repeat(100)}}` },
  ];
}

/** An event's text: the fragments without the comma of the first. */
export function whole(fragments: readonly string[]): string {
  return `{${fragments.join('').slice(1)}}`;
}

function formsOfField(field: FieldModel, at: number): readonly BrokenForm[] {
  const broken = replacing(field, at);
  const wrongType = broken('of a wrong type', 'WRONG_TYPE', '{"value":1}');
  if (field.nullable) return [wrongType];
  return [
    wrongType,
    broken('null', 'MISSING_FIELD', 'null'),
    { name: `without ${field.name}`, code: 'MISSING_FIELD', line: (fragments) => whole(fragments.with(at, '')) },
  ];
}

function formsOfType(kind: KindModel, field: FieldModel, at: number): readonly BrokenForm[] {
  const broken = replacing(field, at);
  switch (field.type) {
    case 'ID':
    case 'String':
      return [
        // A field may take tens of thousands of characters: no need to send as many to show that there is an end.
        ...(textLengthMax(kind, field) > LONG_TEXT_MAX
          ? []
          : [broken('too long', 'TOO_LARGE', `"${'x'.repeat(textLengthMax(kind, field) + 1)}"`)]),
        broken('holding U+0000', 'WRONG_TYPE', '"a\\u0000b"'),
        broken('holding half a character', 'WRONG_TYPE', '"a\\ud800b"'),
      ].filter(({ code }) => code === 'TOO_LARGE' || field.constraint.pattern === null);
    case 'Enum':
    case 'CountryCode':
    case 'CurrencyCode':
      return [broken('unheard of', 'WRONG_TYPE', '"Q?"')];
    case 'DateTime':
    case 'Date':
      return [broken('no time', 'WRONG_TYPE', '"yesterday"'), broken('no day', 'WRONG_TYPE', '"2026-02-30T00:00:00Z"')];
    case 'Boolean':
      return [broken('as text', 'WRONG_TYPE', '"true"')];
    case 'Decimal':
      return [...beyondBounds(field, at), broken('too precise', 'INEXACT_NUMBER', '12.345678901234567')];
    case 'Float':
      return [...beyondBounds(field, at), broken('infinite', 'OUT_OF_RANGE', '1e999')];
    case 'Int':
    case 'SafeInt':
      return [...beyondBounds(field, at), broken('a fraction', 'WRONG_TYPE', '1.5')];
  }
}

const LONG_TEXT_MAX = 1_000;

/** The next whole number beyond a declared bound: right in every other respect. */
function beyondBounds(field: FieldModel, at: number): readonly BrokenForm[] {
  const { min, max } = field.constraint;
  const beyond = (value: number): BrokenForm =>
    replacing(field, at)(String(value), 'OUT_OF_RANGE', field.type === 'Decimal' ? `"${value}"` : String(value));
  return [
    ...(min === null ? [] : [beyond(Math.floor(Number(min)) - 1)]),
    ...(max === null ? [] : [beyond(Math.ceil(Number(max)) + 1)]),
  ];
}

function replacing(field: FieldModel, at: number): (what: string, code: RejectionCode, json: string) => BrokenForm {
  return (what, code, json) => ({
    name: `${field.name} ${what}`,
    code,
    line: (fragments) => whole(fragments.with(at, `,"${field.name}":${json}`)),
  });
}
