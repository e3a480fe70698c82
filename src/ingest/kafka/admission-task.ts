import type { ClaimChange, ClaimStore, KeptClaim } from '../../log/claim-store.ts';
import type { StoredRecord } from '../../log/log.ts';
import type { PartitionTask, StoredHeadedRecord, Transaction } from '../../log/partition-work.ts';
import { PartitionWatermark } from '../../model/partition-watermark.ts';
import { claimsTopic, inTopic, WATERMARKS_TOPIC } from '../../model/topics.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { EventDesk } from '../event-desk.ts';
import type { AdmissionCounts } from './admission-counts.ts';
import { encodeFloor, type FloorBoard, floorKey } from './floor-board.ts';
import { FloorSchedule, type ToldFloor } from './floor-schedule.ts';
import { judgeStep } from './judge-step.ts';
import {
  decodeChange,
  decodeState,
  encodeChange,
  type PartitionChange,
  type PartitionState,
} from './partition-state.ts';
import { encodePlace, type StoredPlace } from './stored-place.ts';
import { type Appending, appendAll, consequencesOf } from './write-step.ts';

interface AdmissionTaskOptions {
  readonly desk: EventDesk;
  readonly partition: number;
  readonly partitions: number;
  readonly verdictPartitions: number;
  readonly store: ClaimStore;
  /** The whole of the partition's changelog, as far as it is committed. */
  readonly changelog: () => AsyncIterable<readonly StoredRecord[]>;
  /** What the store was noted with, or where a partition that nobody has worked on begins. */
  readonly state: PartitionState;
  readonly clock: Clock;
  readonly floors: FloorBoard;
  readonly counts: AdmissionCounts;
  readonly logger: Logger;
}

/**
 * The judge of one partition of `<plural>.in`. A step is one transaction:
 *
 *   judge ─► append to <plural> ─► (offsets are known) ─► append claims and state, verdicts, what was refused, seen again or misplaced, a floor
 *
 * What it decides follows from its state and the input alone. The state changes when the step is committed, and not before.
 */
export class AdmissionTask implements PartitionTask {
  readonly #options: AdmissionTaskOptions;
  readonly #schedule: FloorSchedule;
  #state: PartitionState;
  #draft: Draft | null = null;
  /** Durable, and not yet in the store, because its disk failed: until it is there, nobody can be told whether an id is new. */
  #unkept: ClaimChange | null = null;
  #storeIsDamaged = false;
  /** Of the changelog, after what is committed. */
  #changelogNext: bigint;

  constructor(options: AdmissionTaskOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#changelogNext = options.store.completeTo;
    this.#schedule = new FloorSchedule(options.desk.kind.plural, options.partition, options.clock.nowMs());
  }

  restoreFrom(): bigint {
    return this.#options.store.completeTo;
  }

  async restore(records: readonly StoredRecord[]): Promise<void> {
    const last = await this.#keepChanges(records);
    if (last === null) return;
    this.#state = decodeState(last.value);
    this.#changelogNext = last.offset + 1n;
  }

  inputFrom(): bigint {
    // Restoring may have taken long, and what came meanwhile was not looked at.
    this.#schedule.sawInput(this.#options.clock.nowMs());
    return this.#state.inputNext;
  }

  wantsStep(): boolean {
    return (
      this.#unkept !== null ||
      this.#dueFloor(new PartitionWatermark(this.#state.watermark), this.#state.outputNext) !== null
    );
  }

