import { defineJob, pattern } from '../define-job.ts';
import type { Payment } from './payment.ts';

/** Ten payments by one user within a minute, whatever became of them. A payment is in one alert at most: of 25 in a minute there are two. */
export const manyPayments = defineJob<Payment>({
  name: 'many-payments',
  kind: 'transaction',
  key: 'userId',
  pattern: pattern<Payment>()
    .first('payment', {}, { times: 10 })
    .within('1m')
    .because(({ payment }, { elapsed }) => `${payment.length} payments in ${elapsed} (10 within 1m)`),
});
