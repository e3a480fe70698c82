import { LakegateError } from '../../platform/errors.ts';
import { makeScratch } from '../mend/scratch-tables.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import type { Batch, RecordPlace } from './batch.ts';
import { RECORD_FORMAT_SETTINGS } from './load-settings.ts';
import type { LoadTarget } from './load-target.ts';

/**
 * ClickHouse's codes for values it cannot take. Admission refuses such values, so this is about what admission overlooked. Everything
 * else (memory, disk, too many parts, a table that is not there) is the warehouse's own trouble and passes.
 */
const DATA_ERROR_CODES: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  407, // DECIMAL_OVERFLOW
  467, // CANNOT_PARSE_BOOL
  675, // CANNOT_PARSE_IPV4
]);

export function isDataError(error: unknown): error is LakegateError {
  return error instanceof LakegateError && DATA_ERROR_CODES.has(Number(error.facts.clickhouseCode));
}

/**
 * Which records of the batch the warehouse refuses to read: the batch is put into a scratch table of the same columns that is told to step
 * over what it cannot read, and what is not there afterwards was refused; on a log with holes the holes are among them. Empty if the refusal has
 * another reason than single records.
 */
export async function findUnloadable(
  warehouse: Warehouse,
  target: LoadTarget,
  batch: Batch,
): Promise<readonly RecordPlace[]> {
  const scratch = await makeScratch(warehouse, target.queueTable, 'Memory');
  await warehouse.insert(scratch, batch.bytes, {
    format: 'JSONEachRow',
    settings: {
      ...RECORD_FORMAT_SETTINGS,
      input_format_parallel_parsing: 0,
      input_format_allow_errors_num: batch.rows,
      input_format_allow_errors_ratio: 1,
    },
  });
  const places: RecordPlace[] = [];
  for (const { partition, first, last } of batch.loaded) {
    const { rows } = await warehouse.query<{ offset: string }>(
      `SELECT number AS offset FROM numbers(${first}, ${last - first + 1n})
       WHERE number NOT IN (SELECT _offset FROM ${DATABASE}.${scratch} WHERE _partition = ${partition}) ORDER BY offset`,
      { pool: 'load' },
    );
    places.push(...rows.map(({ offset }) => ({ partition, offset: BigInt(offset) })));
  }
  const { rows: taken } = await warehouse.query<{ rows: string }>(
    `SELECT count() AS rows FROM ${DATABASE}.${scratch}`,
    { pool: 'load' },
  );
  await warehouse.command(`DROP TABLE IF EXISTS ${DATABASE}.${scratch} SYNC`, { pool: 'load' });
  return Number(taken[0]?.rows) > 0 || batch.rows === 1 ? places : [];
}
