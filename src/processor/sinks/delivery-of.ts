import type { StoredHeadedRecord } from '../../log/partition-work.ts';
import { decodeOutput } from '../../model/streams/decode-output.ts';
import type { Output } from '../../model/streams/output.ts';
import type { Delivery } from './send-webhook.ts';

export interface SentJob {
  readonly tenant: string;
  readonly job: string;
  /** Since when there is a webhook. What was complete before is history, which nobody is called for. */
  readonly fromMs: number;
}

export interface JobDelivery extends Delivery {
  readonly key: string;
  /** The alert's id; null where it is a result. */
  readonly alert: string | null;
}

/**
 * What a webhook is sent for a record of alerts or results; null where there is nothing to send. A correction of a window is sent like the window.
 * Mostly there is nothing, because the record is of another job: its bytes say so, and it is read no further.
 */
export function deliveriesOf(
  stream: 'alerts' | 'results',
  partition: number,
  { tenant, job, fromMs }: SentJob,
): (record: Pick<StoredHeadedRecord, 'offset' | 'value'>) => JobDelivery | null {
  const head = Buffer.from(`{"_tenant":${JSON.stringify(tenant)},`);
  const author = Buffer.from(`"job":${JSON.stringify(job)},"jobVersion":`);
  return ({ offset, value }) => {
    if (!isOf(value, head, author)) return null;
    const { output, facts } = decodeOutput(stream, value);
    const mine = facts.tenant === tenant && facts.job === job && !facts.shadow;
    if (!mine || completeUs(output) < fromMs * 1000) return null;
    const id = `${stream}/${partition}/${offset}`;
    const { job: name, jobVersion, key } = facts;
    const body = JSON.stringify({ delivery: id, job: name, jobVersion, key, ...said(output) }, plainBigint);
    return { id, key, alert: output.stream === 'alerts' ? output.record.id : null, body };
  };
}

/** The first `"job":` is the author's: before it are the tenant, in whose text quotes are escaped, and numbers. */
function isOf(value: Uint8Array, head: Buffer, author: Buffer): boolean {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (!startsWith(bytes, head, 0)) return false;
  return startsWith(bytes, author, bytes.indexOf('"job":', head.byteLength));
}

function startsWith(bytes: Buffer, expected: Buffer, at: number): boolean {
  return at >= 0 && bytes.compare(expected, 0, expected.byteLength, at, at + expected.byteLength) === 0;
}

function completeUs(output: Output): number {
  switch (output.stream) {
    case 'alerts':
      return output.record.matchedAtUs;
    case 'results':
    case 'sessions':
      return output.record.endUs;
    case 'late':
      return output.record.missedEndUs;
  }
}

function said({ stream, record }: Output): object {
  return stream === 'alerts' ? { alert: record } : { result: record };
}

function plainBigint(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
