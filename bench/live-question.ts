import { randomUUID } from 'node:crypto';

/** What is read live: one row for each category, so that an event of each changes all of them. A patch is some 800 bytes then. */
export const CATEGORIES = ['books', 'coffee', 'flights', 'groceries', 'hotels', 'music'];

/** As a message of the protocol that asks for it. Equal ids make equal bytes. */
export function subscribeTo(query: string): object {
  return { id: 'live', type: 'subscribe', payload: { query } };
}

export function byCategory(throttle: string): string {
  return `subscription { transactionMetrics(range: {this: DAY}, by: [CATEGORY], where: {currency: {eq: USD}}, throttle: "${throttle}") {
    type cursor removed rows { id category count revenue } total { count } } }`;
}

/** A captured payment of now in this category. */
export function payment(category: string) {
  return {
    id: randomUUID(),
    userId: `user-${Math.floor(Math.random() * 1000)}`,
    amount: (Math.random() * 1000 + 0.01).toFixed(2),
    currency: 'USD',
    status: 'CAPTURED',
    category,
    occurredAt: new Date().toISOString(),
  };
}
