import { type FieldModel, GRAIN_SECONDS, type KindModel } from '../../model/event-model.ts';
import { type RollupTable, rollupTables } from '../../model/tables/tables.ts';
import { LakegateError } from '../../platform/errors.ts';
import { perKind } from '../per-kind.ts';
import { addSteps } from '../time/calendar.ts';
import { parseStep } from '../time/step.ts';
import { timeZone } from '../time/time-zone.ts';
import type { Interval, WindowedRange, Windows } from '../time/windows.ts';

/** What a question needs of a table; nothing else decides. */
export interface PlanRequest {
  readonly kind: KindModel;
  readonly range: WindowedRange;
  /** Grouped by or filtered on. */
  readonly fields: readonly FieldModel[];
  /** Distinct values and quantiles are wanted exactly, which only raw has. */
  readonly exact: boolean;
  /** Quantiles of converted amounts are wanted, which rollups hold before conversion only. */
  readonly convertedQuantiles: boolean;
  readonly nowUs: number;
}

/**
 * Which tables are read, and what of the range from each. The parts touch and do not overlap, so that their rows together are every event of
 * the range once; each lies on whole grains of its table, so that no row of a rollup is cut.
 */
export interface MetricsPlan {
  readonly parts: readonly PlanPart[];
  /** The table that most of the range comes from. */
  readonly table: string;
  readonly reason: string;
  readonly notUsed: readonly { readonly table: string; readonly reason: string }[];
  /** The line of the declaration that would make this question cheap. */
  readonly advice: string | null;
}

export interface PlanPart extends Interval {
  /** Null is raw. */
  readonly rollup: RollupTable | null;
}

export const RAW = 'raw';

/**
 * The smallest tables that give exactly the same answer: from the coarsest rollup that fits whatever whole grains of the range it has, the
 * edges from finer ones, and what is left from raw.
 */
export function planMetrics(request: PlanRequest): MetricsPlan {
  const tables = tablesOfKind(request.kind);
  const judged = tables.map((table) => ({ table, objection: objectionTo(table, request) }));
  const fitting = judged.filter(({ objection }) => objection === null).map(({ table }) => table);
  const parts = tile(ladder(fitting), request.range);
  checkRawIsKept(request, parts);
  const used = new Set(parts.map(({ rollup }) => rollup));
  const table = mainTable(parts);
  return {
    parts,
    table,
    reason: reasonFor(request, parts, tables),
    notUsed: [
      ...judged
        .filter((one) => !used.has(one.table))
        .map((one) => ({ table: one.table.shortName, reason: one.objection ?? reasonUnused(one.table, used) })),
      ...(used.has(null) ? [] : [{ table: RAW, reason: 'a rollup has the same numbers in fewer rows' }]),
    ],
    advice:
      table === RAW
        ? adviceFor(
            request,
            judged.map((one) => one.table),
          )
        : null,
  };
}

const tablesOfKind = perKind(rollupTables);

/** The plan that reads raw alone: what every other plan must agree with. */
export function planRaw(request: PlanRequest): MetricsPlan {
  const parts = [{ rollup: null, fromUs: request.range.fromUs, toUs: request.range.toUs }];
  checkRawIsKept(request, parts);
  return { parts, table: RAW, reason: 'asked for', notUsed: [], advice: null };
}

/** What of the plan reads that part of the range. It begins and ends where windows do, so that no row of a rollup is cut by that. */
export function clippedPlan(plan: MetricsPlan, { fromUs, toUs }: Interval): MetricsPlan {
  const clipped = plan.parts.map((part) => ({
    ...part,
    fromUs: Math.max(part.fromUs, fromUs),
    toUs: Math.min(part.toUs, toUs),
  }));
  return { ...plan, parts: clipped.filter((part) => part.fromUs < part.toUs) };
}

export function tablesOf(plan: MetricsPlan): readonly string[] {
  return [...new Set(plan.parts.map(({ rollup }) => rollup?.shortName ?? RAW))];
}

/**
 * Rollups of seconds keep six hours and drop what is older at some later time. Read up to five hours back, so that nothing is dropped
 * between planning and reading.
 */
const SECONDS_READ_US = 5 * 3600e6;

function objectionTo(table: RollupTable, request: PlanRequest): string | null {
  const missing = request.fields.filter((field) => !table.rollup.by.includes(field));
  if (missing.length > 0) return `does not hold ${missing.map((field) => field.name).join(', ')}`;
  if (request.exact) return 'holds distinct counts and quantiles approximately';
  if (request.convertedQuantiles) return 'holds quantiles of amounts before conversion';
  const grainUs = grainOf(table);
  if (!cutsOnGrains(request.range.windows, grainUs)) return `the windows do not begin on whole ${table.grain} of UTC`;
  if (wholeGrains(request.range, grainUs) === null) return `no whole ${table.grain} of UTC lies in the range`;
  const tooOld = table.grain === '1s' && request.range.fromUs < request.nowUs - SECONDS_READ_US;
  return tooOld ? 'keeps the last hours only' : null;
}

function grainOf(table: RollupTable): number {
  return GRAIN_SECONDS[table.grain] * 1e6;
}

