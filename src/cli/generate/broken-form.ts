import type { FieldModel, KindModel } from '../../model/event-model.ts';
import type { RejectionCode } from '../../platform/errors.ts';
import { isNumeric } from './field-maker.ts';

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
    ...kind.fields.flatMap((field, at) => [...formsOfField(field, at), ...formsOfBounds(field, at)]),
    {
      name: 'an unknown field',
      code: 'UNKNOWN_FIELD',
      line: (fragments) => whole([...fragments, ',"unheardOf":true']),
    },
    { name: 'cut off', code: 'NOT_JSON', line: (fragments) => whole(fragments).slice(0, -2) },
    { name: 'not JSON at all', code: 'NOT_JSON', line: () => 'GET / HTTP/1.1' },
    { name: 'single quotes', code: 'NOT_JSON', line: (fragments) => whole(fragments).replaceAll('"', "'") },
  ];
}

/** An event's text: the fragments without the comma of the first. */
export function whole(fragments: readonly string[]): string {
  return `{${fragments.join('').slice(1)}}`;
}

function formsOfField(field: FieldModel, at: number): readonly BrokenForm[] {
  const wrongType: BrokenForm = {
    name: `${field.name} of a wrong type`,
    code: 'WRONG_TYPE',
    line: (fragments) => whole(fragments.with(at, `,"${field.name}":{"value":1}`)),
  };
  if (field.nullable) return [wrongType];
  return [
    wrongType,
    { name: `without ${field.name}`, code: 'MISSING_FIELD', line: (fragments) => whole(fragments.with(at, '')) },
  ];
}

function formsOfBounds(field: FieldModel, at: number): readonly BrokenForm[] {
  const { min, max } = field.constraint;
  if (!isNumeric(field)) return [];
  const beyond = (value: string): BrokenForm => ({
    name: `${field.name} ${value}`,
    code: 'OUT_OF_RANGE',
    line: (fragments) =>
      whole(fragments.with(at, `,"${field.name}":${field.type === 'Decimal' ? `"${value}"` : value}`)),
  });
  // A whole number beyond the bound: right in every other respect.
  return [
    ...(min === null ? [] : [beyond(String(Math.floor(Number(min)) - 1))]),
    ...(max === null ? [] : [beyond(String(Math.ceil(Number(max)) + 1))]),
  ];
}
