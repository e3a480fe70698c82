import { encodeVersion } from '../../model/version.ts';
import type { Progress, ReadScope } from '../../warehouse/progress.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { ratesNow } from '../rates-now.ts';
import { begunWindowCount, type RangeQuestion, resolveRange } from '../time/resolve-range.ts';
import type { Interval } from '../time/windows.ts';

/**
 * All that a whole answer stands on, as plain JSON: it is the answer to the same operation for exactly as long as every line of this says
 * the same. Nothing in it is a guess about time: what moves with it is asked again.
 */
export interface OperationStamp {
  readonly reads: readonly {
    readonly topics: readonly string[];
    readonly scope?: ReadScope | undefined;
    readonly identity: string;
  }[];
  /** Rates that were converted with: they lie beside the log. */
  readonly rates: readonly { readonly to: string; readonly state: string }[];
  /** Ranges as they were said, and what that meant. Those that lie in the past and name both their ends mean it for ever. */
  readonly ranges: readonly { readonly said: SaidRange; readonly meant: string; readonly moves: boolean }[];
  /** Versions that the answer tells (`asOf`), watermark and all. */
  readonly versions: readonly { readonly topic: string; readonly version: string }[];
  /** `final` of the windows of a kind: true and false as they were while its watermark is in here. */
  readonly finals: readonly {
    readonly topic: string;
    readonly fromUs: number | null;
    readonly beforeUs: number | null;
  }[];
}

export type SaidRange = Omit<RangeQuestion, 'nowMs'>;

export interface StampSources {
  readonly progress: Progress;
  readonly warehouse: Warehouse;
}

/** Cheap lines first; only rates ask the warehouse. */
export async function stillStands(
  stamp: OperationStamp,
  asked: { readonly tenant: string; readonly nowMs: number },
  { progress, warehouse }: StampSources,
): Promise<boolean> {
  if (stamp.ranges.some(({ said, meant, moves }) => moves && rangeMeans(said, asked.nowMs) !== meant)) return false;
  for (const { topics, scope, identity } of stamp.reads) {
    const now = await progress.identityNow(topics, scope);
    if (now?.identity !== identity) return false;
  }
  for (const { to, state } of stamp.rates) {
    if ((await ratesNow(warehouse)({ tenant: asked.tenant, to })) !== state) return false;
  }
  // Last, and at once: nothing is awaited between these and the answer.
  return (
    stamp.versions.every(({ topic, version }) => encodeVersion(progress.version([topic])) === version) &&
    stamp.finals.every((final) => isWithin(final, progress))
  );
}

/** The range as it is understood now, and how many of its windows have begun: `fill` and cohorts go as far as that. */
export function rangeMeans(said: SaidRange, nowMs: number): string {
  const range = resolveRange({ ...said, nowMs });
  return `${range.fromUs} ${range.toUs} ${begunWindowCount(range)}`;
}

/** Whether the clock may make something else of it: of `from` and `to` it can, as long as windows of it have not begun. */
export function rangeMoves({ range }: SaidRange, meant: string, nowMs: number): boolean {
  const isFixed = range.from != null && range.to != null && intervalMeant(meant).toUs <= nowMs * 1000;
  return !isFixed;
}

/** Which time that is about. */
export function intervalMeant(meant: string): Interval {
  const [fromUs = 0, toUs = 0] = meant.split(' ').map(Number);
  return { fromUs, toUs };
}

function isWithin({ topic, fromUs, beforeUs }: OperationStamp['finals'][number], progress: Progress): boolean {
  const watermarkUs = (progress.version([topic]).watermarksMs.get(topic) ?? 0) * 1000;
  return (fromUs === null || watermarkUs >= fromUs) && (beforeUs === null || watermarkUs < beforeUs);
}
