import { defineJob, distinct, tumbling } from '../define-job.ts';

/**
 * How many different sessions, as the clients count them, each user had, every five minutes of the last five: what `activeUsers` says of such a
 * moment. Activities without a session are one session together. Windows that slide would say it more often, at a result per user and minute.
 */
export const activeSessions = defineJob({
  name: 'active-sessions',
  kind: 'activity',
  key: 'userId',
  derive: { session: ({ sessionId }) => sessionId ?? '' },
  window: tumbling('5m'),
  values: { sessions: distinct('session') },
  allowedLateness: '10m',
});
