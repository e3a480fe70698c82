import type { EventModel } from '../event-model.ts';
import { PEOPLE_DATABASE, TENANT_OF_SESSION } from './sql-views.ts';
import { STREAM_TABLES } from './stream-views.ts';
import { rawTable, rollupTables } from './tables.ts';

/**
 * The SQL door of a ClickHouse server: a role, limits and a user for people and their tools, with the rows of one tenant. The server's own access
 * control does what the embedded engine has none for. An administrator reads it, sets the password, and applies it once the product has made its
 * tables; it may be applied again whenever kinds have changed.
 */
export function sqlAccess(model: EventModel): string {
  const ofKinds = model.kinds.flatMap((kind) => [rawTable(kind), ...rollupTables(kind).map(({ table }) => table)]);
  const tables = [...ofKinds, ...STREAM_TABLES];
  const parts = [HEADER, PROFILE, QUOTA, ROLE, ...tables.map(tableAccess), USER];
  return `${parts.join('\n\n')}\n`;
}

const HEADER = `-- What people and their tools may do on this server: read the views in ${PEOPLE_DATABASE}, the rows of one tenant, within limits.
-- Statements may be repeated. For another tenant: another user, with its name in log_comment.`;

const PROFILE = `-- readonly = 2: tools may say how they want their answers, and nothing may be written. CONST: nobody is of another tenant than they are given.
CREATE SETTINGS PROFILE IF NOT EXISTS lakegate_people SETTINGS
  readonly = 2,
  allow_ddl = 0,
  max_execution_time = 60 MIN 1 MAX 60,
  max_memory_usage = 4000000000 MAX 4000000000,
  max_result_rows = 5000000 MIN 1 MAX 5000000,
  max_result_bytes = 1073741824 MIN 1 MAX 1073741824,
  max_concurrent_queries_for_user = 16 CONST,
  do_not_merge_across_partitions_select_final = 1;`;

const QUOTA = `-- A thousand questions or ten minutes of work in each minute, for each user.
CREATE QUOTA IF NOT EXISTS lakegate_people KEYED BY user_name FOR INTERVAL 1 minute MAX queries = 1000, execution_time = 600;`;

const ROLE = `CREATE ROLE IF NOT EXISTS lakegate_people SETTINGS PROFILE 'lakegate_people';
ALTER QUOTA lakegate_people TO lakegate_people;
GRANT SELECT ON ${PEOPLE_DATABASE}.* TO lakegate_people;`;

/** A view asks its table in the name of whoever asks the view. The second policy is for servers on which a policy hides a table from all others. */
function tableAccess(table: string): string {
  return `GRANT SELECT ON lakegate.${table} TO lakegate_people;
CREATE ROW POLICY OR REPLACE lakegate_tenant ON lakegate.${table} FOR SELECT USING _tenant = ${TENANT_OF_SESSION} TO lakegate_people;
CREATE ROW POLICY OR REPLACE lakegate_others ON lakegate.${table} FOR SELECT USING 1 TO ALL EXCEPT lakegate_people;`;
}

const USER = `-- Change the password before anything else.
CREATE USER IF NOT EXISTS people IDENTIFIED WITH sha256_password BY 'change me'
  DEFAULT ROLE lakegate_people
  DEFAULT DATABASE ${PEOPLE_DATABASE}
  SETTINGS PROFILE 'lakegate_people', log_comment = '{"tenant": "default"}' CONST;
GRANT lakegate_people TO people;`;
