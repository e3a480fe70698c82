import type { KindModel } from '../../src/model/event-model.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';

/** Events of any kind, as the loader hands them over: one insert into the queue, which fills every table. */
export async function loadEvents(
  warehouse: Warehouse,
  kind: KindModel,
  events: readonly Readonly<Record<string, unknown>>[],
  tenant = 'default',
): Promise<void> {
  const lines = events.map((event, index) => {
    const { [kind.timeField]: time, ...fields } = event;
    const timeMs = Date.parse(String(time));
    const head = {
      _partition: 0,
      _offset: index,
      _tenant: tenant,
      _time: timeMs * 1000,
      _receivedAt: timeMs,
      _watermark: 0,
    };
    const composite = kind.idFields.length > 1 ? { _id: kind.idFields.map((name) => event[name]).join('/') } : {};
    return JSON.stringify({ ...head, ...composite, ...fields });
  });
  await warehouse.insert(`${DATABASE}.${kind.plural}_queue`, Buffer.from(lines.join('\n')), {
    format: 'JSONEachRow',
    settings: {},
  });
}
