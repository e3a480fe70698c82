/** What an operator threw, and where. It would do so again: the job has to stop. */
export class OperatorFailure extends Error {
  override readonly name = 'OperatorFailure';

  constructor(job: string, at: FailedAt, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${job} failed ${placeText(at)}: ${reason}`, { cause });
  }
}

export type FailedAt =
  | { readonly topic: string; readonly partition: number; readonly offset: bigint }
  | { readonly key: string; readonly partition: number; readonly timeUs: number }
  | { readonly tenant: string; readonly key: string; readonly partition: number };

function placeText(at: FailedAt): string {
  if ('offset' in at) return `at offset ${at.offset} of ${at.topic}/${at.partition}`;
  if ('tenant' in at) return `in partition ${at.partition}, where the state of ${at.key} of ${at.tenant} was written`;
  return `at ${new Date(at.timeUs / 1000).toISOString()} in partition ${at.partition}, where a key was woken`;
}
