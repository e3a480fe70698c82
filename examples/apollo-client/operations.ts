import { gql, type TypedDocumentNode } from '@apollo/client/core';
import type { MetricsRow, MetricsUpdate } from './apply-update.ts';

/** What was paid in one category today (UTC), by currency. */
export const REVENUE: TypedDocumentNode<{ transactionMetrics: { rows: MetricsRow[] } }, { category: string }> = gql`
  query Revenue($category: String!) {
    transactionMetrics(range: { this: DAY }, by: [CURRENCY], where: { category: { eq: $category } }) {
      rows { id currency count revenue }
    }
  }
`;

/** The same question, live: another first word, and where to go on. */
export const REVENUE_LIVE: TypedDocumentNode<
  { transactionMetrics: MetricsUpdate },
  { category: string; after: string | null }
> = gql`
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
export const SEND: TypedDocumentNode<
  { ingestTransactions: { admitted: number; duplicates: number } },
  { events: readonly Payment[] }
> = gql`
  mutation Send($events: [TransactionInput!]!) {
    ingestTransactions(events: $events, wait: true) { admitted duplicates }
  }
`;
