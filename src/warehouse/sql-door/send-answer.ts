import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { EngineSaid } from './ask-engine.ts';
import type { Question } from './read-question.ts';

/**
 * The answer with the headers by which clients find their way. It passes through and is never held here as a whole. Where the engine ends in the
 * middle of it, the connection is cut: the client sees that it is not complete.
 */
export async function sendAnswer(response: ServerResponse, question: Question, said: EngineSaid): Promise<void> {
  const { body, byteLength, summary } = said;
  response.writeHead(200, {
    'Content-Type': contentType(question.format),
    ...(question.gzip ? { 'Content-Encoding': 'gzip' } : { 'Content-Length': byteLength }),
    'X-ClickHouse-Query-Id': question.queryId.replace(/[^\w.:-]/g, '').slice(0, 200),
    'X-ClickHouse-Format': question.format,
    'X-ClickHouse-Timezone': 'UTC',
    'X-ClickHouse-Server-Display-Name': 'lakegate',
    'X-ClickHouse-Summary': summary,
    'X-Content-Type-Options': 'nosniff',
  });
  if (response.req.method === 'HEAD') {
    body.resume();
    response.end();
  } else if (question.gzip) {
    await pipeline(body, createGzip({ level: GZIP_LEVEL }), response);
  } else {
    await pipeline(body, response);
  }
}

/** The fastest: it is for tools on the same machine or nearby, which ask for it out of habit. */
const GZIP_LEVEL = 1;

function contentType(format: string): string {
  if (/^(pretty)?(JSON(Each|Lines|L|Compact\w*Each|Strings?Each|StringsEach)|NDJSON)/i.test(format))
    return 'application/x-ndjson; charset=UTF-8';
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8';
  if (/^CSV/i.test(format))
    return `text/csv; charset=UTF-8; header=${/WithNames/i.test(format) ? 'present' : 'absent'}`;
  if (/^(TSV|TabSeparated)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  if (/^(RowBinary|Native|Parquet|Arrow|ORC|Avro|BSON|MsgPack|Npy|RawBLOB)/i.test(format))
    return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}
