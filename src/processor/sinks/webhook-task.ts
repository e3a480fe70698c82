import type { InputPlace, KeyedState, PartitionTask, StoredHeadedRecord } from '../../log/partition-work.ts';
import { placeName } from '../../log/work/share-places.ts';
import {
  GIVEN_UP_SHOWN_MAX,
  type GivenUpDelivery,
  NO_DELIVERIES,
  type WebhookFigures,
  type WebhookTotals,
} from '../../model/jobs/webhook-figures.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { JobDelivery } from './delivery-of.ts';
import { afterAttempt, type DeliveryTries, isGivenUp, NOT_TRIED } from './delivery-tries.ts';
import { sendWebhook, type Webhook } from './send-webhook.ts';

export interface WebhookTaskOptions {
  readonly place: InputPlace;
  readonly state: KeyedState;
  readonly clock: Clock;
  readonly webhook: Webhook;
  /** What is sent for a record of the partition; null where it is of another job, or of a time before this one. */
  readonly deliveryOf: (record: StoredHeadedRecord) => JobDelivery | null;
  /** Since when the job runs: what waited before that waited for nobody to send it. */
  readonly sinceMs: number;
  /** How long one delivery holds up those behind it, where nobody takes it and nobody refuses it for good. */
  readonly retryForMs: number;
  /** Called at the beginning, after each step, and as soon as something is given up. */
  readonly onFigures: (figures: WebhookFigures) => void;
  readonly onGivenUp: (givenUp: GivenUpDelivery) => void;
}

/**
 * Sends what a job wrote into one partition, in its order, each until it was taken or is given up: at least once, with the same id. A receiver that is
 * away holds up this job's webhook and nothing else. What is given up is counted, and stays where the job wrote it.
 */
export function webhookTask(options: WebhookTaskOptions): PartitionTask {
  const { state, place, deliveryOf, onFigures } = options;
  let next = readNext(state);
  let totals = decodeDeliveries(state.get(DELIVERIES));
  // Taken or given up in a step that then failed: not sent again by this process, which still counts it.
  let doneTo = next;
  let inStep = next;
  let attempted: Attempted = { offset: -1n, tries: NOT_TRIED };
  const tell = () => onFigures({ place: placeName(place), ...totals });
  tell();
  return {
    restoreFrom: () => 0n,
    restore: () => {},
    inputFrom: () => next,
    wantsStep: () => false,
    async step(records, transaction) {
      for (const record of records) {
        if (record.offset < doneTo) continue;
        const delivery = deliveryOf(record);
        if (delivery !== null) {
          const tries = attempted.offset === record.offset ? attempted.tries : NOT_TRIED;
          const outcome = await attempt(options, { delivery, record, tries });
          if ('tries' in outcome) {
            attempted = { offset: record.offset, tries: outcome.tries };
            throw sentAgain(delivery.id, outcome.tries);
          }
          totals = counted(totals, outcome.givenUp);
          if (outcome.givenUp !== null) tell();
        }
        doneTo = record.offset + 1n;
      }
      inStep = (records.at(-1)?.offset ?? next - 1n) + 1n;
      transaction.put(NEXT, Buffer.from(String(inStep)));
      transaction.put(DELIVERIES, Buffer.from(JSON.stringify(totals)));
    },
    committed: () => {
      next = inStep;
      tell();
    },
    rolledBack: () => {},
    close: async () => {},
  };
}

/** Under which it is kept what became of deliveries. Every step puts it, changed or not: whoever looks for it from the end finds it there. */
export const DELIVERIES = 'deliveries';

/** Of a partition; `stored` is null where nothing was sent yet. */
export function decodeDeliveries(stored: Uint8Array | null): WebhookTotals {
  return stored === null ? NO_DELIVERIES : JSON.parse(Buffer.from(stored).toString('utf8'));
}

const NEXT = 'next';

function readNext(state: KeyedState): bigint {
  const value = state.get(NEXT);
  return value === null ? 0n : BigInt(Buffer.from(value).toString());
}

/** Which record is being tried. */
interface Attempted {
  readonly offset: bigint;
  readonly tries: DeliveryTries;
}

interface Tried {
  readonly delivery: JobDelivery;
  readonly record: StoredHeadedRecord;
  readonly tries: DeliveryTries;
}

/** Ended, by the receiver or because it is given up; or to be tried again. */
type Outcome = { readonly givenUp: GivenUpDelivery | null } | { readonly tries: DeliveryTries };

/** Steps come sooner than attempts: until one is due nothing is sent. */
async function attempt(
  { clock, webhook, sinceMs, retryForMs, onGivenUp }: WebhookTaskOptions,
  { delivery, record, tries: before }: Tried,
): Promise<Outcome> {
  if (clock.nowMs() < before.dueAtMs) return { tries: before };
  const untaken = await sendWebhook(webhook, delivery, clock.nowMs());
  if (untaken === null) return { givenUp: null };
  const atMs = clock.nowMs();
  const tries = afterAttempt(before, untaken, atMs);
  if (!isGivenUp(tries, atMs - Math.max(record.appendedAtMs, sinceMs), retryForMs)) return { tries };
  const { id, key, alert } = delivery;
  const givenUp = { delivery: id, key, alert, atMs, attempts: tries.attempts, reason: tries.reason };
  onGivenUp(givenUp);
  return { givenUp };
}

function counted(totals: WebhookTotals, givenUp: GivenUpDelivery | null): WebhookTotals {
  if (givenUp === null) return { ...totals, delivered: totals.delivered + 1 };
  const lastGivenUp = [givenUp, ...totals.lastGivenUp].slice(0, GIVEN_UP_SHOWN_MAX);
  return { ...totals, givenUp: totals.givenUp + 1, lastGivenUp };
}

function sentAgain(delivery: string, { reason }: DeliveryTries): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: `webhook: ${reason}; ${delivery} is sent again later`,
    retryable: true,
  });
}