/** Where one window ends and the next begins; the ends of the range are the business of the edges. */
function cutsOnGrains(windows: Windows, grainUs: number): boolean {
  switch (windows.kind) {
    case 'one':
      return true;
    case 'length': {
      const secondUs = windows.firstUs + windows.lengthUs;
      if (windows.count === 1) return true;
      return secondUs % grainUs === 0 && (windows.count === 2 || windows.lengthUs % grainUs === 0);
    }
    case 'calendar':
      return windows.startsUs.slice(1).every((startUs) => startUs % grainUs === 0);
  }
}

function wholeGrains({ fromUs, toUs }: Interval, grainUs: number): Interval | null {
  const inner = { fromUs: Math.ceil(fromUs / grainUs) * grainUs, toUs: Math.floor(toUs / grainUs) * grainUs };
  return inner.fromUs < inner.toUs ? inner : null;
}

/** One table a grain, coarsest first. Of two with one grain the one with fewer rows to expect: fewer unbounded dimensions, then fewer. */
function ladder(tables: readonly RollupTable[]): readonly RollupTable[] {
  const best = new Map<string, RollupTable>();
  for (const table of tables) {
    const known = best.get(table.grain);
    if (known === undefined || compareSize(table, known) < 0) best.set(table.grain, table);
  }
  return [...best.values()].sort((a, b) => GRAIN_SECONDS[b.grain] - GRAIN_SECONDS[a.grain]);
}

function compareSize(a: RollupTable, b: RollupTable): number {
  return highCount(a) - highCount(b) || a.rollup.by.length - b.rollup.by.length;
}

function highCount(table: RollupTable): number {
  return table.rollup.by.filter((field) => field.dimension?.high !== false).length;
}

function tile(tables: readonly RollupTable[], range: Interval): readonly PlanPart[] {
  if (range.fromUs >= range.toUs) return [];
  const [coarsest, ...finer] = tables;
  if (coarsest === undefined) return [{ rollup: null, fromUs: range.fromUs, toUs: range.toUs }];
  const inner = wholeGrains(range, grainOf(coarsest));
  if (inner === null) return tile(finer, range);
  return [
    ...tile(finer, { fromUs: range.fromUs, toUs: inner.fromUs }),
    { rollup: coarsest, ...inner },
    ...tile(finer, { fromUs: inner.toUs, toUs: range.toUs }),
  ];
}

function mainTable(parts: readonly PlanPart[]): string {
  let longest: PlanPart | null = null;
  for (const part of parts) {
    if (longest === null || part.toUs - part.fromUs > longest.toUs - longest.fromUs) longest = part;
  }
  return longest?.rollup?.shortName ?? RAW;
}

function reasonFor(request: PlanRequest, parts: readonly PlanPart[], tables: readonly RollupTable[]): string {
  const names = request.fields.map((field) => field.name).join(', ');
  const holds = names === '' ? 'the measures' : names;
  if (parts.some(({ rollup }) => rollup !== null)) {
    const edges = parts.length === 1 ? '' : '; the edges of the range from finer tables';
    return `the coarsest rollup with ${holds} whose rows the windows do not cut${edges}`;
  }
  if (request.exact) return 'exact distinct counts and quantiles need every event';
  if (request.convertedQuantiles) return 'quantiles of converted amounts need every event';
  return isHeld(request, tables) ? 'the range or its windows cut the rows of every rollup' : `no rollup holds ${holds}`;
}

function isHeld(request: PlanRequest, tables: readonly RollupTable[]): boolean {
  return tables.some((table) => request.fields.every((field) => table.rollup.by.includes(field)));
}

function reasonUnused(table: RollupTable, used: ReadonlySet<RollupTable | null>): string {
  const sameGrain = [...used].some((one) => one?.grain === table.grain);
  return sameGrain
    ? 'another rollup of this grain has fewer dimensions'
    : 'a coarser rollup has the same numbers in fewer rows';
}

/** Only where dimensions are what is missing: no rollup makes a filter on an amount cheap. */
function adviceFor(request: PlanRequest, tables: readonly RollupTable[]): string | null {
  const possible = request.fields.every((field) => request.kind.dimensions.includes(field));
  if (isHeld(request, tables) || request.exact || request.convertedQuantiles || !possible) return null;
  return `@rollup(by: [${request.fields.map((field) => JSON.stringify(field.name)).join(', ')}])`;
}

/** A rollup outlives the raw events it was made from; an edge that raw would have to give is then no longer there. */
function checkRawIsKept(request: PlanRequest, parts: readonly PlanPart[]): void {
  const { keepRaw } = request.kind;
  if (keepRaw === null) return;
  const step = parseStep(keepRaw, 'keepRaw');
  const keptFromUs =
    step.kind === 'length'
      ? request.nowUs - step.lengthUs
      : addSteps(step, request.nowUs / 1000, -1, timeZone('UTC')) * 1000;
  const lost = parts.some(({ rollup, fromUs }) => rollup === null && fromUs < keptFromUs);
  if (!lost) return;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `range: part of this answer needs raw events older than ${keepRaw}, which are not kept. Let the range begin on a whole grain of a rollup (\`every\` does that with \`last\`), and group and filter by its dimensions`,
  });
}
