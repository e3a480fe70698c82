import { crc32 } from 'node:zlib';
import { LakegateError } from '../../platform/errors.ts';

/** Where a reader of a live question is. Opaque to users: 27 bytes as text. */
export interface MetricsCursor {
  /** Which question, as it was said: the same in every process, and after a restart. */
  readonly question: bigint;
  /** Which state of it: each process begins one of its own, and so does a question that nobody read for a while. */
  readonly epoch: bigint;
  /** How many changes of that state the reader has. */
  readonly sequence: number;
}

const FORMAT = 1;
const BODY_BYTES = 1 + 8 + 8 + 6;

export function encodeMetricsCursor({ question, epoch, sequence }: MetricsCursor): string {
  const bytes = Buffer.alloc(BODY_BYTES + 4);
  bytes.writeUInt8(FORMAT, 0);
  bytes.writeBigUInt64BE(question, 1);
  bytes.writeBigUInt64BE(epoch, 9);
  bytes.writeUIntBE(sequence, 17, 6);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, BODY_BYTES)), BODY_BYTES);
  return bytes.toString('base64url');
}

/** The checksum tells a cursor that was cut or mistyped from one that is only old: that one is answered with a snapshot. */
export function decodeMetricsCursor(text: string): MetricsCursor {
  const bytes = Buffer.from(text, 'base64url');
  const isWhole = bytes.length === BODY_BYTES + 4 && bytes.toString('base64url') === text;
  const isCursor = isWhole && bytes.readUInt32BE(BODY_BYTES) === crc32(bytes.subarray(0, BODY_BYTES));
  if (!isCursor || bytes.readUInt8(0) !== FORMAT) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `after: expected a cursor as an update of this subscription gave it, got ${JSON.stringify(text.slice(0, 80))}`,
    });
  }
  return {
    question: bytes.readBigUInt64BE(1),
    epoch: bytes.readBigUInt64BE(9),
    sequence: bytes.readUIntBE(17, 6),
  };
}
