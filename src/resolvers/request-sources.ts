import type { ReadSources } from '../analytics/read-through.ts';
import { Turns } from '../platform/turns.ts';
import type { AskContext } from './ask-context.ts';
import { perRequest } from './per-request.ts';

/** What the questions of one request are answered from: given up when whoever asked has gone, and no more of the warehouse than its share. */
export function requestSources<Sources extends ReadSources>(sources: Sources, context: AskContext): Sources {
  return { ...sources, signal: context.signal, turns: requestTurns(context) };
}

/** Half of the engine's sessions for questions: however much one operation asks, others get their answers meanwhile. */
const STATEMENTS_AT_ONCE = 4;

export const requestTurns = perRequest((_context) => new Turns(STATEMENTS_AT_ONCE));
