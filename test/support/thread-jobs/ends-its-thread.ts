import { existsSync, writeFileSync } from 'node:fs';
import { defineJob } from 'lakegate';

interface Payment {
  readonly merchant: string;
}

/** Ends the thread it runs on at a payment to a file that is not there, which is there afterwards. */
export default defineJob<Payment, Record<string, never>>({
  name: 'ends-its-thread',
  kind: 'transaction',
  inOrder: {
    initially: () => ({}),
    onEvent({ merchant }) {
      if (merchant.startsWith('/') && !existsSync(merchant)) {
        writeFileSync(merchant, '');
        process.exit(7);
      }
      return {};
    },
  },
});
