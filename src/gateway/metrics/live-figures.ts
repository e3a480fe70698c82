import type { Registry } from 'prom-client';
import type { EventFigures } from '../../live/events/open-event-streams.ts';
import type { LiveFigures } from '../../live/metrics/live-metrics.ts';
import { readFigures } from './read-figures.ts';

export interface LiveSources {
  readonly questions: () => LiveFigures;
  readonly events: () => EventFigures;
}

/** What is live, and what it costs: of each question and stream there is one, whatever the number of its readers. */
export function showLive(registry: Registry, { questions, events }: LiveSources): void {
  const { counter, gauge } = readFigures(registry);
  gauge('lakegate_live_questions', 'Distinct live questions.', () => questions().questions);
  gauge('lakegate_live_question_readers', 'Readers of live questions.', () => questions().readers);
  gauge('lakegate_live_question_bytes', 'Size of the answers held for them.', () => questions().bytes);
  counter(
    'lakegate_live_evaluations_total',
    'Times that a live question was asked of the warehouse.',
    () => questions().evaluations,
  );
  gauge('lakegate_event_streams', 'Distinct event streams.', () => events().streams);
  gauge('lakegate_event_stream_bytes', 'Size of the events kept for their readers.', () => events().bytes);
  gauge('lakegate_event_stream_readers', 'Readers of event streams.', () => events().readers);
  counter(
    'lakegate_event_stream_messages_total',
    'Messages that readers of event streams took.',
    () => events().messages,
  );
  counter(
    'lakegate_event_stream_skipped_total',
    'Events that readers were too slow for; they were told where to read them.',
    () => events().skipped,
  );
  counter(
    'lakegate_event_stream_records_total',
    'Records that were decoded for event streams, once for all their readers.',
    () => events().decoded,
  );
  counter(
    'lakegate_event_stream_left_out_total',
    'Times that a record which is none of ours was left out of event streams.',
    () => events().leftOut,
  );
}
