import { TENANT_DEFAULT } from '../../model/record-format.ts';
import type { SupervisedEngine } from '../../warehouse/engine/supervised-engine.ts';
import { openSqlDoor as openDoor, type SqlDoor } from '../../warehouse/sql-door/sql-door.ts';
import type { StartContext } from './pipeline.ts';

/** SQL for people, where the engine is our own and this process answers requests. Null where it is not: a server has users of its own. */
export async function openSqlDoor(context: StartContext, engine: SupervisedEngine | null): Promise<SqlDoor | null> {
  const { host, sqlPort, roles, stopDeadlineMs } = context.config;
  if (engine === null || sqlPort === 'off' || !roles.has('gateway')) return null;
  return context.lifecycle.start(
    'SQL door',
    // While nobody is asked for credentials everybody is of one tenant.
    () => openDoor({ endpoint: engine, host, port: sqlPort, logger: context.logger, tenantOf: () => TENANT_DEFAULT }),
    (door) => door.close(stopDeadlineMs / 2),
  );
}
