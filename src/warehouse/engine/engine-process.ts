import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { totalmem } from 'node:os';
import { type RawInsertFormat, Session } from 'chdb';
import { sqlText } from '../../model/tables/sql-text.ts';
import { messageOf } from '../../platform/errors.ts';
import { PeopleSession } from '../sql-door/people-session.ts';
import { engineSaid } from './engine-error.ts';
import type { EngineOrder, EngineReport } from './engine-messages.ts';
import type { EngineSession } from './engine-session.ts';
import { createHttpInterface } from './http-interface.ts';
import { MARK_SETTING, type PreparedSession, preparedSessions } from './prepared-session.ts';
import { SessionPool } from './session-pools.ts';

/*
 * The engine's process: the only place that knows chdb. It serves ClickHouse's HTTP interface on the loopback interface to whoever has the
 * key, and lives exactly as long as the process that started it.
 */
process.once('message', (order: EngineOrder) => {
  if (order.type === 'start') start(order).catch((error: unknown) => fail(error));
});
// The parent is gone, with kill -9 perhaps. Whoever takes its place needs this folder now, and the engine's own way out would wait for the
// insert that runs. What is cut off here is in the log and is loaded again.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl-C in a terminal reaches the whole group; the parent decides when this one ends.
process.on('SIGINT', () => {});

type StartOrder = Extract<EngineOrder, { type: 'start' }>;

async function start(order: StartOrder): Promise<void> {
  const open = () => openSession(order.path, order.configFile);
  const pools = new Map([
    ['load', new SessionPool(preparedSessions('load', order.sessions.load, LOAD_DEFAULTS, open))],
    ['ask', new SessionPool(preparedSessions('ask', order.sessions.ask, ASK_DEFAULTS, open))],
  ]);
  const people = new SessionPool(peopleSessions(order, open), PEOPLE_WAITING_MAX);
  const control = new SessionPool(preparedSessions('control', 1, new Map(), open));
  const door = createHttpInterface({
    key: order.key,
    pools,
    people,
    bodyBytesMax: BODY_BYTES_MAX,
    // Not SYNC: that one was seen never to return.
    cancel: (mark) => run(control, `KILL QUERY WHERE Settings['${MARK_SETTING}'] = ${sqlText(mark)} ASYNC`),
  });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: URL_BYTES_MAX }, door);
  const port = await listen(server, order.port);
  process.on('message', (next: EngineOrder) => {
    if (next.type === 'check')
      void run(control, 'SELECT 1').then(() => report({ type: 'healthy', number: next.number }));
  });
  process.once('SIGTERM', () => void stop(server, [...pools.values(), people, control]));
  report({ type: 'listening', port });
}

/** An error is an answer too: an engine that is short of memory is alive, and a statement that could not be cancelled ends by its own limits. */
async function run(control: SessionPool<PreparedSession>, sql: string): Promise<void> {
  const statement = { sql, format: 'Null', settings: new Map(), parameters: new Map() };
  await control
    .run((session) => session.query(statement), NEVER)
    .catch((error: unknown) => process.stderr.write(`${engineSaid(error).message}\n`));
}

const NEVER = new AbortController().signal;

/**
 * A question may take a quarter of the memory, half of what the engine has, so that it can never starve loading; and five minutes at most, so
 * that none holds a session for ever. Whoever asks sets narrower limits.
 *
 * The others make a question to a rollup a sixth shorter, which is mostly the time to plan it, and change no answer: threads started to write a
 * few rows, plans for projections, which our tables do not have, and the stack of whoever gave a thread its work, for a debugger. What is read
 * again and again lies unpacked in memory, so that no file is read for it.
 */
const ASK_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['max_memory_usage', String(Math.floor(totalmem() / 4))],
  ['max_execution_time', '300'],
  ['output_format_parallel_formatting', '0'],
  ['optimize_use_projections', '0'],
  ['enable_job_stack_trace', '0'],
  ['use_uncompressed_cache', '1'],
]);
const LOAD_DEFAULTS: ReadonlyMap<string, string> = new Map();

function peopleSessions({ sessions, path }: StartOrder, open: () => EngineSession): readonly PeopleSession[] {
  return Array.from({ length: sessions.people }, (_, index) => new PeopleSession(`people ${index}`, path, open));
}

