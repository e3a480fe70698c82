import { resolveRange } from '../analytics/time/resolve-range.ts';
import type { EventModel } from '../model/event-model.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import { encodeVersion, type Version } from '../model/version.ts';
import type { Clock } from '../platform/clock.ts';
import { type LedgerReading, type LedgerSources, readLedger } from '../warehouse/ledger.ts';
import type { QueryLedgerArgs, TimeRange } from './generated/schema-types.ts';

export interface LedgerServices extends LedgerSources {
  readonly clock: Clock;
}

/** `ledger(kind, range)`: of one kind, or of all that are declared. */
export function ledgerResolver(model: EventModel, services: LedgerServices) {
  return async (_parent: unknown, { kind: name, range }: QueryLedgerArgs) => {
    const asked = name === undefined || name === null ? model.kinds : model.kinds.filter(({ kind }) => kind === name);
    const topics = asked.map(({ plural }) => plural);
    const appended = range === undefined || range === null ? null : appendedIn(range, services.clock.nowMs());
    return ledgerShape(topics, await readLedger(services, { topics, appended }));
  };
}

export function ledgerShape(topics: readonly string[], { version, partitions, ...ledger }: LedgerReading) {
  return {
    ...ledger,
    partitions: partitions.map(({ watermarkMs, ...partition }) => ({
      ...partition,
      watermark: timeText(watermarkMs),
    })),
    asOf: {
      version: encodeVersion(version),
      watermark: timeText(leastWatermarkMs(topics, version)),
      tables: ['ledger'],
    },
  };
}

function appendedIn(range: TimeRange, nowMs: number) {
  const { fromUs, toUs } = resolveRange({ range, every: null, timeZone: 'UTC', nowMs });
  return { fromMs: Math.floor(fromUs / 1000), toMs: Math.ceil(toUs / 1000) };
}

/** Of several kinds the one that is furthest behind; none while one of them has none. */
function leastWatermarkMs(topics: readonly string[], { watermarksMs }: Version): number | null {
  const known = topics.map((topic) => watermarksMs.get(topic)).filter((each) => each !== undefined);
  return known.length === topics.length && known.length > 0 ? Math.min(...known) : null;
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : dateTimeText(BigInt(ms) * 1000n);
}
