import type { KindModel } from '../../model/event-model.ts';
import type { Job } from '../job.ts';
import { userSessions } from '../sessions/user-sessions.ts';

/** What users did in one go: runs of activities with gaps below 30 minutes (docs/sessions.md). `kind` is the activity of the samples. */
export function userSessionsJob(kind: KindModel): Job {
  return {
    name: 'sessions',
    version: 1,
    builtIn: true,
    tenant: null,
    sources: [{ topic: kind.plural, keyField: kind.keyField, where: null }],
    operator: userSessions(),
    mode: 'LIVE',
    discardsLate: false,
    stateShape: 'sessions/1',
  };
}
