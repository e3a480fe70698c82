import { loggedEvent } from '../../../analytics/events/logged-event.ts';
import type { RawEvent } from '../../../analytics/events/raw-event.ts';
import type { KindModel, WhereTree } from '../../../model/event-model.ts';
import { compileWhere } from '../../../model/where/compile-where.ts';
import { normaliseWhere } from '../../../model/where/normalise-where.ts';
import { type EventSource, madeOnce } from '../event-source.ts';
import type { EventFilter } from '../open-event-streams.ts';

/** The admitted events of a kind. */
export function kindEvents(kind: KindModel): EventSource<RawEvent> {
  const [idField = ''] = kind.idFields;
  return {
    topic: kind.plural,
    decode({ value, offset }, partition) {
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
      const { _sequence, _tenant, _time, _receivedAt, _watermark, _id, ...members }: WrittenEvent = JSON.parse(text);
      const facts = {
        id: _id ?? String(members[idField]),
        timeUs: _time,
        receivedAtMs: _receivedAt,
        watermarkMs: _watermark,
        partition,
        offset,
      };
      return { tenant: _tenant, members, node: madeOnce(() => loggedEvent(kind, members, facts)) };
    },
  };
}

/** A filter of questions to the kind, as what lets an event through. */
export function kindFilter(kind: KindModel, where: WhereTree | null | undefined): EventFilter {
  const normal = normaliseWhere(kind, where ?? {});
  return { text: JSON.stringify(normal), holds: compileWhere(kind, normal) };
}

interface WrittenEvent {
  readonly _sequence?: number;
  readonly _tenant: string;
  readonly _time: number;
  readonly _receivedAt: number;
  readonly _watermark: number;
  readonly _id?: string;
  readonly [member: string]: unknown;
}
