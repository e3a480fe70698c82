import { useEffect, useState } from 'preact/hooks';
import { AskError } from '../api/ask-error.ts';
import type { Live } from './use-live.ts';

/** What is asked once, and again when the key changes. Until the new answer comes the one before stands. */
export function useAnswer<Answer>(key: string, ask: (signal: AbortSignal) => Promise<Answer>): Live<Answer> {
  const [answer, setAnswer] = useState<Live<Answer>>({ state: null, error: null });
  useEffect(() => {
    const gone = new AbortController();
    ask(gone.signal).then(
      (state) => {
        if (!gone.signal.aborted) setAnswer({ state, error: null });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setAnswer(({ state }) => ({ state, error: AskError.from(error) }));
      },
    );
    return () => gone.abort();
  }, [key]);
  return answer;
}
