import type { Client } from '@urql/core';
import type { MetricsUpdate } from './apply-update.ts';
import { REVENUE_LIVE } from './operations.ts';

const AGAIN_MS = 500;

/**
 * A live question that outlives its connection: each time from the cursor of the last message that was read. The returned function ends it.
 */
export function readRevenue(client: Client, category: string, next: (update: MetricsUpdate) => void): () => void {
  let after: string | null = null;
  let end = (): void => {};
  const read = (): void => {
    const reading = client.subscription(REVENUE_LIVE, { category, after }).subscribe(({ data, error }) => {
      if (data != null) {
        after = data.transactionMetrics.cursor;
        next(data.transactionMetrics);
        return;
      }
      reading.unsubscribe();
      // What the server says about the question is no better the next time.
      if (error?.networkError === undefined) throw error;
      const again = setTimeout(read, AGAIN_MS);
      end = () => clearTimeout(again);
    });
    end = () => reading.unsubscribe();
  };
  read();
  return () => end();
}
