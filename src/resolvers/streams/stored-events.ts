import { shownValues } from '../../analytics/events/logged-event.ts';
import type { AlertedEvent } from '../../analytics/streams/answer-alerts.ts';
import type { Log } from '../../log/log.ts';
import type { EventModel, KindModel } from '../../model/event-model.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import type { AskContext } from '../ask-context.ts';

export interface StoredEventSources {
  readonly log: Log;
}

/**
 * Events as what a job wrote keeps them, in the shape of their GraphQL types: they are shown also when raw has let them go. Those of a kind
 * that is no longer declared have no type and are left out.
 */
export function storedEvents(model: EventModel, events: readonly AlertedEvent[], sources: StoredEventSources) {
  return events.flatMap((event) => {
    const kind = model.kinds.find(({ plural }) => plural === event.topic);
    return kind === undefined ? [] : [storedEvent(kind, event, sources)];
  });
}

export function storedEvent(kind: KindModel, event: AlertedEvent, { log }: StoredEventSources) {
  const time = dateTimeText(BigInt(event.timeUs));
  const values = shownValues(kind, JSON.parse(event.members));
  const met = metBy(kind, event, log);
  return {
    __typename: kind.typeName,
    ...values,
    [kind.timeField]: time,
    meta: {
      kind: kind.kind,
      id: event.id,
      key: String(values[kind.keyField]),
      time,
      position: { topic: event.topic, partition: event.partition, offset: event.offset },
      receivedAt: async (_arguments: unknown, context: AskContext) => (await met(context)).receivedAt,
      late: async (_arguments: unknown, context: AskContext) => (await met(context)).late,
    },
  };
}

interface Met {
  readonly receivedAt: string;
  readonly late: boolean;
}

/** What only the event's own record says of it: from raw, with those asked for in the same moment, or from the log where raw has let it go. */
function metBy(kind: KindModel, event: AlertedEvent, log: Log): (context: AskContext) => Promise<Met> {
  return async ({ loaders, reads }) => {
    reads.unrecorded();
    const raw = await loaders.events.load(kind, event.id);
    return raw === null ? readFromLog(log, event) : raw.meta;
  };
}

async function readFromLog(log: Log, { topic, partition, offset }: AlertedEvent): Promise<Met> {
  const options = { signal: new AbortController().signal, follow: false, bytesMax: 1, skipCorrupt: true };
  for await (const [record] of log.read(topic, partition, BigInt(offset), options)) {
    if (record === undefined || record.offset !== BigInt(offset)) break;
    const head: { readonly _receivedAt: number; readonly _time: number; readonly _watermark: number } = JSON.parse(
      Buffer.from(record.value.buffer, record.value.byteOffset, record.value.byteLength).toString('utf8'),
    );
    return {
      receivedAt: dateTimeText(BigInt(head._receivedAt) * 1000n),
      late: head._time < head._watermark * 1000,
    };
  }
  throw new Error(`expected an event at ${topic}/${partition}/${offset}`);
}
