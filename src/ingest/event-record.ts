import { type RecordHead, recordHead } from '../model/record-format.ts';
import type { EventDesk } from './event-desk.ts';
import type { Judgement } from './judge-event.ts';

/** The bytes of an admitted event in its topic: what the product knows of it, then its members, copied once. */
export function eventRecord(
  { kind }: EventDesk,
  { event, timeUs, members }: Judgement,
  met: Pick<RecordHead, 'tenant' | 'receivedAtMs' | 'watermarkMs' | 'sequence'>,
): Buffer {
  const { tenant, receivedAtMs, watermarkMs, sequence } = met;
  const compositeId = kind.idFields.length > 1 ? event.id : null;
  // Named one by one: to spread `met` costs more than all the rest, and this runs for each event.
  const head = recordHead({ tenant, timeUs, receivedAtMs, watermarkMs, sequence, compositeId });
  const headBytes = Buffer.byteLength(head);
  const record = Buffer.allocUnsafe(headBytes + members.end - members.start + 1);
  record.write(head, 0);
  members.bytes.copy(record, headBytes, members.start, members.end);
  record[record.length - 1] = CLOSE_BRACE;
  return record;
}

const CLOSE_BRACE = 0x7d;

/** What the record will take at most. */
export function eventRecordBytesMax(tenant: string, { event, members }: Judgement): number {
  return HEAD_BYTES_MAX + ESCAPED_BYTES_MAX * (tenant.length + event.id.length) + members.end - members.start + 1;
}

/** The names of the head and its numbers of at most 20 digits. */
const HEAD_BYTES_MAX = 224;
/** A character in JSON: "\u0007". */
const ESCAPED_BYTES_MAX = 6;
