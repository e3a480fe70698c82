import { compiled } from './compiled.ts';

/** A kind with a field of every type, plain and nullable and with every constraint. */
export const MEASUREMENT = compiled(`
  type Measurement @event(key: "device") {
    id: ID!
    device: ID!
    label: String @constraint(maxLength: 8)
    code: String @constraint(pattern: "^[A-Z]{2}[0-9]+$")
    pieces: Int @measure @constraint(min: "0", max: "100")
    steps: Int
    total: SafeInt @measure
    ratio: Float @measure @constraint(min: "-1", max: "1")
    raw: Float
    price: Decimal @measure @constraint(min: "0.01", max: "10000000", scale: 2)
    balance: Decimal
    ok: Boolean
    at: DateTime
    day: Date
    country: CountryCode
    currency: CurrencyCode
    state: State
    occurredAt: DateTime!
  }
  enum State { ON OFF }
`);

export const MEASUREMENT_KIND = kindOf();

function kindOf() {
  const [kind] = MEASUREMENT.kinds;
  if (kind === undefined) throw new Error('the model has a kind');
  return kind;
}

export function measurement(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id: 'm-1', device: 'd-1', occurredAt: '2026-11-21T09:59:59Z', ...change };
}
