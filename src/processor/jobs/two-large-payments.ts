import { defineJob, pattern } from '../define-job.ts';
import { MONEY_MOVED, moneyText, type Payment } from './payment.ts';

const LARGE = { amount: { gt: '1000' } };

/**
 * Two consecutive payments over 1000 by one user, at most 10 minutes apart. Exactly 1000 is not over it, exactly 10 minutes are not too long. A
 * smaller payment between them parts them, a declined or refunded one is not there. Three in a row are two alerts.
 */
export const twoLargePayments = defineJob<Payment>({
  name: 'two-large-payments',
  kind: 'transaction',
  key: 'userId',
  where: MONEY_MOVED,
  pattern: pattern<Payment>()
    .first('first', LARGE)
    .next('second', LARGE)
    .within('10m')
    .skipToNext()
    .because(
      ({ first: [first], second: [second] }, { elapsed }) =>
        `two payments over 1000 in a row, ${moneyText(first)} and ${moneyText(second)}, ${elapsed} apart (at most 10m)`,
    ),
});
