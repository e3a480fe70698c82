import type { LoadTarget } from '../load/load-target.ts';
import { LEDGER_TABLE } from '../mend/mend-ledger.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { LATELY_MINUTES } from './doubtful-spans.ts';
import { KNOWN_RIGHT } from './queue-tables.ts';
import { type WarehouseGroups, warehouseGroup } from './warehouse-groups.ts';

/**
 * Sees that an engine has read a block twice without having ended: it had inserted it, and its group would not take the commit, because the engine
 * was silent for too long or the coordinator was away. Then the ledger has two rows for the same offsets.
 *
 * A block that comes again begins where the group stood, so what must be looked at is what lies behind the place where it stood at the look
 * before: a few rows.
 */
export class RepeatedBlocks {
  readonly #warehouse: Warehouse;
  readonly #groups: Pick<WarehouseGroups, 'nextOffsets'>;
  readonly #committed = new Map<string, ReadonlyMap<number, bigint>>();

  constructor(warehouse: Warehouse, groups: Pick<WarehouseGroups, 'nextOffsets'>) {
    this.#warehouse = warehouse;
    this.#groups = groups;
  }

  /** Those of the topics in which something came twice since the last look; at the first, since their tables were last known to be right. */
  async find(targets: readonly LoadTarget[]): Promise<ReadonlySet<string>> {
    const looks = await Promise.all(targets.map(({ topic }) => this.#look(topic)));
    const known = looks.filter((look) => look !== null);
    if (known.length === 0) return new Set();
    const { rows } = await this.#warehouse.query<{ topic: string }>(
      `SELECT DISTINCT topic FROM (
         SELECT topic, firstOffset, max(lastOffset) OVER before AS lastBefore, count() OVER before AS rowsBefore
         FROM ${DATABASE}.${LEDGER_TABLE} WHERE ${known.map(({ where }) => `(${where})`).join(' OR ')}
         WINDOW before AS
           (PARTITION BY topic, _partition ORDER BY firstOffset, lastOffset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
       ) WHERE rowsBefore > 0 AND firstOffset <= lastBefore`,
      { pool: 'load' },
    );
    for (const { topic, committed } of known) this.#committed.set(topic, committed);
    return new Set(rows.map(({ topic }) => topic));
  }

  /** Null while Kafka cannot be asked: nothing is read then either. */
  async #look(topic: string): Promise<Look | null> {
    const before = this.#committed.get(topic);
    try {
      const committed = await this.#groups.nextOffsets(warehouseGroup(topic), topic);
      return { topic, committed, where: before === undefined ? sinceRight(topic) : behind(topic, before) };
    } catch {
      return null;
    }
  }
}

interface Look {
  readonly topic: string;
  /** Asked for before the ledger is. */
  readonly committed: ReadonlyMap<number, bigint>;
  readonly where: string;
}

function behind(topic: string, committed: ReadonlyMap<number, bigint>): string {
  const partitions = [...committed].map(
    ([partition, next]) => `(_partition = ${partition} AND firstOffset >= ${next})`,
  );
  // A group that has committed nothing of a partition begins it anew.
  const others = committed.size === 0 ? '1' : `_partition NOT IN (${[...committed.keys()].join(', ')})`;
  return `topic = '${topic}' AND (${[...partitions, others].join(' OR ')})`;
}

function sinceRight(topic: string): string {
  const right = `(SELECT max(at) FROM ${KNOWN_RIGHT} WHERE topic = '${topic}')`;
  return `topic = '${topic}' AND loadedAt >= ${right} - INTERVAL ${LATELY_MINUTES} MINUTE`;
}
