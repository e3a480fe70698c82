import { defineJob, pattern } from '../define-job.ts';
import { MONEY_MOVED, moneyText, type Payment } from './payment.ts';

/**
 * Somebody tries whether a card works and then uses it: three payments under 2 or more, whatever became of them, and then one over 500 that went
 * through, all within an hour. Others may lie between.
 */
export const cardTesting = defineJob<Payment>({
  name: 'card-testing',
  kind: 'transaction',
  key: 'userId',
  pattern: pattern<Payment>()
    .first('small', { amount: { lt: '2' } }, { times: 3, orMore: true })
    .followedBy('big', { amount: { gt: '500' }, ...MONEY_MOVED })
    .within('1h')
    .because(
      ({ small, big: [big] }, { elapsed }) =>
        `${small.length} payments under 2, then one of ${moneyText(big)} (over 500), in ${elapsed} (within 1h)`,
    ),
});
