import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { EngineSaid } from './ask-engine.ts';
import type { Question } from './read-question.ts';

/** The whole answer with the headers by which clients find their way. It is complete before its first byte is sent: no error can come in the middle. */
export async function sendAnswer(
  response: ServerResponse,
  question: Question,
  { bytes, summary }: EngineSaid,
): Promise<void> {
  const body = question.gzip ? await promisify(gzip)(bytes, { level: GZIP_LEVEL }) : bytes;
  response.writeHead(200, {
    'Content-Type': contentType(question.format),
    'Content-Length': body.length,
    ...(question.gzip ? { 'Content-Encoding': 'gzip' } : {}),
    'X-ClickHouse-Query-Id': question.queryId.replace(/[^\w.:-]/g, '').slice(0, 200),
    'X-ClickHouse-Format': question.format,
    'X-ClickHouse-Timezone': 'UTC',
    'X-ClickHouse-Server-Display-Name': 'lakegate',
    'X-ClickHouse-Summary': summary,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
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
