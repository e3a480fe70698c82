import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../log/log.ts';
import type { Clock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import { BATCH_LIMITS, type BatchLimits } from '../load/batch.ts';
import { areEmpty } from '../load/check-tables.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { waitUntilQuiet } from '../load/wait-until-quiet.ts';
import { dropScratchTables } from '../mend/scratch-tables.ts';
import type { Warehouse } from '../warehouse.ts';
import { doubtfulSpans } from './doubtful-spans.ts';
import { guardedWarehouse } from './guarded-warehouse.ts';
import type { QueueTables } from './queue-tables.ts';
import { RepeatedBlocks } from './repeated-blocks.ts';
import { StalledQueues } from './stalled-queues.ts';
import { verifyTopic } from './verify-topic.ts';
import { type WarehouseGroups, warehouseGroup } from './warehouse-groups.ts';

/**
 * The loader's part where ClickHouse reads Kafka by itself: it sees to it that every queue table is open, and that none is open whose tables
 * may hold less or more than the log says.
 *
 * An engine that ended in the middle of an insert left some tables with it and some without. Plain Kafka tables then repeat it, cut differently;
 * those with Keeper repeat it exactly, and the engine leaves out what it has; but it writes down what it has before it puts the part in place,
 * so that a kill in between loses rows of one table in silence. So after every start of the engine each queue table is closed, what was loaded
 * since its tables were last known to be right and what may have been in flight is compared with the log and mended, the group is moved behind
 * it, and the queue table is opened again: an insert that was left unfinished is never repeated over mended tables.
 *
 * An engine that goes on repeats one too, where Kafka does not take its commit: frozen for longer than its group waits, or with the coordinator away.
 * That is looked for every two seconds and mended in the same way. And one whose consumer stands still though the log goes on is opened anew.
 */
export function startKafkaLoading(options: KafkaLoadingOptions): KafkaLoading {
  const loading = new Loading(options);
  loading.start();
  return loading;
}

interface KafkaLoadingOptions {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly targets: readonly LoadTarget[];
  readonly queues: QueueTables;
  readonly groups: WarehouseGroups;
  readonly clock: Clock;
  readonly logger: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
  };
  /** Threads of a queue table: as many blocks may be in flight. */
  readonly consumers: number;
  /** Where several processes may do this for one warehouse: only the one whose turn it is does. Not asked for an engine of our own. */
  readonly turn?: { isMine(): boolean };
  /** The engine ends with this process: at its next start nothing must come in before we are there. */
  readonly closeAtStop: boolean;
  /** Default true. False opens what is closed and leaves the rest to the engine: for seeing what the ledger then names. */
  readonly verifies?: boolean;
  readonly limits?: BatchLimits;
  /** How long an open queue table may stand still while the log goes on. Default a minute. */
  readonly stalledMs?: number;
}

export interface KafkaLoading {
  status(): readonly KafkaLoadingStatus[];
  /** What keeps a queue table closed at the moment, for operators; null while all are open. */
  problem(): string | null;
  /** Finishes what it is doing, or gives it up at the deadline: then the next start does it again. */
  stop(deadlineMs: number): Promise<void>;
}

interface KafkaLoadingStatus {
  readonly topic: string;
  readonly isOpen: boolean;
  /** How often tables of it had to be mended since the start of this process. */
  readonly mendings: number;
}

/** A server that was restarted between two pings is noticed by its marks: they are looked for this often. */
const LOOK_EVERY_MS = 2_000;
/** After a failure: the warehouse or Kafka is away, and both come back in seconds. */
const AGAIN_MS = 500;

/** Ten times what a group needs to share out anew, and an insert under load. */
const STALLED_MS = 60_000;

/** A minute: so much more than ten is compared after a crash. */
const REMEMBER_EVERY_MS = 60_000;

