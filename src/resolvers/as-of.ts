import type { KindModel } from '../model/event-model.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import { encodeVersion, type Version } from '../model/version.ts';
import type { AskContext } from './ask-context.ts';

/**
 * On what an answer about a kind stands, as GraphQL's `AsOf`. What is told of the version is written down when it is told: an answer that does
 * not tell the watermark need not be another one when it goes on.
 */
export function asOf(
  { reads }: Pick<AskContext, 'reads'>,
  kind: KindModel,
  version: Version,
  tables: readonly string[],
) {
  return {
    version: () => {
      reads.told(kind.plural, version);
      return encodeVersion(version);
    },
    watermark: () => {
      reads.told(kind.plural, version);
      const watermarkMs = version.watermarksMs.get(kind.plural);
      return watermarkMs === undefined ? null : dateTimeText(BigInt(watermarkMs) * 1000n);
    },
    tables,
  };
}
