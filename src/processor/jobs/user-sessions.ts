import { defineJob } from '../define-job.ts';
import { userSessions } from '../sessions/session-operator.ts';
import { declares } from './declares.ts';

/** What users did in one go: runs of activities with gaps below 30 minutes. */
export const userSessionsJob = defineJob({
  name: 'sessions',
  kind: 'activity',
  key: 'userId',
  operator: userSessions(),
});

export const declaresActivities = declares('activities', {
  userId: ['ID', 'String'],
  type: ['Enum', 'String'],
  sessionId: ['ID', 'String'],
  path: ['String'],
});
