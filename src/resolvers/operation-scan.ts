import { planMetrics } from '../analytics/metrics/plan-metrics.ts';
import { type Scan, warehouseScan } from '../analytics/metrics/scan-metrics.ts';
import { sharedScan } from '../analytics/metrics/shared-scan.ts';
import { inTurns } from '../analytics/read-through.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { perRequest } from './per-request.ts';
import { requestTurns } from './request-sources.ts';

/** All metrics of one request are read together, as far as they can be. */
export const operationScan = perRequest(
  (context, warehouse: Warehouse): Scan =>
    sharedScan(warehouseScan(inTurns(warehouse, requestTurns(context)), planMetrics)),
);
