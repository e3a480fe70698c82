import type { LogRecord } from '../log.ts';
import type { InputPlace } from '../partition-work.ts';
import { addToDraft, type BatchDraft, emptyDraft, isFull, packDraft } from './batch-format.ts';
import type { PackedAppend, StepWrites } from './work-steps.ts';

/**
 * What a step writes as one run of bytes, so that it goes from thread to thread without being copied. Records lie in it as they will in the log: of
 * each batch the thread that has the log only writes the header, and the key and value of none are made there again. Little endian:
 *
 *   uint32  how many batches, then of each
 *             uint32 partition, uint32 bytes of the topic's name, uint32 how many records, uint32 bytes of the batch, the name, the batch
 *   uint32  how many puts, then of each
 *             uint32 bytes of the key, uint32 bytes of the value or NOTHING, key, value
 */
export function encodeStep({ appends, puts }: StepContent, take: TakeBytes): ArrayBuffer {
  const drafts = appends.flatMap(draftsOf);
  const bytes = take(bytesMaxOf(drafts, puts));
  const buffer = Buffer.from(bytes);
  const view = new DataView(bytes);
  view.setUint32(0, drafts.length, true);
  let at = 4;
  for (const { topic, partition, draft } of drafts) {
    const topicBytes = buffer.write(topic, at + 16);
    const batchAt = at + 16 + topicBytes;
    const end = packDraft(draft, buffer, batchAt);
    view.setUint32(at, partition, true);
    view.setUint32(at + 4, topicBytes, true);
    view.setUint32(at + 8, draft.keys.length, true);
    view.setUint32(at + 12, end - batchAt, true);
    at = end;
  }
  view.setUint32(at, puts.size, true);
  at += 4;
  for (const [key, value] of puts) {
    const keyBytes = buffer.write(key, at + 8);
    view.setUint32(at, keyBytes, true);
    view.setUint32(at + 4, value === null ? NOTHING : value.byteLength, true);
    if (value !== null) buffer.set(value, at + 8 + keyBytes);
    at += 8 + keyBytes + (value?.byteLength ?? 0);
  }
  return bytes;
}

/** At least so many bytes, whatever is in them. */
export type TakeBytes = (bytesMin: number) => ArrayBuffer;

/** Batches and values are views of the bytes. */
export function decodeStep(bytes: ArrayBuffer): PackedStep {
  const buffer = Buffer.from(bytes);
  const view = new DataView(bytes);
  let at = 4;
  const appends = Array.from({ length: view.getUint32(0, true) }, (): PackedAppend => {
    const partition = view.getUint32(at, true);
    const batchAt = at + 16 + view.getUint32(at + 4, true);
    const recordCount = view.getUint32(at + 8, true);
    const end = batchAt + view.getUint32(at + 12, true);
    const topic = buffer.toString('utf8', at + 16, batchAt);
    at = end;
    return { topic, partition, recordCount, batch: buffer.subarray(batchAt, end) };
  });
  const puts = new Map<string, Uint8Array | null>();
  const putCount = view.getUint32(at, true);
  at += 4;
  for (let i = 0; i < putCount; i++) {
    const valueAt = at + 8 + view.getUint32(at, true);
    const valueBytes = view.getUint32(at + 4, true);
    const isThere = valueBytes !== NOTHING;
    const end = isThere ? valueAt + valueBytes : valueAt;
    puts.set(buffer.toString('utf8', at + 8, valueAt), isThere ? buffer.subarray(valueAt, end) : null);
    at = end;
  }
  return { appends, puts };
}

/** Offsets that were guessed are of no meaning here: of a step in another thread nobody asks for them. */
interface StepContent extends Pick<StepWrites, 'puts'> {
  readonly appends: readonly (InputPlace & { readonly records: readonly LogRecord[] })[];
}

interface PackedStep extends Pick<StepWrites, 'puts'> {
  readonly appends: readonly PackedAppend[];
}

/** More than a value can have. */
const NOTHING = 0xffff_ffff;

interface PlacedDraft extends InputPlace {
  readonly draft: BatchDraft;
}

function draftsOf({ topic, partition, records }: StepContent['appends'][number]): readonly PlacedDraft[] {
  const drafts: PlacedDraft[] = [];
  let draft: BatchDraft | null = null;
  for (const { key, timeMs, value } of records) {
    if (draft === null || isFull(draft)) {
      draft = emptyDraft();
      drafts.push({ topic, partition, draft });
    }
    addToDraft(draft, key, timeMs, value);
  }
  return drafts;
}

/** A UTF-16 unit is at most three bytes of UTF-8. */
function bytesMaxOf(drafts: readonly PlacedDraft[], puts: StepWrites['puts']): number {
  let bytes = 8;
  for (const { topic, draft } of drafts) bytes += 16 + topic.length * 3 + draft.bytesMax;
  for (const [key, value] of puts) bytes += 8 + key.length * 3 + (value?.byteLength ?? 0);
  return bytes;
}
