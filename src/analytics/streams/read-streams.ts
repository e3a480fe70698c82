import { type ReadAnswer, type Reading, type ReadSources, readThrough } from '../read-through.ts';

export interface StreamRead {
  readonly tenant: string;
  /** Everything that changes the answer but the data. */
  readonly question: readonly unknown[];
  readonly topics: readonly string[];
}

/** Where one attempt to answer reads. */
export type StreamTables = Reading['warehouse'];

/** A question to what jobs wrote: kept, and read from one state of its tables, like every other. */
export function readStreams<Value>(
  { tenant, question, topics }: StreamRead,
  compute: (tables: StreamTables) => Promise<Value>,
  sources: ReadSources,
): Promise<ReadAnswer<Value>> {
  const read = { tenant, question: JSON.stringify(question), topics, ratesTo: null };
  return readThrough(read, ({ warehouse }) => compute(warehouse), sources);
}
