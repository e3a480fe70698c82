import { defineJob, pattern } from 'lakegate';

interface Payment {
  readonly amount: string;
  readonly currency: string;
  readonly merchant: string | null;
}

/** Three gift cards or more bought from different merchants within an hour: somebody turns a stolen card into money. */
export default defineJob<Payment>({
  name: 'gift-cards',
  kind: 'transaction',
  where: { category: { eq: 'gift-card' }, status: { ne: 'DECLINED' } },
  pattern: pattern<Payment>()
    .first('first')
    .followedBy('second', {}, { given: (card, { first: [first] }) => card.merchant !== first.merchant })
    .followedBy(
      'third',
      {},
      {
        given: (card, { first: [first], second: [second] }) =>
          card.merchant !== first.merchant && card.merchant !== second.merchant,
      },
    )
    .within('1h')
    .because(
      ({ first: [first], second: [second], third: [third] }, { elapsed }) =>
        `gift cards from ${first.merchant}, ${second.merchant} and ${third.merchant} in ${elapsed}`,
    ),
});