/** A page of a tool asks a dozen questions at once; five such pages may wait. Whoever comes then is told to come again. */
const PEOPLE_WAITING_MAX = 64;

/** Longer than the client keeps an idle connection, so that none is closed under a request on its way. */
const KEEP_ALIVE_MS = 120_000;
/** 1 MiB, as a ClickHouse server allows by default (http_max_uri_size): parameters travel in the URL. */
const URL_BYTES_MAX = 1024 * 1024;
/** 256 MiB: a batch of the loader is at most 32 MiB; far above it is a mistake, and it must not become memory. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Lets requests that run finish, then closes the engine in order, which writes out what it has. The parent sees to the deadline. */
async function stop(server: Server, pools: readonly { close(): void }[]): Promise<void> {
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  for (const pool of pools) pool.close();
  process.exit(0);
}

function fail(error: unknown): void {
  const reason = messageOf(error);
  process.send?.({ type: 'failed', reason } satisfies EngineReport, () => process.exit(1));
}

function report(message: EngineReport): void {
  process.send?.(message);
}

function openSession(path: string, configFile: string | null): EngineSession {
  const fromFile = configFile === null ? [] : [`--config-file=${configFile}`, ...KAFKA_ARGS, ...KAFKA_SERVER_ARGS];
  const session = new Session(path, { connectionArgs: [...CONNECTION_ARGS, ...fromFile] });
  return {
    query: async (sql, format) => {
      const result = await session.queryAsync(sql, { format }).catch(throwEngineSaid);
      return {
        bytes: result.bytes(),
        rowsRead: result.rowsRead,
        bytesRead: result.bytesRead,
        elapsedMs: result.elapsed * 1000,
      };
    },
    insert: async ({ table, columns, format, settings }, bytes) => {
      const target = {
        table,
        values: bytes,
        format: format as RawInsertFormat,
        settings: Object.fromEntries(settings),
      };
      const summary = await session.insert(columns === null ? target : { ...target, columns }).catch(throwEngineSaid);
      return {
        rowsWritten: summary.rowsWritten,
        bytesWritten: summary.bytesWritten,
        elapsedMs: summary.elapsed * 1000,
      };
    },
    close: () => session.close(),
  };
}

function throwEngineSaid(error: unknown): never {
  throw engineSaid(error);
}

/**
 * Read by the engine as it starts; the first session's count for all. In ClickHouse's own defaults each cache may grow to 5 GiB and the whole to
 * nine tenths of the memory, as if it had a machine to itself. Logs of its own and crash reports are not in this build.
 */
const CONNECTION_ARGS: readonly string[] = [
  // Whoever is told that the engine listens finds all tables there.
  '--async_load_databases=0',
  '--async_load_system_database=0',
  // Of the memory of the machine: the gateway, the log's pages and the system need the rest.
  '--max_server_memory_usage_to_ram_ratio=0.5',
  // 16 bytes a mark: 16 million marks, each for 8,192 values of a column. What is asked for most stays.
  `--mark_cache_size=${256 * 1024 * 1024}`,
  `--primary_index_cache_size=${256 * 1024 * 1024}`,
  `--index_mark_cache_size=${64 * 1024 * 1024}`,
  // A year of days of a rollup is some megabytes a column. Reads of more than a million rows go past it.
  `--uncompressed_cache_size=${64 * 1024 * 1024}`,
  // Parameters are set in front of their statement, so they count as its text: all that fits into a URL, escaped, and the statement.
  `--max_query_size=${16 * 1024 * 1024}`,
  // Two merges at a time per core of a small machine; more only make questions wait.
  '--background_pool_size=2',
];

/** For what the engine inserts by itself, from Kafka: nobody sends settings with that. */
const KAFKA_ARGS: readonly string[] = [
  // A block that is repeated is known in every table behind the queue by what came in, and blocks that only look alike are not taken for it.
  '--deduplicate_blocks_in_dependent_materialized_views=1',
  '--parallel_view_processing=0',
  '--materialized_views_ignore_errors=0',
  // Else no more consumers than cores: a consumer that waits for messages needs none.
  '--kafka_disable_num_consumers_limit=1',
];

const KAFKA_SERVER_ARGS: readonly string[] = [
  // Threads for all queue tables together; in this build they would be two. Whoever waits for its group holds one for seconds, and then no other table.
  '--background_message_broker_schedule_pool_size=32',
];
