import type { StoredHeadedRecord } from '../../log/partition-work.ts';
import { decodeOutput } from '../../model/streams/decode-output.ts';
import type { Output } from '../../model/streams/output.ts';
import type { Delivery } from './send-webhook.ts';

export interface SentJob {
  readonly tenant: string;
  readonly job: string;
  /** What was complete before is history, which nobody is called for. */
  readonly fromMs: number;
}

/** What a webhook is sent for a record of alerts or results; null where there is nothing to send. A correction of a window is sent like the window. */
export function deliveryOf(
  stream: 'alerts' | 'results',
  partition: number,
  { offset, value }: Pick<StoredHeadedRecord, 'offset' | 'value'>,
  { tenant, job, fromMs }: SentJob,
): Delivery | null {
  const { output, facts } = decodeOutput(stream, value);
  const mine = facts.tenant === tenant && facts.job === job && !facts.shadow;
  if (!mine || completeUs(output) < fromMs * 1000) return null;
  const id = `${stream}/${partition}/${offset}`;
  const { job: name, jobVersion, key } = facts;
  return { id, body: JSON.stringify({ delivery: id, job: name, jobVersion, key, ...said(output) }, plainBigint) };
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
