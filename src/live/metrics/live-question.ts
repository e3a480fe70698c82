import { randomBytes } from 'node:crypto';
import { answerMetrics, isFinal } from '../../analytics/metrics/answer-metrics.ts';
import { readMetricsQuestion } from '../../analytics/metrics/metrics-question.ts';
import { ratesNow } from '../../analytics/rates-now.ts';
import type { ReadSources, ReadStamp } from '../../analytics/read-through.ts';
import type { SaidRange } from '../../analytics/standing/operation-stamp.ts';
import type { Version } from '../../model/version.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import { noMoment } from '../../warehouse/progress-fault.ts';
import { type Place, Waiting } from '../place.ts';
import { AnswerState } from './answer-state.ts';
import { DueTime } from './due-time.ts';
import type { LiveMetricsAsked } from './live-metrics.ts';
import { liveMeaning, liveNowMs, nextMoveMs } from './live-range.ts';
import { encodeMetricsCursor, type MetricsCursor } from './metrics-cursor.ts';
import type { MetricsUpdate } from './metrics-update.ts';

interface LiveQuestionOptions {
  /** The same for the same question as it was said, in every process. */
  readonly name: bigint;
  readonly asked: Omit<LiveMetricsAsked, 'after'>;
  readonly sources: LiveSources;
  /** Somebody began to read. */
  readonly onDue: () => void;
}

/** What live questions are answered from. */
export interface LiveSources extends ReadSources {
  readonly clock: Clock;
  /** How long a reader waits for a first answer that cannot be had, before being told why. */
  readonly waitDeadlineMs: number;
  /** Ids of rows that went, kept for each question. */
  readonly goneMax: number;
}

/**
 * One question that goes on, and all its readers. It says itself when it is due; whoever runs questions sees to it that one is not evaluated twice at
 * the same time. While nobody reads it is not evaluated, but keeps its state for who comes back.
 */
export class LiveQuestion {
  readonly #options: LiveQuestionOptions;
  readonly #said: SaidRange;
  readonly #epoch = randomBytes(8).readBigUInt64BE();
  readonly #state: AnswerState;
  readonly #due: DueTime;
  readonly #waiting = new Waiting();
  #readerCount = 0;
  #stopWatching: (() => void) | null = null;
  /** The state was right a moment ago: it is given out. */
  #isCurrent = false;
  #isRunning = false;
  #idleSinceMs: number;
  #stood: Stood | null = null;
  #failure: LakegateError | null = null;
  #ended: { readonly error: unknown } | null = null;

  constructor(options: LiveQuestionOptions) {
    const { name, asked, sources } = options;
    const { range, every, timeZone } = asked.args;
    this.#options = options;
    this.#said = { range, every: every ?? null, timeZone: timeZone ?? 'UTC' };
    this.#due = new DueTime(asked.throttleMs);
    this.#idleSinceMs = sources.clock.nowMs();
    this.#state = new AnswerState({
      cursorAt: (sequence) => encodeMetricsCursor({ question: name, epoch: this.#epoch, sequence }),
      finals: asked.finals,
      isFinal: (endUs, version) => isFinal(endUs, asked.kind, version),
      goneMax: sources.goneMax,
    });
  }

  get topic(): string {
    return this.#options.asked.kind.plural;
  }

  get tenant(): string {
    return this.#options.asked.tenant;
  }

  get readerCount(): number {
    return this.#readerCount;
  }

  get bytes(): number {
    return this.#state.bytes;
  }

  get hasEnded(): boolean {
    return this.#ended !== null;
  }

  /** Since when nobody reads; null while somebody does. */
  get idleSinceMs(): number | null {
    return this.#readerCount === 0 && !this.#isRunning ? this.#idleSinceMs : null;
  }

  /** When it wants to be evaluated: never while nobody reads, and never twice at once. */
  dueAtMs(nowMs: number): number {
    const isWanted = this.#readerCount > 0 && !this.#isRunning && this.#ended === null;
    return isWanted ? this.#due.atMs(nowMs) : Number.POSITIVE_INFINITY;
  }

  /** The version of its topic moved. */
  advanced(): void {
    this.#due.behind();
  }

