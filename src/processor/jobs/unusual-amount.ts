import { defineJob } from '../define-job.ts';
import { derivedQuantity, roundedQuotient, textOfUnits, unitsOf } from '../windows/quantity.ts';
import { MONEY_MOVED, moneyText, type Payment } from './payment.ts';

/**
 * A payment of more than ten times what the user paid on average before it in the same currency, once there are five to compare with. The
 * average is over all payments before it in the order of their times; this one counts for the next.
 */
export const unusualAmount = defineJob<Payment, Spending>({
  name: 'unusual-amount',
  kind: 'transaction',
  key: 'userId',
  where: MONEY_MOVED,
  inOrder: {
    initially: () => ({}),
    onEvent(payment, spending, { raise }) {
      const { count, sum } = spending[payment.currency] ?? { count: 0, sum: '0' };
      const amount = unitsOfAmount(payment.amount);
      const before = unitsOfAmount(sum);
      // Without a division, so that exactly ten times is not more.
      if (count >= PAYMENTS_MIN && amount * BigInt(count) > TIMES * before) {
        raise(
          `${moneyText(payment)} is over ${TIMES} times ${averageText(before, count)} ${payment.currency}, ${OF} ${count}`,
        );
      }
      spending[payment.currency] = { count: count + 1, sum: textOfUnits(before + amount, AMOUNT.scale) };
      return spending;
    },
  },
});

/** By currency: amounts of two are never added up. `sum` is exact. */
interface Spending {
  [currency: string]: { readonly count: number; readonly sum: string };
}

const PAYMENTS_MIN = 5;
const TIMES = 10n;
const OF = 'the average of the payments before it, of which there are';
/** More digits after the point than any amount has. */
const AMOUNT = derivedQuantity('amount', 18);
const CENTS = 2;

function unitsOfAmount(amount: string | number): bigint {
  return unitsOf(AMOUNT, { amount }) ?? 0n;
}

function averageText(sum: bigint, count: number): string {
  return textOfUnits(roundedQuotient(sum, BigInt(count) * 10n ** BigInt(AMOUNT.scale - CENTS)), CENTS);
}
