import { createHash } from 'node:crypto';
import { type Batch, type RecordPlace, rangesText } from './batch.ts';
import type { BatchNote } from './load-note.ts';

/**
 * What is written down of a batch before it is inserted. Every attempt uses these settings, because the engine gives its tokens to blocks:
 * attempts that cut their blocks differently would all be taken as new.
 */
export function batchNote(batch: Batch, epoch: number, leftOut: readonly RecordPlace[]): BatchNote {
  return {
    ranges: batch.ranges,
    leftOut,
    rows: batch.rows,
    token: batchToken(batch, epoch, leftOut),
    settings: blockSettings(batch.rows),
    phase: 'inserting',
  };
}

/** What the batch is, not when it was sent. */
function batchToken({ topic, ranges }: Batch, epoch: number, leftOut: readonly RecordPlace[]): string {
  const without = leftOut.map(({ partition, offset }) => `${partition}:${offset}`).join(' ');
  const text = `${topic} ${epoch} ${rangesText(ranges)} - ${without}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** One block for the whole batch, in the queue table and behind every view. */
function blockSettings(rows: number): Readonly<Record<string, string | number>> {
  const rowsOfOneBlock = rows + 1;
  return {
    input_format_parallel_parsing: 0,
    max_insert_block_size: rowsOfOneBlock,
    max_insert_block_size_bytes: 0,
    min_insert_block_size_rows: rowsOfOneBlock,
    min_insert_block_size_bytes: 0,
    min_insert_block_size_rows_for_materialized_views: rowsOfOneBlock,
    min_insert_block_size_bytes_for_materialized_views: 0,
    max_insert_threads: 1,
    async_insert: 0,
    insert_deduplicate: 1,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    parallel_view_processing: 0,
    materialized_views_ignore_errors: 0,
  };
}

/** How values in a record's JSON are read, wherever they are read. */
export const RECORD_FORMAT_SETTINGS: Readonly<Record<string, string | number>> = {
  date_time_input_format: 'best_effort',
  input_format_skip_unknown_fields: 1,
  input_format_null_as_default: 1,
};
