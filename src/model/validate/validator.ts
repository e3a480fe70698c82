import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { type EnumModel, type FieldModel, ID_LENGTH_MAX, type KindModel } from '../event-model.ts';
import { compositeId } from '../record-format.ts';
import { type Fault, type FieldRule, fieldRule, shownText, type Written } from './field-rule.ts';
import { jsonSchema } from './json-schema.ts';
import { describeText, describeValue, pointerTo, type Rejection } from './rejection.ts';
import { shapeFault, unknownField } from './shape-fault.ts';

/**
 * Judges one event by what can be seen in it alone: the shape by JSON Schema, then each value exactly by the rule of its field. What depends
 * on the clock or on other events (skew, conflict) is admission's.
 *
 * `numbers` are the texts of the numbers as they were written, by field; without one, the number is taken to have been written the way
 * JavaScript writes it. Null stands for an absent value. Never throws, whatever it is given.
 */
export interface Validator {
  (value: unknown, numbers?: NumberTexts | null): Rejection | ValidEvent;
  /** The id of an event that was refused, if it has one all the same. */
  idOf(value: unknown, numbers?: NumberTexts | null): string | null;
}

type NumberTexts = ReadonlyMap<string, string>;

/** An event whose every value can be stored exactly. */
export interface ValidEvent {
  /** Of several fields: each as people read it, escaped, joined by "/". */
  readonly id: string;
  readonly key: string;
  /** Null where the declared time field may be absent, and is. */
  readonly timeUs: bigint | null;
  /** The canonical text of each value, in the order of the declaration; null where absent. */
  readonly texts: readonly (string | null)[];
  /** Every value, as it was written, is stored as its canonical text says. */
  readonly storedAsWritten: boolean;
}

export function isRejection(judged: Rejection | ValidEvent): judged is Rejection {
  return 'code' in judged;
}

export function compileValidator(kind: KindModel, enums: ReadonlyMap<string, EnumModel>): Validator {
  const hasShape = compileShape(kind, enums);
  const plan = planOf(kind);
  const judge = (value: unknown, numbers: NumberTexts | null = null): Rejection | ValidEvent => {
    if (!isPlainObject(value)) return notAnObject(value);
    if (hasShape(value)) return readEvent(plan, value, numbers);
    const [error] = hasShape.errors ?? [];
    return error === undefined ? notAnObject(value) : rejectShape(kind, value, numbers, error);
  };
  return Object.assign(judge, {
    idOf: (value: unknown, numbers: NumberTexts | null = null) =>
      isPlainObject(value) ? readId(plan, value, numbers) : null,
  });
}

/**
 * Strict about numbers (NaN and Infinity are none), silent about formats (the field rules know more), the first error only: a hostile event
 * must not cost more than an honest one.
 */
function compileShape(kind: KindModel, enums: ReadonlyMap<string, EnumModel>) {
  const ajv = new Ajv2020({ allErrors: false, strictNumbers: true, validateFormats: false, allowUnionTypes: true });
  return ajv.compile<Record<string, unknown>>(jsonSchema(kind, enums));
}

interface ReadingPlan {
  readonly fields: readonly PlannedField[];
  readonly idIndexes: readonly number[];
  readonly keyIndex: number;
  readonly timeIndex: number;
}

interface PlannedField {
  readonly name: string;
  readonly field: FieldModel;
  readonly rule: FieldRule;
}

function planOf(kind: KindModel): ReadingPlan {
  const indexOf = (name: string): number => kind.fields.findIndex((field) => field.name === name);
  return {
    fields: kind.fields.map((field) => ({
      name: field.name,
      field,
      rule: fieldRule(field, field.name === kind.timeField),
    })),
    idIndexes: kind.idFields.map(indexOf),
    keyIndex: indexOf(kind.keyField),
    timeIndex: indexOf(kind.timeField),
  };
}

function readEvent(
  plan: ReadingPlan,
  value: Record<string, unknown>,
  numbers: NumberTexts | null,
): Rejection | ValidEvent {
  const texts: (string | null)[] = [];
  let storedAsWritten = true;
  for (const { name, rule } of plan.fields) {
    const given = value[name];
    if (given === undefined || given === null) {
      texts.push(null);
      continue;
    }
    const written = writtenOf(name, given, numbers);
    const canonical = rule.canonical(written);
    if (typeof canonical !== 'string') return rejectValue(name, written.text, canonical);
    if (!rule.storedAsWritten(written, canonical)) storedAsWritten = false;
    texts.push(canonical);
  }
  const time = texts[plan.timeIndex] ?? null;
  return {
    id: joinId(plan, (index) => texts[index] ?? null) ?? '',
    key: texts[plan.keyIndex] ?? '',
    timeUs: time === null ? null : BigInt(time),
    texts,
    storedAsWritten,
  };
}

function writtenOf(name: string, given: unknown, numbers: NumberTexts | null): Written {
  if (typeof given === 'string') return { text: given, isNumber: false };
  const isNumber = typeof given === 'number';
  return { text: (isNumber && numbers?.get(name)) || String(given), isNumber };
}

/** Null where a part of the id is absent. */
function joinId(plan: ReadingPlan, canonicalOf: (index: number) => string | null): string | null {
  const [only = 0] = plan.idIndexes;
  if (plan.idIndexes.length === 1) return canonicalOf(only);
  const parts: string[] = [];
  for (const index of plan.idIndexes) {
    const canonical = canonicalOf(index);
    const planned = plan.fields[index];
    if (canonical === null || planned === undefined) return null;
    parts.push(shownText(planned.field, canonical));
  }
  return compositeId(parts);
}

function readId(plan: ReadingPlan, value: Record<string, unknown>, numbers: NumberTexts | null): string | null {
  return joinId(plan, (index) => {
    const planned = plan.fields[index];
    const given = planned === undefined ? null : value[planned.name];
    if (planned === undefined || !isScalar(given)) return null;
    const written = writtenOf(planned.name, given, numbers);
    if (written.text === '' || written.text.length > ID_LENGTH_MAX) return null;
    const canonical = planned.rule.canonical(written);
    return typeof canonical === 'string' ? canonical : null;
  });
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnObject(value: unknown): Rejection {
  return { code: 'WRONG_TYPE', pointer: '', expected: 'a JSON object, "{…}"', got: describeValue(value) };
}

function rejectValue(name: string, text: string, fault: Fault): Rejection {
  return { code: fault.code, pointer: pointerTo(name), expected: fault.expected, got: describeText(text) };
}

function rejectShape(
  kind: KindModel,
  value: Record<string, unknown>,
  numbers: NumberTexts | null,
  error: ErrorObject,
): Rejection {
  if (error.keyword === 'additionalProperties') return unknownField(kind, String(error.params.additionalProperty));
  const name = error.keyword === 'required' ? String(error.params.missingProperty) : error.instancePath.slice(1);
  const field = kind.fields.find((candidate) => candidate.name === name);
  if (field === undefined) return notAnObject(value);
  return shapeFault(field, value[name], numbers?.get(name) ?? null, error);
}
