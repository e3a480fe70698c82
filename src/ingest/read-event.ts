import type { KindModel } from '../model/event-model.ts';
import { describeText, pointerTo, type Rejection } from '../model/validate/rejection.ts';
import { unknownField } from '../model/validate/shape-fault.ts';
import { isRejection, type Validator, type ValidEvent } from '../model/validate/validator.ts';
import { type Member, type ScanFault, type ScannedEvent, scanEvent, textOf } from './scan-event.ts';

/** An event as it came, judged by itself. */
interface ReadEvent {
  readonly event: ValidEvent;
  /**
   * The bytes between the braces, where they say on one line exactly what is stored, each member once and by its plain name. Null where
   * the event must be written anew from its canonical texts.
   */
  readonly asItCame: ByteRange | null;
}

/** Positions instead of a Buffer over them: making one costs as much as reading half an event. */
export interface ByteRange {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What else is known of an event that came in an envelope: used where the event itself is silent. */
export interface Envelope {
  readonly id: string | null;
  readonly time: string | null;
}

interface RefusedEvent {
  readonly rejection: Rejection;
  /** Where it could be read all the same, so that a trace of the id shows the refusal. */
  readonly id: string | null;
}

export type EventReader = (bytes: Buffer, envelope?: Envelope | null) => ReadEvent | RefusedEvent;

/** Reads the bytes of one event of this kind. Never throws, whatever they are. */
export function eventReader(kind: KindModel, validate: Validator): EventReader {
  const blank: Values = Object.fromEntries(kind.fields.map((field) => [field.name, undefined]));
  const names = new Map(kind.fields.map((field) => [field.name, field.name]));
  return (bytes, envelope = null) => {
    const scanned = scanEvent(bytes);
    if ('fault' in scanned) return { rejection: rejectFault(bytes, scanned), id: null };
    const taken: Taken = { values: { ...blank }, numbers: null, plainNames: true, rejection: null };
    takeMembers(kind, names, scanned, taken);
    const filled = envelope !== null && fillFrom(envelope, kind, taken.values);
    const event = taken.rejection ?? validate(taken.values, taken.numbers);
    if (isRejection(event)) return { rejection: event, id: validate.idOf(taken.values, taken.numbers) };
    const safe = event.storedAsWritten && taken.plainNames && !scanned.hasLineBreaks && !filled;
    return { event, asItCame: safe ? { bytes, start: scanned.start + 1, end: scanned.end - 1 } : null };
  };
}

/** Every declared field is there from the start, so that no name of Object.prototype shows through and all events have one shape. */
type Values = Record<string, unknown>;

interface Taken {
  readonly values: Values;
  numbers: Map<string, string> | null;
  /** No name was written with escapes. */
  plainNames: boolean;
  /** The first name that may not be there. */
  rejection: Rejection | null;
}

function takeMembers(kind: KindModel, names: ReadonlyMap<string, string>, scanned: ScannedEvent, taken: Taken): void {
  for (const member of scanned.members) {
    const written = textOf(scanned, member.keyStart, member.keyEnd, member.keyEscaped);
    const name = names.get(written);
    if (name === undefined) {
      taken.rejection ??= unknownField(kind, written);
    } else if (taken.values[name] !== undefined) {
      taken.rejection ??= twice(name);
    } else {
      if (member.keyEscaped) taken.plainNames = false;
      if (member.kind === 'number') {
        taken.numbers ??= new Map();
        taken.numbers.set(name, numberText(scanned, member));
      }
      taken.values[name] = givenValue(scanned, member);
    }
  }
}

function numberText(scanned: ScannedEvent, member: Member): string {
  return scanned.latin1.substring(member.valueStart, member.valueEnd);
}

function givenValue(scanned: ScannedEvent, member: Member): unknown {
  switch (member.kind) {
    case 'text':
      return textOf(scanned, member.valueStart, member.valueEnd, member.valueEscaped);
    case 'number':
      return Number(numberText(scanned, member));
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case 'object':
      // No declared field takes one, so what is inside does not matter.
      return {};
    case 'array':
      return [];
  }
}

/** Parsers differ in which of the two they believe, and which one was meant is a guess: no guesses. */
function twice(name: string): Rejection {
  return {
    code: 'NOT_JSON',
    pointer: pointerTo(name),
    expected: 'every name once',
    got: `${describeText(name)} twice`,
  };
}

function fillFrom(envelope: Envelope, kind: KindModel, values: Values): boolean {
  const [idField = ''] = kind.idFields;
  const takesId = kind.idFields.length === 1 && isAbsent(values[idField]) && envelope.id !== null;
  const takesTime = isAbsent(values[kind.timeField]) && envelope.time !== null;
  if (takesId) values[idField] = envelope.id;
  if (takesTime) values[kind.timeField] = envelope.time;
  return takesId || takesTime;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function rejectFault(bytes: Buffer, fault: ScanFault): Rejection {
  const found = bytes.subarray(fault.at, fault.at + FOUND_BYTES).toString('utf8');
  const got = found === '' ? 'the end' : describeText(found);
  const at = `at byte ${fault.at}`;
  switch (fault.fault) {
    case 'not an object':
      return { code: 'WRONG_TYPE', pointer: '', expected: fault.expected, got };
    case 'depth':
      return { code: 'TOO_LARGE', pointer: '', expected: `${fault.expected} of brackets`, got: `one more ${at}` };
    case 'syntax':
      return { code: 'NOT_JSON', pointer: '', expected: `${fault.expected} ${at}`, got };
  }
}

/** Enough of what stands at the fault to find it. */
const FOUND_BYTES = 32;
