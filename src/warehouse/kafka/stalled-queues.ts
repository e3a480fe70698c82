import type { Log } from '../../log/log.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { type WarehouseGroups, warehouseGroup } from './warehouse-groups.ts';

/**
 * Sees that an open queue table does not read though there is something to read. A consumer inside ClickHouse can wait for ever, for a broker or
 * for a sharing-out that is long over, and looks alive to everybody else. All there is to see is that its group stands still.
 */
export class StalledQueues {
  readonly #options: StalledQueuesOptions;
  readonly #topics = new Map<string, WatchedTopic>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: StalledQueuesOptions) {
    this.#options = options;
  }

  /**
   * Those of the open topics that stand still. Who is named begins anew, with twice the patience until it has caught up: what opening it again
   * does not help is not opened again and again.
   */
  async find(open: readonly LoadTarget[]): Promise<ReadonlySet<string>> {
    const topics = open.map(({ topic }) => topic);
    for (const topic of this.#topics.keys()) if (!topics.includes(topic)) this.#topics.delete(topic);
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < this.#options.patienceMs / LOOKS_PER_PATIENCE) return new Set();
    this.#lookedAtMs = nowMs;
    const found = await Promise.all(topics.map(async (topic) => ({ topic, stands: await this.#stands(topic, nowMs) })));
    return new Set(found.filter(({ stands }) => stands).map(({ topic }) => topic));
  }

  async #stands(topic: string, nowMs: number): Promise<boolean> {
    const { patienceMs, standing } = this.#topics.get(topic) ?? this.#unwatched();
    const behind = await this.#behind(topic);
    const still = [...behind].map(([partition, next]) => {
      const before = standing.get(partition);
      return [partition, before?.next === next ? before : { next, sinceMs: nowMs }] as const;
    });
    if (still.some(([, { sinceMs }]) => nowMs - sinceMs >= patienceMs)) {
      this.#topics.set(topic, { patienceMs: Math.min(2 * patienceMs, PATIENCE_MS_MAX), standing: new Map() });
      return true;
    }
    const hasCaughtUp = still.length === 0;
    this.#topics.set(topic, hasCaughtUp ? this.#unwatched() : { patienceMs, standing: new Map(still) });
    return false;
  }

  /** By partition the next offset its group will take, where the log has more. Empty while Kafka cannot be asked: nobody reads then. */
  async #behind(topic: string): Promise<ReadonlyMap<number, bigint>> {
    const { log, groups } = this.#options;
    try {
      const committed = await groups.nextOffsets(warehouseGroup(topic), topic);
      const ends = await log.ends(topic);
      const places = ends.map(({ partition, first, next }) => ({
        partition,
        next,
        at: committed.get(partition) ?? first,
      }));
      return new Map(places.filter(({ at, next }) => at < next).map(({ partition, at }) => [partition, at]));
    } catch {
      return new Map();
    }
  }

  #unwatched(): WatchedTopic {
    return { patienceMs: this.#options.patienceMs, standing: new Map() };
  }
}

interface StalledQueuesOptions {
  readonly log: Pick<Log, 'ends'>;
  readonly groups: Pick<WarehouseGroups, 'nextOffsets'>;
  /** How long a partition that has more may stand still. */
  readonly patienceMs: number;
}

interface WatchedTopic {
  readonly patienceMs: number;
  /** Partitions of which there is more to read: where each stands, and since when. */
  readonly standing: ReadonlyMap<number, { readonly next: bigint; readonly sinceMs: number }>;
}

/** Two small questions a topic each time. */
const LOOKS_PER_PATIENCE = 10;
const PATIENCE_MS_MAX = 600_000;
