/**
 * The hello of clickhouse-go over HTTP: it reads the answer in the revision that it speaks itself, and everything after in the revision that the answer
 * names. The engine writes revision 0, so the hello is written here and says 0.
 *
 *   block info   1 (field) 0 (no overflow)  2 (field) -1 as 32 bits (no bucket)  0 (end)
 *   columns, rows
 *   a column     name, type, 0 (no serialisation of its own), values
 */
export function isGoHello(sql: string, clientRevision: number): boolean {
  return clientRevision > 0 && HELLO.test(sql);
}

const HELLO = /^\s*SELECT\s+displayName\(\)\s*,\s*version\(\)\s*,\s*revision\(\)\s*,\s*timezone\(\)\s*$/i;

export function goHello(version: string): Buffer {
  const columns = [
    column('displayName()', 'String', text('lakegate')),
    column('version()', 'String', text(version)),
    column('revision()', 'UInt32', Buffer.alloc(4)),
    column('timezone()', 'String', text('UTC')),
  ];
  return Buffer.concat([
    Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]),
    Buffer.from([columns.length, 1]),
    ...columns,
  ]);
}

function column(name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([text(name), text(type), Buffer.from([0]), value]);
}

/** Length and bytes; every text here is shorter than 128 bytes, so that the length is one byte. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
