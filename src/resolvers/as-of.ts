import type { KindModel } from '../model/event-model.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import { encodeVersion, type Version } from '../model/version.ts';

/** On what an answer about a kind stands, as GraphQL's `AsOf`. */
export function asOf(kind: KindModel, version: Version, tables: readonly string[]) {
  const watermarkMs = version.watermarksMs.get(kind.plural);
  return {
    version: encodeVersion(version),
    watermark: watermarkMs === undefined ? null : dateTimeText(BigInt(watermarkMs) * 1000n),
    tables,
  };
}
