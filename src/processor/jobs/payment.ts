import { declares } from './declares.ts';

/** What the rules about payments read of one. */
export interface Payment {
  /** As text, or as a number that says it exactly. */
  readonly amount: string | number;
  readonly currency: string;
  readonly status: string;
  readonly country?: string | null;
}

/** The bank refused, or the money went back: not a payment, for rules about what somebody spent. */
export const MONEY_MOVED = { status: { notIn: ['DECLINED', 'REFUNDED'] } };

/** `1500 EUR` */
export function moneyText({ amount, currency }: Payment): string {
  return `${amount} ${currency}`;
}

export const declaresPayments = declares('transactions', {
  userId: ['ID', 'String'],
  amount: ['Decimal'],
  currency: ['CurrencyCode'],
  status: ['Enum'],
  country: ['CountryCode'],
});
