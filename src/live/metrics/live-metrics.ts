import type { MetricsArguments, MetricsSelection } from '../../analytics/metrics-question.ts';
import type { KindModel } from '../../model/event-model.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Place } from '../place.ts';
import type { MetricsUpdate } from './metrics-update.ts';

/** Every live question there is, one for all that ask the same. */
export interface LiveMetrics {
  /** A place at the question: behind `after`, or before a snapshot. What no evaluation could answer is refused at once. */
  open(asked: LiveMetricsAsked): Place<MetricsUpdate>;
  /** Nothing is evaluated any more. */
  stop(): Promise<void>;
}

export interface LiveMetricsAsked {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly args: MetricsArguments;
  readonly select: MetricsSelection;
  /** Whether the reader looks at `final`: then a window that becomes final has changed. */
  readonly finals: boolean;
  readonly throttleMs: number;
  readonly after: string | null;
}

export function openLiveMetrics(): LiveMetrics {
  return {
    open() {
      throw new LakegateError({ code: 'OVERLOADED', message: 'Live questions are not answered yet.' });
    },
    async stop() {},
  };
}
