import { readFileSync } from 'node:fs';

/** Asked of a server that measures itself, and its answer: how long its main thread has run so far. */
export interface AskBusy {
  readonly type: 'busy';
}

export interface Busy {
  readonly type: 'busy';
  readonly ms: number;
}

/**
 * Answers who started this process. What a thread runs for something, waiting left out, is what that costs although others work on the same machine;
 * how much of it fits into a second follows.
 */
export function answerBusy(): void {
  process.on('message', (message: { readonly type: string }) => {
    if (message.type === 'busy') process.send?.({ type: 'busy', ms: ranMs() } satisfies Busy);
  });
}

/** As the kernel's scheduler counts it: nanoseconds on a processor, then two other numbers. */
function ranMs(): number {
  const [ranNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(ranNs) / 1e6;
}
