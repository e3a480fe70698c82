import type { EventModel, KindModel } from '../model/event-model.ts';
import { EventGenerator } from './generate/event-generator.ts';

/**
 * One line for a shell that sends an event of this kind as of now, waits until it can be queried, and shows the verdict. Pasted again it
 * sends another one: its id holds the second it was sent at.
 */
export function exampleCommand(kind: KindModel, enums: EventModel['enums'], url: string): string {
  const event = { ...exampleEvent(kind, enums), [kind.timeField]: NOW };
  const freeId = kind.idFields.find((name) => isText(kind, name));
  if (freeId !== undefined) event[freeId] = `try-${SECOND}`;
  const body = JSON.stringify(event)
    .replaceAll("'", "'\\''")
    .replace(NOW, "'$(date -u +%FT%TZ)'")
    .replace(SECOND, "'$(date +%s)'");
  return `curl -s -H 'content-type: application/json' '${url}/ingest/${kind.singular}?wait=true' -d '${body}'`;
}

const NOW = '@now@';
const SECOND = '@second@';

/** One that a generated stream of the kind might hold, so that it reads like the real thing. */
function exampleEvent(kind: KindModel, enums: EventModel['enums']): Record<string, unknown> {
  const generator = new EventGenerator({ kind, enums, seed: 'example', timeline: { startMs: 0, stepMs: 1000 } });
  return JSON.parse(generator.make(0, generator.item()).line);
}

/** An id that takes any text: the time of the event makes a composite id new without it. */
function isText(kind: KindModel, name: string): boolean {
  const field = kind.fields.find((each) => each.name === name);
  return field !== undefined && (field.type === 'ID' || field.type === 'String') && field.constraint.pattern === null;
}
