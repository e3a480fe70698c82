import { defineJob, pattern } from '../define-job.ts';
import type { Payment } from './payment.ts';

/** Two consecutive payments by one user in different countries, at most an hour apart. Payments without a country are left out. */
export const twoCountries = defineJob<Payment>({
  name: 'two-countries',
  kind: 'transaction',
  key: 'userId',
  where: { country: { isNull: false } },
  pattern: pattern<Payment>()
    .first('here')
    .next('there', {}, { given: (there, { here: [here] }) => there.country !== here.country })
    .within('1h')
    .skipToNext()
    .because(
      ({ here: [here], there: [there] }, { elapsed }) =>
        `a payment in ${here.country} and ${elapsed} later one in ${there.country} (within 1h)`,
    ),
});
