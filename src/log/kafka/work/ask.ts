import { setTimeout as pause } from 'node:timers/promises';
import type { Coded } from './coded.ts';
import { faultOf, nameOf, WorkFault } from './work-fault.ts';

export interface Ask<Answer extends Coded> {
  /** For messages: "the commit". */
  readonly request: string;
  readonly send: () => Promise<Answer>;
  /** Answers after which the same request is sent again. */
  readonly busy: ReadonlySet<number>;
  /** Called before it is sent again: whoever was asked may not be the one to ask. */
  readonly again: (errorCode: number | null) => void;
  /** True where a request whose answer was lost may be sent twice. */
  readonly lossIsHarmless: boolean;
  /** Against `performance.now()`. */
  readonly deadlineMs: number;
}

/**
 * Sends until there is an answer that does not ask for patience. Rejects with what the answer says, or "unknown" where there is none. The
 * first waits are short: a transaction that was just committed keeps its coordinator busy for a millisecond or two.
 */
export async function ask<Answer extends Coded>(asked: Ask<Answer>): Promise<Answer> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, WAIT_MS_MAX)) {
    const answer = await sent(asked);
    if (!(answer instanceof Error) && answer.errorCode === 0) return answer;
    const patient = answer instanceof Error ? asked.lossIsHarmless : asked.busy.has(answer.errorCode);
    if (!patient) throw answer instanceof Error ? lost(asked, answer) : faultOf(answer.errorCode, asked.request);
    if (performance.now() + waitMs > asked.deadlineMs) throw gaveUp(asked, answer);
    asked.again(answer instanceof Error ? null : answer.errorCode);
    await pause(waitMs);
  }
}

const FIRST_WAIT_MS = 1;
/** A coordinator that moves is there again after some hundred milliseconds. */
const WAIT_MS_MAX = 200;

async function sent<Answer extends Coded>({ send }: Ask<Answer>): Promise<Answer | Error> {
  try {
    return await send();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function lost({ request }: Ask<Coded>, cause: Error): WorkFault {
  return new WorkFault('unknown', `Kafka did not answer ${request}: ${cause.message}.`, { cause });
}

function gaveUp({ request }: Ask<Coded>, answer: Coded | Error): WorkFault {
  const last = answer instanceof Error ? answer.message : nameOf(answer.errorCode);
  return new WorkFault('unknown', `Kafka did not take ${request} in time; the last answer was: ${last}.`);
}
