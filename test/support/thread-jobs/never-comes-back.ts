import { defineJob } from 'lakegate';

interface Payment {
  readonly category: string;
}

/** Begins at one payment and goes on for ever. */
export default defineJob<Payment, Record<string, never>>({
  name: 'never-comes-back',
  kind: 'transaction',
  where: { category: { eq: 'for-ever' } },
  inOrder: {
    initially: () => ({}),
    onEvent() {
      for (;;);
    },
  },
});
