import type { KindModel } from '../../model/event-model.ts';
import type { Job } from '../job.ts';
import { defineWindowJob } from '../windows/define-window-job.ts';
import { distinct } from '../windows/window-values.ts';

/**
 * How many different sessions, as the clients count them, each user had in the last five minutes, every minute: what `activeUsers` says of a
 * moment. Activities without a session are one session together. `kind` is the activity of the samples.
 */
export function activeSessionsJob(kind: KindModel): Job {
  return defineWindowJob(kind, {
    name: 'active-sessions',
    builtIn: true,
    derive: { session: ({ sessionId }) => sessionId ?? '' },
    window: { kind: 'sliding', sizeMs: 5 * MINUTE_MS, slideMs: MINUTE_MS },
    values: { sessions: distinct('session') },
    allowedLatenessMs: 10 * MINUTE_MS,
  });
}

const MINUTE_MS = 60_000;
