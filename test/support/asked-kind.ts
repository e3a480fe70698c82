import { join } from 'node:path';
import { compileDeclarations } from '../../src/model/declare/compile-declarations.ts';
import type { EventModel, KindModel } from '../../src/model/event-model.ts';
import { tableDefinitions } from '../../src/model/tables/tables.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';

/** A kind with everything that makes questions hard: missing values, money, a composite id, whole numbers, floats, several rollups. */
export const PAYMENT_SDL = `
type Payment
  @event(key: "userId", id: ["source", "number"])
  @rollup(by: ["merchant"], every: ["1h", "1d"])
  @rollup(by: ["country", "merchant"], every: ["1m", "1h"])
  @metric(name: "captured", where: {status: {eq: "CAPTURED"}})
  @metric(name: "revenue", of: "amountSum", where: {status: {eq: "CAPTURED"}})
  @metric(name: "euros", of: "amountSum", where: {currency: {eq: "EUR"}}) {
  source: String!
  number: Int!
  userId: ID! @distinct
  amount: Decimal! @measure(quantiles: true) @money(currency: "currency") @constraint(min: "-1000000", max: "1000000", scale: 4)
  tip: Decimal @measure(quantiles: true) @constraint(scale: 2)
  pieces: Int @measure
  weight: Float @measure(quantiles: true)
  currency: CurrencyCode! @dimension
  status: PaymentStatus! @dimension
  country: CountryCode @dimension
  merchant: String @dimension(high: true)
  online: Boolean
  occurredAt: DateTime!
}

enum PaymentStatus {
  CAPTURED
  DECLINED
  REFUNDED
}
`;

export function paymentModel(): EventModel {
  const result = compileDeclarations([{ file: 'payment.graphql', text: PAYMENT_SDL }]);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.model;
}

export function paymentKind(): KindModel {
  const [kind] = paymentModel().kinds;
  if (kind === undefined) throw new Error('the declaration holds no kind');
  return kind;
}

export interface Payment {
  readonly source: string;
  readonly number: number;
  readonly userId: string;
  readonly amount: string;
  readonly tip: string | null;
  readonly pieces: number | null;
  readonly weight: number | null;
  readonly currency: string;
  readonly status: string;
  readonly country: string | null;
  readonly merchant: string | null;
  readonly online: boolean | null;
  readonly timeUs: number;
  readonly late: boolean;
}

/** All tables that questions read, as the product makes them. */
export async function createTables(warehouse: Warehouse, kind: KindModel): Promise<void> {
  const ofKind = tableDefinitions(kind).map(({ path, sql }) => ({ name: path, sql }));
  await migrate(warehouse, [...(await loadMigrations(MIGRATIONS_DIR)), ...ofKind]);
}

const MIGRATIONS_DIR = join(import.meta.dirname, '../../clickhouse');

/** As the loader hands them over: one insert into the queue, which fills every table. */
export async function loadPayments(
  warehouse: Warehouse,
  payments: readonly Payment[],
  from: { readonly tenant?: string; readonly partition?: number; readonly offset?: number } = {},
): Promise<void> {
  const lines = payments.map(({ timeUs, late, ...fields }, index) =>
    JSON.stringify({
      _partition: from.partition ?? 0,
      _offset: (from.offset ?? 0) + index,
      _tenant: from.tenant ?? 'default',
      _time: timeUs,
      _receivedAt: Math.floor(timeUs / 1000) + 250,
      _watermark: late ? Math.floor(timeUs / 1000) + 1 : 0,
      _id: `${fields.source}/${fields.number}`,
      ...fields,
    }),
  );
  await warehouse.insert(`${DATABASE}.payments_queue`, Buffer.from(lines.join('\n')), {
    format: 'JSONEachRow',
    settings: {},
  });
}
