import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { AskError } from '../api/ask-error.ts';
import { type MetricsQuestion, metricsQuery } from '../api/metrics-operation.ts';
import { applyUpdate, type MetricsState } from '../api/metrics-update.ts';
import type { Live } from './use-live.ts';
import { useView } from './use-view.ts';

/** A question about a kind, live. Null asks nothing. */
export function useMetrics(question: MetricsQuestion | null): Live<MetricsState> {
  return useMetricsOf(question === null ? [] : [question])[0] ?? NOTHING;
}

const NOTHING: Live<MetricsState> = { state: null, error: null };

/** Several at once, in the order of the questions. */
export function useMetricsOf(questions: readonly MetricsQuestion[]): readonly Live<MetricsState>[] {
  const { paused } = useView();
  const operations = questions.map(metricsQuery);
  const key = JSON.stringify(operations);
  const [answers, setAnswers] = useState<{ readonly key: string; readonly live: readonly Live<MetricsState>[] }>({
    key: '',
    live: [],
  });
  useEffect(() => {
    if (paused) return;
    let stopped = false;
    const read = async (): Promise<void> => {
      const live = await Promise.all(
        operations.map(({ operation, variables }) =>
          ask(operation, variables).then(
            ({ metrics }) => ({
              state: applyUpdate(null, { ...metrics, type: 'SNAPSHOT', cursor: '', removed: [] }),
              error: null,
            }),
            (error) => ({ state: null, error: error instanceof AskError ? error : null }),
          ),
        ),
      );
      if (stopped) return;
      setAnswers({ key, live });
      timer = setTimeout(read, 2000);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    void read();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [key, paused]);
  return answers.key === key ? answers.live : questions.map(() => NOTHING);
}
