import { compileDeclarations } from '../../../src/model/declare/compile-declarations.ts';
import type { KindModel } from '../../../src/model/event-model.ts';

/**
 * Payments with what decides about the cache and no more: several tables, grains, missing values and money. An insert fills five tables and the
 * ledger; each further one would only make every step slower.
 */
const SDL = `
type Payment
  @event(key: "userId", id: ["source", "number"])
  @rollup(by: ["merchant"], every: ["1h"])
  @metric(name: "captured", where: {status: {eq: "CAPTURED"}})
  @metric(name: "revenue", of: "amountSum", where: {status: {eq: "CAPTURED"}})
  @metric(name: "euros", of: "amountSum", where: {currency: {eq: "EUR"}}) {
  source: String!
  number: Int!
  userId: ID! @distinct
  amount: Decimal! @measure @money(currency: "currency") @constraint(min: "-1000000", max: "1000000", scale: 4)
  tip: Decimal @measure @constraint(scale: 2)
  pieces: Int @measure
  currency: CurrencyCode! @dimension
  status: PaymentStatus! @dimension
  country: CountryCode @dimension
  merchant: String @dimension(high: true)
  occurredAt: DateTime!
}

enum PaymentStatus {
  CAPTURED
  DECLINED
  REFUNDED
}
`;

export function smallPayments(): KindModel {
  const result = compileDeclarations([{ file: 'payment.graphql', text: SDL }]);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  const [kind] = result.model.kinds;
  if (kind === undefined) throw new Error('the declaration holds no kind');
  return kind;
}
