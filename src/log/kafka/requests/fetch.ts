import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

const READ_COMMITTED = 1;
const NO_SESSION = { id: 0, epoch: -1 };

/** Fetch, version 11, of one partition: committed records only. Waits up to `waitMs` for the first byte. */
export function fetchPartition(asked: {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly waitMs: number;
  readonly bytesMax: number;
}): Exchange<Fetched> {
  const body = new WireWriter().int32(-1).int32(asked.waitMs).int32(1).int32(asked.bytesMax).int8(READ_COMMITTED);
  body.int32(NO_SESSION.id).int32(NO_SESSION.epoch);
  body.array([asked], ({ topic }) => {
    body.string(topic).array([asked], ({ partition, from, bytesMax }) => {
      body.int32(partition).int32(-1).int64(from).int64(-1n).int32(bytesMax);
    });
  });
  body.array([], () => {}).string('');
  return exchange({ apiKey: 1, apiVersion: 11, apiName: 'Fetch', body: body.done(), decode });
}

export interface Fetched {
  readonly errorCode: number;
  /** Readers of committed records get this far for now. */
  readonly committedEnd: bigint;
  readonly first: bigint;
  /** Transactions that were rolled back and touch what was fetched, by where they begin. */
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

function decode(payload: Buffer): Fetched {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  const errorCode = reader.int16();
  reader.int32(); // session
  const [fetched] = reader
    .array(() => {
      reader.string();
      return reader.array(() => decodePartition(reader));
    })
    .flat();
  return fetched ?? { ...NOTHING, errorCode: errorCode === 0 ? UNKNOWN_SERVER_ERROR : errorCode };
}

const UNKNOWN_SERVER_ERROR = -1;
const NOTHING = { committedEnd: 0n, first: 0n, aborted: [], batches: Buffer.alloc(0) };

function decodePartition(reader: WireReader) {
  reader.int32(); // partition
  const errorCode = reader.int16();
  reader.int64(); // end, open transactions included
  const committedEnd = reader.int64();
  const first = reader.int64();
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  reader.int32(); // replica to read from
  return { errorCode, committedEnd, first, aborted, batches: reader.bytes() };
}
