import { planMetrics } from '../analytics/plan-metrics.ts';
import { type Scan, warehouseScan } from '../analytics/scan-metrics.ts';
import { sharedScan } from '../analytics/shared-scan.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { AskContext } from './ask-context.ts';

/** All metrics of one request are read together, as far as they can be. */
export function operationScan(context: AskContext, warehouse: Warehouse): Scan {
  const known = scans.get(context);
  if (known !== undefined) return known;
  const scan = sharedScan(warehouseScan(warehouse, planMetrics));
  scans.set(context, scan);
  return scan;
}

const scans = new WeakMap<AskContext, Scan>();
