import type { KindModel } from '../event-model.ts';
import { type CompiledFields, lookUpField, type WantedField } from './compile-fields.ts';
import { ID_TYPES, KEY_TYPES } from './field-types.ts';
import type { Mistakes } from './mistakes.ts';
import type { DirectiveRead, Written } from './read-directives.ts';

type EventParts = Pick<KindModel, 'keyField' | 'idFields' | 'timeField' | 'from' | 'keepRaw'>;

/** What @event says: which fields are key, id and time, where else events come from, and how long raw ones are kept. */
export function compileEvent(event: DirectiveRead<'event'>, fields: CompiledFields): EventParts {
  lookUpField(event.key, { what: '@event(key:)', types: KEY_TYPES, neverNull: true }, fields);
  return {
    keyField: event.key.value,
    idFields: compileId(event, fields),
    timeField: compileTime(event, fields),
    from: compileFrom(event.from, fields.mistakes),
    keepRaw: compileKeepRaw(event.keepRaw, fields.mistakes),
  };
}

const ID_DEFAULT = 'id';
const TIME_DEFAULT = 'occurredAt';

function compileId(event: DirectiveRead<'event'>, fields: CompiledFields): readonly string[] {
  const wanted = { what: '@event(id:)', types: ID_TYPES, neverNull: true } as const;
  if (event.id === undefined) {
    lookUpDefault(
      ID_DEFAULT,
      event,
      '@event(id: […]) with the fields that make an event the same event',
      wanted,
      fields,
    );
    return [ID_DEFAULT];
  }
  if (event.id.length === 0) {
    fields.mistakes.add(event.node, { expected: '@event(id:): at least one field', got: 'an empty list' });
  }
  const seen = new Set<string>();
  for (const id of event.id) {
    lookUpField(id, wanted, fields);
    if (seen.has(id.value)) {
      fields.mistakes.add(id.node, { expected: `${id.value} once in @event(id:)`, got: 'a second one' });
    }
    seen.add(id.value);
  }
  return [...seen];
}

function compileTime(event: DirectiveRead<'event'>, fields: CompiledFields): string {
  const wanted = { what: '@event(time:)', types: ['DateTime'], neverNull: false } as const;
  if (event.time === undefined) {
    lookUpDefault(TIME_DEFAULT, event, '@event(time: …) with the field that says when it happened', wanted, fields);
    return TIME_DEFAULT;
  }
  lookUpField(event.time, wanted, fields);
  return event.time.value;
}

/** A field that nobody named is there under its usual name, or the argument that names another is what is missing. */
function lookUpDefault(
  name: string,
  event: DirectiveRead<'event'>,
  orElse: string,
  wanted: WantedField,
  fields: CompiledFields,
): void {
  if (fields.names.includes(name)) lookUpField({ value: name, node: event.node }, wanted, fields);
  else fields.mistakes.add(event.node, { expected: `a field ${name}, or ${orElse}`, got: 'neither' });
}

/** What Kafka takes as the name of a topic. */
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;

function compileFrom(from: Written<string> | undefined, mistakes: Mistakes): string | null {
  if (from === undefined) return null;
  if (!TOPIC.test(from.value)) {
    mistakes.add(from.node, {
      expected: '@event(from:): the name of a topic (letters, digits, ".", "_", "-")',
      got: JSON.stringify(from.value),
    });
  }
  return from.value;
}

/** s, m and h are lengths; d, w, mo, q and y calendar steps. Up to five digits: the warehouse's calendar ends in 2299. */
const DURATION = /^[1-9]\d{0,4}(?:s|m|h|d|w|mo|q|y)$/;

function compileKeepRaw(keepRaw: Written<string> | undefined, mistakes: Mistakes): string | null {
  if (keepRaw === undefined) return null;
  if (!DURATION.test(keepRaw.value)) {
    mistakes.add(keepRaw.node, {
      expected: '@event(keepRaw:): a duration like "90d" (s, m, h, d, w, mo, q, y)',
      got: JSON.stringify(keepRaw.value),
    });
  }
  return keepRaw.value;
}