  /** The warehouse is back: what failed need not wait any longer. */
  tryAgain(): void {
    if (this.#failure !== null) this.#due.atOnce();
  }

  /** A reader, behind what the cursor says it has. */
  join(after: MetricsCursor | null): Place<MetricsUpdate> {
    const reader: Reader = {
      had: after !== null && after.epoch === this.#epoch ? after.sequence : null,
      hasTaken: false,
      joinedAtMs: this.#options.sources.clock.nowMs(),
    };
    if (this.#readerCount++ === 0) this.#begin();
    return {
      take: () => this.#take(reader),
      wait: (wake) => this.#waiting.wait(wake),
      leave: () => this.#leave(),
    };
  }

  /** Never rejects: what went wrong is told to readers. */
  async evaluate(): Promise<void> {
    const { clock } = this.#options.sources;
    this.#isRunning = true;
    try {
      const isChanged = await this.#read(clock.nowMs());
      this.#due.succeeded(clock.nowMs());
      const isAwaited = !this.#isCurrent || this.#failure !== null;
      this.#isCurrent = true;
      this.#failure = null;
      if (isChanged || isAwaited) this.#waiting.wakeAll();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isRunning = false;
      this.#idleSinceMs = clock.nowMs();
    }
  }

  /** Every reader is told why there is no more of it. */
  end(error: unknown): void {
    this.#ended ??= { error };
    this.#waiting.wakeAll();
  }

  /** Nothing is wanted for its readers any more; they are where they are. */
  stop(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  /**
   * What is there may be old by now: it is given out when it was looked at again, or was so only just. Who comes and goes again and again has
   * nothing evaluated more often than who stays.
   */
  #begin(): void {
    this.#isCurrent &&= this.#due.rests(this.#options.sources.clock.nowMs());
    this.#due.behind();
    this.#stopWatching = this.#options.sources.progress.watch([this.topic]);
    this.#options.onDue();
  }

  #leave(): void {
    if (--this.#readerCount > 0) return;
    this.#idleSinceMs = this.#options.sources.clock.nowMs();
    this.stop();
  }

  #take(reader: Reader): MetricsUpdate | null {
    if (this.#ended !== null) throw this.#ended.error;
    // While it fails who has something keeps that; who came meanwhile is not given what is older every second.
    const isGiven = this.#isCurrent && (reader.hasTaken || this.#failure === null);
    if (!isGiven) {
      const waitedMs = this.#options.sources.clock.nowMs() - reader.joinedAtMs;
      if (this.#failure === null || reader.hasTaken || waitedMs < this.#options.sources.waitDeadlineMs) return null;
      throw this.#failure;
    }
    const update = this.#state.updateFrom(reader.had);
    if (update === null) return null;
    reader.had = this.#state.sequence;
    reader.hasTaken = true;
    return update;
  }

  /** Whether the answer has changed. */
  async #read(nowMs: number): Promise<boolean> {
    const { asked, sources } = this.#options;
    const meant = liveMeaning(this.#said, nowMs);
    this.#due.began(nowMs, nextMoveMs(this.#said, nowMs));
    const version = await this.#versionIfSame(meant);
    if (version !== null) return this.#state.goOn(version);
    // Else every question would wait its turn to wait for the warehouse, and who asks now would not be told before all others were.
    if (sources.warehouse.state().state === 'down') throw noMoment([this.topic], false);
    const question = readMetricsQuestion(asked.kind, asked.args, asked.select, {
      tenant: asked.tenant,
      nowMs: liveNowMs(this.#said, nowMs),
    });
    const { answer, ...stamp } = await answerMetrics(question, sources);
    this.#stood = { meant, stamp };
    return this.#state.become(answer, stamp.version);
  }

  /** Where range, data and rates are what the state was made of: what it stands on now. No event is read for that. */
  async #versionIfSame(meant: string): Promise<Version | null> {
    const { asked, sources } = this.#options;
    if (this.#stood === null || this.#stood.meant !== meant) return null;
    const { topics, scope, identity, rates } = this.#stood.stamp;
    const now = await sources.progress.identityNow(topics, scope);
    if (now?.identity !== identity) return null;
    if (rates === null) return now.version;
    const state = await ratesNow(sources.warehouse)({ tenant: asked.tenant, to: rates.to });
    return state === rates.state ? now.version : null;
  }

  /** What passes is tried again, at longer and longer intervals; readers keep what they have. Everything else ends the question. */
  #failed(error: unknown): void {
    if (this.#options.sources.signal?.aborted) return;
    if (!(error instanceof LakegateError) || !error.retryable) {
      this.end(error);
      return;
    }
    this.#failure = error;
    this.#due.failed(this.#options.sources.clock.nowMs());
    // Some may have waited long enough for a first message.
    this.#waiting.wakeAll();
  }
}

interface Reader {
  had: number | null;
  hasTaken: boolean;
  readonly joinedAtMs: number;
}

interface Stood {
  readonly meant: string;
  readonly stamp: ReadStamp;
}
