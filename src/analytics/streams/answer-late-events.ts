import { LATE_TOPIC } from '../../model/streams/stream-topics.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import type { ReadAnswer, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import type { Interval } from '../time/windows.ts';
import type { AlertedEvent } from './answer-alerts.ts';
import { readStreams } from './read-streams.ts';
import { checkedSize } from './stream-page.ts';

export interface LateEvent {
  readonly event: AlertedEvent;
  /** RFC 3339. */
  readonly missedWindowEnd: string;
  readonly byMs: number;
  readonly corrected: boolean;
  readonly job: string;
}

export interface LateEventsQuestion {
  readonly tenant: string;
  /** Kinds, by their plurals. */
  readonly topics: readonly string[];
  /** Of the time of receipt; null is all of it. */
  readonly received: Interval | null;
  readonly first: number;
}

/** What came last stands first. An event that several jobs missed is there once for each. */
export function answerLateEvents(
  question: LateEventsQuestion,
  sources: ReadSources,
): Promise<ReadAnswer<readonly LateEvent[]>> {
  const { tenant, topics, received } = question;
  const first = checkedSize(question.first);
  return readStreams(
    { tenant, question: ['lateEvents', topics, received, first], topics: [LATE_TOPIC] },
    async (warehouse) => {
      const params = new SqlParameters();
      const { bind } = params;
      const at = (us: number) => `fromUnixTimestamp64Micro(${bind(us, 'Int64')}, 'UTC')`;
      const within =
        received === null ? '1' : `receivedAt >= ${at(received.fromUs)} AND receivedAt < ${at(received.toUs)}`;
      const sql = `SELECT topic, eventPartition AS partition, eventOffset AS offset, id, toUnixTimestamp64Micro(time) AS timeUs, members,
  missedEnd AS missedWindowEnd, byMs, corrected, job
FROM ${DATABASE}.${LATE_TOPIC}
WHERE _tenant = ${bind(tenant, 'String')} AND NOT shadow AND ${within} AND has(${bind(topics, 'Array(String)')}, topic)
ORDER BY _tenant DESC, receivedAt DESC, topic DESC, id DESC, job DESC, _offset DESC
LIMIT 1 BY topic, id, job
LIMIT ${bind(first, 'UInt32')}`;
      const { rows } = await warehouse.query<LateRow>(sql, { params: params.values });
      return rows.map(lateEvent);
    },
    sources,
  );
}

type LateRow = AlertedEvent & Omit<LateEvent, 'event' | 'byMs'> & { readonly byMs: string };

function lateEvent({ missedWindowEnd, byMs, corrected, job, ...event }: LateRow): LateEvent {
  return { event, missedWindowEnd, byMs: Number(byMs), corrected, job };
}
