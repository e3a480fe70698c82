import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

/** `committed` is where the oldest open transaction begins, or else the end: as far as readers of committed records get. */
export type OffsetAsked = 'first' | 'committed';

const ASKED = { first: -2n, committed: -1n } as const;
const READ_COMMITTED = 1;

/** ListOffsets, version 3, of partitions of one topic that one broker leads. */
export function listOffsets(
  topic: string,
  partitions: readonly number[],
  asked: OffsetAsked,
): Exchange<readonly ListedOffset[]> {
  const body = new WireWriter().int32(-1).int8(READ_COMMITTED);
  body.array([topic], (name) => {
    body.string(name).array(partitions, (partition) => body.int32(partition).int64(ASKED[asked]));
  });
  return exchange({ apiKey: 2, apiVersion: 3, apiName: 'ListOffsets', body: body.done(), decode });
}

export interface ListedOffset {
  readonly partition: number;
  readonly errorCode: number;
  readonly offset: bigint;
}

function decode(payload: Buffer): readonly ListedOffset[] {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  const topics = reader.array(() => {
    reader.string();
    return reader.array(() => {
      const listed = { partition: reader.int32(), errorCode: reader.int16(), timeMs: reader.int64() };
      return { ...listed, offset: reader.int64() };
    });
  });
  return topics.flat();
}
