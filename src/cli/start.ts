import closeWithGrace from 'close-with-grace';
import colors from 'picocolors';
import type { KindModel } from '../model/event-model.ts';
import type { ClickHouseConfig, Config } from '../platform/config.ts';
import { createLogger } from '../platform/telemetry.ts';
import { exampleCommand } from './example-line.ts';
import { type RunningLakegate, startLakegate } from './start-lakegate.ts';

/**
 * `lakegate start`: everything in this process until a signal stops it. The first signal stops in order, with a deadline; a second one
 * ends the process at once. What nobody caught ends it too, with the reason: going on after that would be guessing.
 */
export async function start(config: Config, { json, print, demo = false }: StartOptions): Promise<RunningLakegate> {
  const logger = createLogger(config.logLevel);
  const startedAt = performance.now();
  const starting = startLakegate(config, logger, { demo });
  stopOnSignals(starting, config.stopDeadlineMs);
  const running = await starting;
  const seconds = (performance.now() - startedAt) / 1000;
  print(json ? readyJson(running, seconds) : readyText(running, seconds));
  if (!json && config.roles.has('gateway')) makePage(running.url);
  return running;
}

/** A person reads what was printed, and opens the page next: it is made meanwhile. What goes wrong is told to who opens it. */
function makePage(url: string): void {
  fetch(url, { headers: { accept: 'text/html' } }).then(
    (response) => response.arrayBuffer(),
    () => {},
  );
}

interface StartOptions {
  /** One line of JSON for programs instead of text for people. */
  readonly json: boolean;
  readonly print: (text: string) => void;
  /** Whoever looks at the page may kill the engine. */
  readonly demo?: boolean;
}

function stopOnSignals(starting: Promise<RunningLakegate>, deadlineMs: number): void {
  // A second on top, so that our own report of what is left comes before the hard end.
  closeWithGrace({ delay: deadlineMs + 1000, logger: { error: say } }, async ({ signal, err }) => {
    if (err !== undefined) say(`stopping because of an error that nobody handled: ${err.stack ?? String(err)}`);
    else if (signal !== undefined) say(`${signal}: stopping (once more ends at once)`);
    const running = await starting;
    for (const { name, reason } of (await running.stop()).left) say(`not stopped in order: ${name}: ${reason}`);
  });
}

/** Standard output is for what the command prints; what happens to it goes to standard error. */
function say(text: unknown): void {
  process.stderr.write(`lakegate: ${String(text)}\n`);
}

function readyJson({ url, sqlUrl, model, config }: RunningLakegate, seconds: number): string {
  const kinds = model.kinds.map((kind) => kind.singular);
  return JSON.stringify({
    ready: true,
    url,
    sqlUrl,
    pid: process.pid,
    roles: [...config.roles],
    log: config.kafka === null ? 'embedded' : 'kafka',
    warehouse: config.clickhouse.url === null ? 'embedded' : 'clickhouse',
    dataDir: config.dataDir,
    kinds,
    seconds: Number(seconds.toFixed(3)),
  });
}

function readyText(running: RunningLakegate, seconds: number): string {
  const { url, model, config } = running;
  const hasDoors = config.roles.has('gateway');
  const rows = [...(hasDoors ? doorRows(running) : []), ['Health', `${url}/readyz`], ...groundRows(config)];
  const table = rows.map(([name = '', value]) => `  ${colors.dim(name.padEnd(9))} ${value}`);
  const [first] = model.kinds;
  const paste =
    first === undefined || !hasDoors
      ? []
      : ['', 'Paste this in another terminal:', '', exampleCommand(first, model.enums, url), ''];
  const title = hasDoors ? 'Lakegate' : `Lakegate (${[...config.roles].join(', ')})`;
  return [`${colors.bold(title)} is ready (${seconds.toFixed(1)} s)`, '', ...table, ...paste].join('\n');
}

function doorRows({ url, sqlUrl, model }: RunningLakegate): readonly (readonly string[])[] {
  const [first, ...others] = model.kinds;
  return [
    ['Page', `${url}/`],
    ['GraphQL', `${url}/graphql`],
    ['Ingest', `${url}/ingest/${first?.singular}${also(others)}`],
    ...(sqlUrl === null ? [] : [['SQL', `${sqlUrl}   (ClickHouse's HTTP interface, to read)`]]),
  ];
}

/** What it runs on. Of addresses only hosts are shown: what stands before them is a secret. */
function groundRows({ kafka, clickhouse, dataDir, roles }: Config): readonly (readonly string[])[] {
  const usesWarehouse = kafka === null || roles.has('gateway') || roles.has('loader');
  return [
    ['Log', kafka === null ? 'on disk' : `Kafka at ${kafka.brokers.join(', ')}`],
    ...(usesWarehouse ? [['Warehouse', warehouseText(clickhouse)]] : []),
    ['Data', dataDir],
  ];
}

function warehouseText({ url, keeper }: ClickHouseConfig): string {
  if (url !== null) return `ClickHouse at ${new URL(url).host}`;
  return keeper.length === 0 ? 'own engine' : `own engine, Keeper at ${keeper.join(', ')}`;
}

function also(kinds: readonly KindModel[]): string {
  return kinds.length === 0 ? '' : `   (also ${kinds.map((kind) => kind.singular).join(', ')})`;
}
