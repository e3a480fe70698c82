import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createLogger } from '../../src/platform/telemetry.ts';
import { startSupervisedEngine } from '../../src/warehouse/engine/supervised-engine.ts';

/** Run by engine-server.ts: `engine-server-process.ts <data dir> <port> <keeper or nothing>`. Ends when its standard input does. */
const [dataDir = '', port = '0', keeper = ''] = process.argv.slice(2);
const engine = startSupervisedEngine({
  dataDir,
  logger: createLogger('error'),
  sessions: { load: 16, ask: 1, people: 1 },
  kafka: { keeper: keeper === '' ? [] : [keeper], caFile: null },
});

/** Passes a request on to the engine process that is there now, with its key. */
function passOn(incoming: IncomingMessage, answer: ServerResponse): void {
  const state = engine.state();
  if (state.state !== 'up') {
    answer.writeHead(503).end('the engine is not there');
    return;
  }
  const { username, password } = state.credentials.load;
  const headers = { ...incoming.headers };
  delete headers['x-clickhouse-user'];
  delete headers['x-clickhouse-key'];
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const passed = request(new URL(incoming.url ?? '/', state.url), {
    method: incoming.method,
    headers: { ...headers, authorization },
  });
  passed.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
    response.on('error', () => answer.destroy());
  });
  // The engine was killed, or the caller went away: the other side sees its connection end.
  passed.on('error', () => answer.destroy());
  incoming.on('error', () => passed.destroy());
  answer.on('close', () => passed.destroy());
  incoming.pipe(passed);
}

const server = createServer(passOn).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));

process.stdin.resume().on('end', () => {
  server.close();
  server.closeAllConnections();
  void engine.close();
});
