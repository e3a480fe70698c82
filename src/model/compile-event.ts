import { type CompiledFields, lookUpField } from './compile-fields.ts';
import type { KindModel } from './event-model.ts';
import { ID_TYPES, KEY_TYPES } from './field-types.ts';
import type { Mistakes } from './mistakes.ts';
import type { DirectiveRead, Written } from './read-directives.ts';

export type EventParts = Pick<KindModel, 'keyField' | 'idFields' | 'timeField' | 'from' | 'keepRaw'>;

/** What @event says: which fields are key, id and time, where else events come from, and how long raw ones are kept. */
export function compileEvent(event: DirectiveRead<'event'>, fields: CompiledFields): EventParts {
  const ids = event.id ?? [{ value: 'id', node: event.node }];
  const time = event.time ?? { value: 'occurredAt', node: event.node };
  lookUpField(event.key, { what: '@event(key:)', types: KEY_TYPES, neverNull: true }, fields);
  lookUpField(time, { what: '@event(time:)', types: ['DateTime'], neverNull: false }, fields);
  checkIds(event, ids, fields);
  return {
    keyField: event.key.value,
    idFields: ids.map((id) => id.value),
    timeField: time.value,
    from: compileFrom(event.from, fields.mistakes),
    keepRaw: compileKeepRaw(event.keepRaw, fields.mistakes),
  };
}

function checkIds(event: DirectiveRead<'event'>, ids: readonly Written<string>[], fields: CompiledFields): void {
  const seen = new Set<string>();
  for (const id of ids) {
    lookUpField(id, { what: '@event(id:)', types: ID_TYPES, neverNull: true }, fields);
    if (seen.has(id.value)) {
      fields.mistakes.add(id.node, { expected: `${id.value} once in @event(id:)`, got: 'a second one' });
    }
    seen.add(id.value);
  }
  if (ids.length === 0) {
    fields.mistakes.add(event.node, { expected: '@event(id:): at least one field', got: 'an empty list' });
  }
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