  async step(records: readonly StoredHeadedRecord[], transaction: Transaction): Promise<void> {
    const { desk, partition, partitions, clock, verdictPartitions } = this.#options;
    const { kind } = desk;
    if (this.#storeIsDamaged) await this.#readAgain();
    await this.#keepUnkept();
    const nowMs = clock.nowMs();
    if (records.length > 0) this.#schedule.sawInput(nowMs);
    const state = this.#state;
    const judged = judgeStep(
      { desk, input: inTopic(kind), partition, partitions, state, findClaim: this.#find },
      records,
    );
    const count = judged.admitted.length;
    const firstOffset =
      count === 0 ? state.outputNext : await transaction.append(kind.plural, partition, judged.admitted);
    const outputNext = firstOffset + BigInt(count);
    const floor = this.#dueFloor(judged.watermark, outputNext);
    const change: PartitionChange = {
      firstOffset,
      claims: judged.claims,
      state: {
        inputNext: (records.at(-1)?.offset ?? state.inputNext - 1n) + 1n,
        sequenceNext: state.sequenceNext + BigInt(count),
        outputNext,
        watermark: judged.watermark.state,
      },
    };
    const value = encodeChange(change);
    const settled = { kind, partition, firstOffset, outcomes: judged.outcomes };
    const [offset] = await Promise.all([
      transaction.append(claimsTopic(kind), partition, [{ key: String(partition), timeMs: nowMs, value }]),
      appendAll(transaction, [...consequencesOf(settled, verdictPartitions), ...telling(floor)]),
    ]);
    this.#draft = { change, changelog: { offset, value }, nowMs, floor, outcomes: judged.outcomes };
  }

  async committed(): Promise<void> {
    const draft = this.#draft;
    if (draft === null) return;
    this.#draft = null;
    this.#state = draft.change.state;
    this.#changelogNext = draft.changelog.offset + 1n;
    if (draft.floor !== null) this.#schedule.wasTold(draft.floor);
    this.#options.counts.add(draft.outcomes);
    this.#unkept = claimChange([draft.change], draft.changelog, draft.nowMs);
    // Where this fails, the next step does, and is tried again as every step is.
    await this.#keepUnkept().catch((error: unknown) => {
      this.#options.logger.warn(
        { error, partition: this.#options.partition },
        'claims cannot be kept on disk; tried again',
      );
    });
  }

  rolledBack(): void {
    this.#draft = null;
  }

  async close(): Promise<void> {
    await this.#options.store.close();
  }

  readonly #find = (claimKey: string): KeptClaim | null => {
    try {
      return this.#options.store.find(claimKey);
    } catch (error) {
      this.#storeIsDamaged = true;
      throw error;
    }
  };

  /** The claims on disk are a copy: a damaged one is made again, and the step that met it is tried again then. */
  async #readAgain(): Promise<void> {
    const { store, changelog, clock } = this.#options;
    await store.clear(clock.nowMs());
    for await (const records of changelog()) await this.#keepChanges(records);
    // What was committed a moment ago may not be there for readers yet.
    if (store.completeTo < this.#changelogNext) throw new Error('the changelog cannot be read to its end yet');
    this.#unkept = null;
    this.#storeIsDamaged = false;
  }

  async #keepChanges(records: readonly StoredRecord[]): Promise<StoredRecord | null> {
    const last = records.at(-1) ?? null;
    if (last === null) return null;
    const changes = records.map(({ value }) => decodeChange(value));
    await this.#options.store.keep(claimChange(changes, last, last.appendedAtMs));
    return last;
  }

  async #keepUnkept(): Promise<void> {
    if (this.#unkept === null) return;
    await this.#options.store.keep(this.#unkept);
    this.#unkept = null;
  }

  #dueFloor(watermark: PartitionWatermark, outputNext: bigint): ToldFloor | null {
    const { desk, partition, floors, clock } = this.#options;
    const others = floors.others(desk.kind.plural, partition);
    return this.#schedule.due(watermark, outputNext, others, clock.nowMs());
  }
}

/** What the step that is not yet known to be durable would change. */
interface Draft {
  readonly change: PartitionChange;
  readonly changelog: StoredPlace;
  readonly nowMs: number;
  readonly floor: ToldFloor | null;
  readonly outcomes: ReturnType<typeof judgeStep>['outcomes'];
}

function claimChange(changes: readonly PartitionChange[], last: StoredPlace, atMs: number): ClaimChange {
  const claims = changes.flatMap(({ firstOffset, claims: ofStep }) =>
    // Written out: a spread here costs a microsecond for each event.
    ofStep.map(({ claimKey, fingerprint }, place) => ({ claimKey, fingerprint, offset: firstOffset + BigInt(place) })),
  );
  return { claims, atMs, completeTo: last.offset + 1n, note: encodePlace(last) };
}

function telling(floor: ToldFloor | null): readonly Appending[] {
  if (floor === null) return [];
  const { record, atMs } = floor;
  return [
    {
      topic: WATERMARKS_TOPIC,
      partition: 0,
      records: [{ key: floorKey(record), timeMs: atMs, value: encodeFloor(record) }],
    },
  ];
}
