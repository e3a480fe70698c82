import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawInsertFormat, Session } from 'chdb';
import type { EngineOrder, EngineReport } from './engine-messages.ts';
import { EngineError, type EngineSession } from './engine-session.ts';
import { createHttpInterface } from './http-interface.ts';
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

async function start(order: Extract<EngineOrder, { type: 'start' }>): Promise<void> {
  const open = () => openSession(order.path);
  const pools = new Map([
    ['load', new SessionPool(order.sessions.load, open)],
    ['ask', new SessionPool(order.sessions.ask, open)],
  ]);
  const health = open();
  const server = await listen(
    createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: URL_BYTES_MAX },
      createHttpInterface({ key: order.key, pools, bodyBytesMax: BODY_BYTES_MAX, timeZone: 'UTC' }),
    ),
    order.port,
  );
  process.on('message', (next: EngineOrder) => {
    if (next.type === 'check')
      void health.query('SELECT 1', 'Null').then(() => report({ type: 'healthy', number: next.number }));
  });
  process.once('SIGTERM', () => void stop(server, [...pools.values()]));
  const { port } = server.address() as AddressInfo;
  report({ type: 'listening', port });
}

/** Longer than the client keeps an idle connection, so that none is closed under a request on its way. */
const KEEP_ALIVE_MS = 120_000;
/** 1 MiB, as a ClickHouse server allows by default (http_max_uri_size): parameters travel in the URL. */
const URL_BYTES_MAX = 1024 * 1024;
/** 256 MiB: a batch of the loader is at most 32 MiB; far above it is a mistake, and it must not become memory. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Lets requests that run finish, then closes the engine in order, which writes out what it has. The parent sees to the deadline. */
async function stop(server: Server, pools: readonly SessionPool[]): Promise<void> {
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  for (const pool of pools) pool.close();
  process.exit(0);
}

function fail(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.send?.({ type: 'failed', reason } satisfies EngineReport, () => process.exit(1));
}

function report(message: EngineReport): void {
  process.send?.(message);
}

function openSession(path: string): EngineSession {
  const session = new Session(path, { connectionArgs: CONNECTION_ARGS });
  return {
    query: async (sql, format) => {
      const result = await session.queryAsync(sql, { format }).catch(asEngineError);
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
      const summary = await session.insert(columns === null ? target : { ...target, columns }).catch(asEngineError);
      return {
        rowsWritten: summary.rowsWritten,
        bytesWritten: summary.bytesWritten,
        elapsedMs: summary.elapsed * 1000,
      };
    },
    close: () => session.close(),
  };
}

/** Read by the engine as it starts; see the README of this folder for what each was measured to do. */
const CONNECTION_ARGS: readonly string[] = [];

function asEngineError(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const code = /^Code: (\d+)\./.exec(message)?.[1];
  throw new EngineError(
    code === undefined ? LOGICAL_ERROR : Number(code),
    code === undefined ? `Code: ${LOGICAL_ERROR}. DB::Exception: ${message} (LOGICAL_ERROR)` : message,
    error,
  );
}

const LOGICAL_ERROR = 49;
