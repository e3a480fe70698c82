import type { Output } from './output.ts';

/**
 * The topics that jobs write, and the tables that hold them. Each has as many partitions as the topic of a kind, and the records of one key share
 * one. Like `rejected` they are not numbered: several jobs write them.
 */
export const SESSIONS_TOPIC = 'sessions';
export const ALERTS_TOPIC = 'alerts';
export const RESULTS_TOPIC = 'results';
export const LATE_TOPIC = 'late';

export const OUTPUT_TOPICS: readonly Output['stream'][] = [SESSIONS_TOPIC, ALERTS_TOPIC, RESULTS_TOPIC, LATE_TOPIC];

/** What people said to alerts. One partition: it is written by hand, and its order says who was first. */
export const ACKNOWLEDGEMENTS_TOPIC = 'acknowledgements';

/** All of these, as they are made. `partitions` is what the topic of a kind has. Kept for ever: tables are made again from them. */
export function streamTopics(partitions: number): readonly StreamTopic[] {
  return [
    ...OUTPUT_TOPICS.map((topic) => ({ topic, partitions, retentionMs: null })),
    { topic: ACKNOWLEDGEMENTS_TOPIC, partitions: 1, retentionMs: null },
  ];
}

interface StreamTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly retentionMs: null;
}
