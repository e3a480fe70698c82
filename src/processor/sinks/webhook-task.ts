import type { KeyedState, PartitionTask, StoredHeadedRecord } from '../../log/partition-work.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Delivery, sendWebhook, type Webhook } from './send-webhook.ts';

export interface WebhookTaskOptions {
  readonly state: KeyedState;
  readonly clock: Clock;
  readonly webhook: Webhook;
  /** What is sent for a record of the partition; null where it is of another job, or of a time before this one. */
  readonly deliveryOf: (record: StoredHeadedRecord) => Delivery | null;
}

/**
 * Sends what a job wrote into one partition, in its order, each until it was taken: at least once, with the same id. A receiver that is away holds up
 * this job's webhook and nothing else.
 */
export function webhookTask({ state, clock, webhook, deliveryOf }: WebhookTaskOptions): PartitionTask {
  let next = readNext(state);
  // Taken by the receiver in a step that then failed: not sent again by this process.
  let deliveredTo = next;
  let inStep = next;
  return {
    restoreFrom: () => 0n,
    restore: () => {},
    inputFrom: () => next,
    wantsStep: () => false,
    async step(records, transaction) {
      for (const record of records) {
        const delivery = record.offset < deliveredTo ? null : deliveryOf(record);
        if (delivery !== null) await sendWebhook(webhook, delivery, clock.nowMs());
        deliveredTo = record.offset + 1n;
      }
      inStep = (records.at(-1)?.offset ?? next - 1n) + 1n;
      transaction.put(NEXT, Buffer.from(String(inStep)));
    },
    committed: () => {
      next = inStep;
    },
    rolledBack: () => {},
    close: async () => {},
  };
}

const NEXT = 'next';

function readNext(state: KeyedState): bigint {
  const value = state.get(NEXT);
  return value === null ? 0n : BigInt(Buffer.from(value).toString());
}
