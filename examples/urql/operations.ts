import { gql } from '@urql/core';
import type { MetricsRow, MetricsUpdate } from './apply-update.ts';

/** What was paid in one category today (UTC), by currency. */
export const REVENUE = gql<{ transactionMetrics: { rows: MetricsRow[] } }, { category: string }>`
  query Revenue($category: String!) {
    transactionMetrics(range: { this: DAY }, by: [CURRENCY], where: { category: { eq: $category } }) {
      rows { id currency count revenue }
    }
  }
`;

/** The same question, live: another first word, and where to go on. */
export const REVENUE_LIVE = gql<{ transactionMetrics: MetricsUpdate }, { category: string; after: string | null }>`
  subscription RevenueLive($category: String!, $after: Cursor) {
    transactionMetrics(range: { this: DAY }, by: [CURRENCY], where: { category: { eq: $category } }, after: $after) {
      type cursor removed
      rows { id currency count revenue }
    }
  }
`;

export interface Payment {
  /** An event that is sent again under the same id is counted once. */
  readonly id: string;
  readonly userId: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: string;
  readonly category: string;
  readonly occurredAt: string;
}

/** With `wait` the answer comes when the events can be queried. */
export const SEND = gql<
  { ingestTransactions: { admitted: number; duplicates: number } },
  { events: readonly Payment[] }
>`
  mutation Send($events: [TransactionInput!]!) {
    ingestTransactions(events: $events, wait: true) { admitted duplicates }
  }
`;
