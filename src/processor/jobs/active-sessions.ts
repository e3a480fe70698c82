import { defineJob, distinct, sliding } from '../define-job.ts';

/**
 * How many different sessions, as the clients count them, each user had in the last five minutes, every minute: what `activeUsers` says of a
 * moment. Activities without a session are one session together.
 */
export const activeSessions = defineJob({
  name: 'active-sessions',
  kind: 'activities',
  key: 'userId',
  derive: { session: ({ sessionId }) => sessionId ?? '' },
  window: sliding('5m', '1m'),
  values: { sessions: distinct('session') },
  allowedLateness: '10m',
});
