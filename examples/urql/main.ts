import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { applyUpdate, type MetricsRow } from './apply-update.ts';
import { connect } from './connect.ts';
import { REVENUE, SEND } from './operations.ts';
import { readRevenue } from './resumable.ts';

const { client, loseConnection, close } = connect(process.argv[2] ?? 'http://127.0.0.1:4000/graphql');
/** Of this run alone, so that its numbers are the same wherever it runs. */
const category = `example-${randomUUID()}`;

await send({ USD: '10.00', EUR: '20.00' });
say('query', await ask());

let shown: ReadonlyMap<string, MetricsRow> = new Map();
const changes = new EventEmitter();
const stopReading = readRevenue(client, category, (update) => {
  say(update.type.toLowerCase(), update.rows);
  shown = applyUpdate(shown, update);
  changes.emit('change');
});
await untilShown(2);
await send({ USD: '30.00' });
await untilShown(3);

loseConnection();
console.log('the connection is lost');
await send({ EUR: '40.00', GBP: '50.00' });
await untilShown(5);
stopReading();

const isSame = textOf([...shown.values()]) === textOf(await ask());
console.log(isSame ? 'what the updates added up to is what the query answers' : 'the updates and the query differ');
await close();
process.exitCode = isSame ? 0 : 1;

async function send(amounts: Readonly<Record<string, string>>): Promise<void> {
  const events = Object.entries(amounts).map(([currency, amount]) => ({
    id: randomUUID(),
    userId: 'ada',
    amount,
    currency,
    status: 'CAPTURED',
    category,
    occurredAt: new Date().toISOString(),
  }));
  const { data, error } = await client.mutation(SEND, { events });
  if (data === undefined) throw error;
  console.log(`sent: ${data.ingestTransactions.admitted} admitted`);
}

async function ask(): Promise<readonly MetricsRow[]> {
  const { data, error } = await client.query(REVENUE, { category });
  if (data === undefined) throw error;
  return data.transactionMetrics.rows;
}

/** Waits until so many payments are in the rows that the updates gave. */
async function untilShown(count: number): Promise<void> {
  const countShown = () => [...shown.values()].reduce((sum, row) => sum + row.count, 0);
  while (countShown() !== count) await once(changes, 'change');
}

function say(what: string, rows: readonly MetricsRow[]): void {
  console.log(`${what}: ${textOf(rows)}`);
}

function textOf(rows: readonly MetricsRow[]): string {
  return rows
    .map(({ currency, count, revenue }) => `${count} in ${currency} for ${revenue}`)
    .sort()
    .join(', ');
}
