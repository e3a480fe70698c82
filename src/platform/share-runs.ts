/**
 * The same call for many callers at once: each gets the result of a run that began after it called, and callers that wait for one share it.
 * So there is never more than one run at a time, and nobody is told what was true before he asked.
 */
export function shareRuns<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | null = null;
  return () => {
    next ??= (async () => {
      await running.catch(() => {});
      const begun = run();
      running = begun;
      next = null;
      return begun;
    })();
    return next;
  };
}
