/** Runs again and again, `everyMs` after the end of the run before, until it is stopped. It alone keeps no process alive. */
export function startPoll({ everyMs, run, onError }: PollOptions): Poll {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      onError(error);
    }
    if (!stopped) timer = setTimeout(turn, everyMs).unref();
  };
  const turn = (): void => {
    running = next();
  };
  let running = next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

export interface PollOptions {
  readonly everyMs: number;
  /** The first time at once. */
  readonly run: () => Promise<void>;
  /** What a run rejected with; the next one comes all the same. Must not throw. */
  readonly onError: (error: unknown) => void;
}

export interface Poll {
  /** Resolves when the run that is under way has ended. */
  stop(): Promise<void>;
}
