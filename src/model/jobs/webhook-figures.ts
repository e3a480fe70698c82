/** What became of one partition's deliveries to the webhook of a job, over its whole life. */
export interface WebhookFigures {
  /** `topic/partition` */
  readonly place: string;
  /** Taken by the receiver. */
  readonly delivered: number;
  /** Sent no more, though nobody took them. */
  readonly givenUp: number;
  /** The last of these, newest first, GIVEN_UP_SHOWN_MAX at most. */
  readonly lastGivenUp: readonly GivenUpDelivery[];
}

export interface GivenUpDelivery {
  /** As its receiver was told: `topic/partition/offset` of what the job wrote. */
  readonly delivery: string;
  readonly key: string;
  /** The alert's id; null where it was a result. */
  readonly alert: string | null;
  readonly atMs: number;
  readonly attempts: number;
  /** What came of the last attempt. */
  readonly reason: string;
}

export type WebhookTotals = Omit<WebhookFigures, 'place'>;

/** 20 of some 200 bytes, in every word of a member: enough to see what is wrong. The log of the process names them all. */
export const GIVEN_UP_SHOWN_MAX = 20;

export const NO_DELIVERIES: WebhookTotals = { delivered: 0, givenUp: 0, lastGivenUp: [] };

/** Of a partition that moved two members tell; counts only grow, so that the greater one is the newer. */
export function webhookTotals(told: readonly WebhookFigures[]): WebhookTotals {
  const newest = new Map<string, WebhookFigures>();
  for (const figures of told) {
    const known = newest.get(figures.place);
    if (known === undefined || endedOf(figures) > endedOf(known)) newest.set(figures.place, figures);
  }
  return [...newest.values()].reduce<WebhookTotals>(
    (total, { delivered, givenUp, lastGivenUp }) => ({
      delivered: total.delivered + delivered,
      givenUp: total.givenUp + givenUp,
      lastGivenUp: newestFirst([...total.lastGivenUp, ...lastGivenUp]),
    }),
    NO_DELIVERIES,
  );
}

function endedOf({ delivered, givenUp }: WebhookFigures): number {
  return delivered + givenUp;
}

function newestFirst(deliveries: readonly GivenUpDelivery[]): readonly GivenUpDelivery[] {
  return [...deliveries].sort((one, other) => other.atMs - one.atMs).slice(0, GIVEN_UP_SHOWN_MAX);
}
