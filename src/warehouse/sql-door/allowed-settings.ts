import { totalmem } from 'node:os';
import { refused } from '../engine/engine-error.ts';

/**
 * A setting that came with a question: the value under which it is asked, or null where it is passed over. What may change is how an answer
 * looks and how SQL reads; limits may become narrower. Everything else is refused, and so is a name that a later engine brings.
 */
export function checkedSetting(name: string, value: string): string | null {
  if (PASSED_OVER.has(name)) return null;
  const most = LIMITS.get(name);
  if (most !== undefined) return narrower(name, value, most);
  if (!ANSWERS.has(name)) {
    throw refused('READONLY', `Cannot modify '${name.slice(0, 80)}' setting in readonly mode.`);
  }
  if (!/^[\w .,:;|/+-]{0,64}$/.test(value)) {
    throw refused('BAD_ARGUMENTS', `Expected a short plain value of ${name}`);
  }
  return value;
}

/** 0 means as much as is allowed, as it means without a limit elsewhere. */
function narrower(name: string, value: string, most: number): string {
  const number = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || !Number.isFinite(number)) {
    throw refused('BAD_ARGUMENTS', `Expected a number as the value of ${name}`);
  }
  return String(number === 0 ? most : Math.min(number, most));
}

/** What one question of people may take. Whoever needs more asks for less at a time, or asks the product's own API. */
export const LIMITS: ReadonlyMap<string, number> = new Map([
  ['max_execution_time', 60],
  // One core: many at once would take the cores from those who load and those who ask the product.
  ['max_threads', 1],
  ['max_result_rows', 5_000_000],
  // 128 MiB as the engine counts them; an answer is in memory once, as text perhaps five times as large, before it is sent.
  ['max_result_bytes', 128 * 1024 * 1024],
  ['max_rows_to_read', 10_000_000_000],
  ['max_bytes_to_read', 1024 ** 4],
  // With four at once three quarters of what the engine may have, which is half of the machine, are left for the product.
  ['max_memory_usage', Math.min(1024 ** 3, Math.floor(totalmem() / 32))],
]);

const ANSWERS: ReadonlySet<string> = new Set(
  `limit offset extremes result_overflow_mode read_overflow_mode
  date_time_output_format session_timezone bool_true_representation bool_false_representation
  join_use_nulls group_by_use_nulls aggregate_functions_null_for_empty transform_null_in cast_keep_nullable data_type_default_nullable
  prefer_column_name_to_alias union_default_mode intersect_default_mode except_default_mode count_distinct_implementation
  joined_subquery_requires_alias any_join_distinct_right_table_keys enable_positional_arguments 
  max_block_size decimal_check_overflow final describe_include_subcolumns describe_compact_output
  show_table_uuid_in_table_create_query_if_not_nil
  output_format_json_quote_64bit_integers output_format_json_quote_64bit_floats output_format_json_quote_denormals
  output_format_json_quote_decimals output_format_json_escape_forward_slashes output_format_json_named_tuples_as_objects
  output_format_json_array_of_rows output_format_json_skip_null_value_in_named_tuples output_format_json_validate_utf8
  output_format_csv_crlf_end_of_line output_format_tsv_crlf_end_of_line format_csv_delimiter format_csv_null_representation
  format_tsv_null_representation output_format_write_statistics output_format_decimal_trailing_zeros
  output_format_arrow_string_as_string output_format_arrow_low_cardinality_as_dictionary output_format_parquet_string_as_string
  output_format_parquet_compression_method output_format_arrow_compression_method output_format_orc_compression_method
  output_format_parquet_version output_format_pretty_max_rows output_format_pretty_color output_format_pretty_row_numbers
  output_format_binary_write_json_as_string output_format_native_write_json_as_string`.split(/\s+/),
);

/** Every setting that has an effect here. */
export const ALLOWED_SETTINGS: ReadonlySet<string> = new Set([...LIMITS.keys(), ...ANSWERS]);

/** What clients send out of habit, and what has no meaning for a question here: the answer is the same without it. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  `readonly async_insert wait_for_async_insert async_insert_deduplicate insert_deduplicate insert_quorum select_sequential_consistency
  log_comment log_queries log_query_threads log_profile_events use_query_cache use_uncompressed_cache priority
  send_logs_level send_timeout receive_timeout connect_timeout http_connection_timeout http_receive_timeout http_send_timeout
  http_max_uri_size network_compression_method use_client_time_zone allow_experimental_analyzer enable_analyzer
  allow_experimental_object_type allow_experimental_json_type allow_experimental_variant_type allow_experimental_dynamic_type
  allow_experimental_nullable_tuple_type enable_json_type enable_variant_type enable_dynamic_type
  max_query_size max_insert_block_size mutations_sync alter_sync lightweight_deletes_sync distributed_ddl_task_timeout
  input_format_null_as_default input_format_skip_unknown_fields date_time_input_format ignore_materialized_views_with_dropped_target_table
  database_replicated_enforce_synchronous_settings input_format_binary_read_json_as_string`.split(/\s+/),
);
