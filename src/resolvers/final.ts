import { isFinal } from '../analytics/metrics/answer-metrics.ts';
import type { KindModel } from '../model/event-model.ts';
import type { Version } from '../model/version.ts';
import type { AskContext } from './ask-context.ts';

/** `final` of a window, written down where it is asked for: the answer is another one when the watermark passes the window's end. */
export function final({ reads }: Pick<AskContext, 'reads'>, kind: KindModel, version: Version, endUs: number) {
  return () => {
    const said = isFinal(endUs, kind, version);
    reads.final(kind.plural, endUs, said);
    return said;
  };
}