class Loading implements KafkaLoading {
  readonly #options: KafkaLoadingOptions;
  readonly #stopped = new AbortController();
  readonly #open = new Set<string>();
  readonly #mendings = new Map<string, number>();
  readonly #repeated: RepeatedBlocks;
  readonly #stalled: StalledQueues;
  /** For verifying and mending: a long one may outlast the turn. */
  readonly #guarded: Warehouse;
  #rememberedAtMs = Number.NEGATIVE_INFINITY;
  #problem: string | null = null;
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: KafkaLoadingOptions) {
    this.#options = options;
    this.#guarded = guardedWarehouse(options.warehouse, () => this.#goOn());
    this.#repeated = new RepeatedBlocks(options.warehouse, options.groups);
    const { log, groups, stalledMs = STALLED_MS } = options;
    this.#stalled = new StalledQueues({ log, groups, patienceMs: stalledMs });
  }

  start(): void {
    const stopListening = this.#options.warehouse.onState(({ state }) => {
      // Whatever was open belongs to an engine that may be another one now.
      if (state !== 'up') this.#open.clear();
      this.#wake.abort();
    });
    this.#running = this.#run().finally(stopListening);
  }

  status(): readonly KafkaLoadingStatus[] {
    return this.#options.targets.map(({ topic }) => ({
      topic,
      isOpen: this.#open.has(topic),
      mendings: this.#mendings.get(topic) ?? 0,
    }));
  }

  problem(): string | null {
    return this.#problem;
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopped.abort();
    const { closeAtStop, queues, targets } = this.#options;
    const ended = this.#running.then(async () => {
      if (closeAtStop) for (const target of targets) await queues.close(target);
    });
    const late = pause(deadlineMs, undefined, { ref: false });
    // An engine that is gone has nothing to close; the next start verifies either way.
    await Promise.race([ended.catch((error: unknown) => this.#failed(error)), late]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const isWell = await this.#settle();
      const waitMs = isWell ? LOOK_EVERY_MS : AGAIN_MS;
      await pause(waitMs, undefined, { signal: AbortSignal.any([signal, this.#wake.signal]) }).catch(() => {});
    }
  }

  async #settle(): Promise<boolean> {
    if (this.#options.warehouse.state().state !== 'up') return false;
    if (!this.#isOurs()) return true;
    try {
      await this.#openAll();
      this.#problem = null;
      return true;
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#failed(error);
      return false;
    }
  }

  async #openAll(): Promise<void> {
    const { queues, targets } = this.#options;
    const openTopics = await queues.openTopics(targets);
    const open = targets.filter(({ topic }) => openTopics.has(topic));
    const doubtful = await this.#doubtful(open);
    for (const { topic } of open) if (!doubtful.has(topic)) this.#open.add(topic);
    await this.#mend(targets.filter(({ topic }) => !openTopics.has(topic) || doubtful.has(topic)));
    if (this.#verifies) await this.#rememberRight();
  }

  /** Those of the open ones that are closed, and opened again when their tables are right. */
  async #doubtful(open: readonly LoadTarget[]): Promise<ReadonlySet<string>> {
    const { logger } = this.#options;
    const repeated = this.#verifies ? await this.#repeated.find(open) : new Set<string>();
    for (const topic of repeated) logger.warn({ topic }, 'the warehouse has read records a second time');
    const stalled = await this.#stalled.find(open);
    for (const topic of stalled)
      logger.warn({ topic }, 'the warehouse has stopped reading though there is more: its queue table is opened anew');
    return new Set([...repeated, ...stalled]);
  }

  async #mend(doubtful: readonly LoadTarget[]): Promise<void> {
    if (doubtful.length === 0) return;
    const failures: unknown[] = [];
    if (this.#verifies) {
      // All of them first: what reads meanwhile only makes more to compare.
      const closed = await this.#each(doubtful, failures, (target) => this.#close(target));
      await dropScratchTables(this.#guarded, closed);
      await waitUntilQuiet(this.#options.warehouse);
      await this.#each(closed, failures, async (target) => {
        await this.#verify(target);
        await this.#reopen(target);
      });
      this.#rememberedAtMs = Number.NEGATIVE_INFINITY;
    } else {
      await this.#each(doubtful, failures, (target) => this.#reopen(target));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** One that fails holds up none of the others. Gives back those of which it came true. */
  async #each(
    targets: readonly LoadTarget[],
    failures: unknown[],
    step: (target: LoadTarget) => Promise<void>,
  ): Promise<readonly LoadTarget[]> {
    const done: LoadTarget[] = [];
    for (const target of targets) {
      try {
        await step(target);
        done.push(target);
      } catch (error) {
        this.#goOn();
        if (this.#options.warehouse.state().state !== 'up') throw error;
        failures.push(error);
      }
    }
    return done;
  }

  /** All are open and none has repeated anything: should the engine end in an unknown way, nothing from long before is in doubt. */
  async #rememberRight(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#rememberedAtMs < REMEMBER_EVERY_MS) return;
    this.#goOn();
    await this.#options.queues.rememberRight();
    this.#rememberedAtMs = nowMs;
  }

  get #verifies(): boolean {
    return this.#options.verifies ?? true;
  }

  #isOurs(): boolean {
    return this.#options.turn?.isMine() ?? true;
  }

  /** Before each step that changes something: who lost the turn meanwhile leaves the rest to the other, who begins anew. */
  #goOn(): void {
    this.#stopped.signal.throwIfAborted();
    if (!this.#isOurs()) throw new Error('another process loads by now');
  }

  async #close(target: LoadTarget): Promise<void> {
    this.#goOn();
    this.#open.delete(target.topic);
    await this.#options.queues.close(target);
  }

  async #reopen(target: LoadTarget): Promise<void> {
    this.#goOn();
    await this.#options.queues.open(target);
    this.#open.add(target.topic);
    this.#options.logger.info({ topic: target.topic }, 'the warehouse reads from Kafka');
  }

  async #verify(target: LoadTarget): Promise<void> {
    this.#goOn();
    const { log, groups, clock, consumers, limits = BATCH_LIMITS, logger } = this.#options;
    const warehouse = this.#guarded;
    const { topic } = target;
    const group = warehouseGroup(topic);
    if (await areEmpty(warehouse, target)) {
      const ends = await log.ends(topic);
      return groups.moveTo(group, topic, new Map(ends.map(({ partition, first }) => [partition, first])));
    }
    const committed = await groups.nextOffsets(group, topic);
    const spans = await doubtfulSpans({ log, warehouse, committed, consumers }, target);
    const context = { log, warehouse, limits, nowMs: clock.nowMs(), signal: this.#stopped.signal };
    const mended = await verifyTopic(context, target, spans);
    if (mended.length > 0) {
      this.#mendings.set(topic, (this.#mendings.get(topic) ?? 0) + 1);
      logger.warn({ topic, tables: mended }, 'tables differed from the log and were mended');
    }
    this.#goOn();
    await groups.moveTo(group, topic, new Map(spans.inFlight.map(({ partition, next }) => [partition, next])));
  }

  #failed(error: unknown): void {
    const reason = messageOf(error);
    this.#problem = reason;
    this.#options.logger.warn({ err: error }, 'the queue tables could not be opened; it is tried again');
  }
}
