import { createHash } from 'node:crypto';
import {
  badRequest,
  type MetricsArguments,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../analytics/metrics/metrics-question.ts';
import { saidQuestion } from '../../analytics/recent-answers.ts';
import type { KindModel } from '../../model/event-model.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Place } from '../place.ts';
import { LiveQuestion, type LiveSources } from './live-question.ts';
import { decodeMetricsCursor } from './metrics-cursor.ts';
import type { MetricsUpdate } from './metrics-update.ts';

/** Every live question there is, one for all who ask the same. */
export interface LiveMetrics {
  /** A place at the question: behind `after`, or before a snapshot. What no evaluation could answer is refused at once. */
  open(asked: LiveMetricsAsked): Place<MetricsUpdate>;
  figures(): LiveFigures;
  /** Nothing is evaluated any more, and what is under way is told to end. */
  stop(): Promise<void>;
}

export interface LiveMetricsAsked {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly args: MetricsArguments;
  readonly select: MetricsSelection;
  /** Whether the reader looks at `final`: then a window that becomes final has changed. */
  readonly finals: boolean;
  readonly throttleMs: number;
  readonly after: string | null;
}

export interface LiveFigures {
  readonly questions: number;
  readonly readers: number;
  /** Of all answers that are held, about. */
  readonly bytes: number;
  /** Evaluations that are under way. */
  readonly running: number;
  /** That began since the start. */
  readonly evaluations: number;
}

export interface LiveLimits {
  /** Evaluated at the same time; the others wait their turn: the tenant first who has the fewest under way, and of his the longest due. */
  readonly evaluationsMax: number;
  /** How long a question that nobody reads is kept for who comes back. */
  readonly keptMs: number;
  readonly questionsMax: number;
  readonly questionsOfTenantMax: number;
  readonly bytesMax: number;
  readonly goneMax: number;
}

/**
 * The engine answers a few questions at once as fast as one after the other, and others ask it too. A reconnect takes seconds, a laptop that
 * was shut for a moment a minute. Most questions hold some 50 rows of 700 bytes: all of them together some 70 MB.
 */
const LIMITS: LiveLimits = {
  evaluationsMax: 4,
  keptMs: 60_000,
  questionsMax: 2000,
  questionsOfTenantMax: 1000,
  bytesMax: 256 * 1024 * 1024,
  goneMax: 10_000,
};

export function openLiveMetrics(sources: Omit<LiveSources, 'goneMax'>, limits: Partial<LiveLimits> = {}): LiveMetrics {
  return new LiveQuestions(sources, { ...LIMITS, ...limits });
}

class LiveQuestions implements LiveMetrics {
  readonly #sources: LiveSources;
  readonly #limits: LiveLimits;
  readonly #questions = new Map<string, LiveQuestion>();
  /** With whose question it is. */
  readonly #running = new Map<Promise<void>, string>();
  readonly #stopping = new AbortController();
  readonly #stopListening: readonly (() => void)[];
  #evaluations = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sources: Omit<LiveSources, 'goneMax'>, limits: LiveLimits) {
    this.#sources = { ...sources, signal: this.#stopping.signal, goneMax: limits.goneMax };
    this.#limits = limits;
    this.#stopListening = [
      sources.progress.onAdvance((topic) => this.#advanced(topic)),
      sources.warehouse.onState(({ state }) => state === 'up' && this.#tryAgain()),
    ];
  }

  open(asked: LiveMetricsAsked): Place<MetricsUpdate> {
    const { tenant, kind, args, select, finals, throttleMs, after } = asked;
    const question = readMetricsQuestion(kind, args, select, { tenant, nowMs: this.#sources.clock.nowMs() });
    const said = saidQuestion(question, args.range);
    const name = createHash('sha256').update(said).digest().readBigUInt64BE();
    const cursor = after === null ? null : decodeMetricsCursor(after);
    if (cursor !== null && cursor.question !== name) {
      throw badRequest(
        'after: expected a cursor of this question, got one of another: ask what it was given for, or leave it out',
      );
    }
    const key = JSON.stringify([said, throttleMs, finals]);
    const live = this.#questions.get(key) ?? this.#begin(key, name, asked);
    return live.join(cursor);
  }

  figures(): LiveFigures {
    const questions = [...this.#questions.values()];
    return {
      questions: questions.length,
      readers: questions.reduce((count, { readerCount }) => count + readerCount, 0),
      bytes: this.#bytes(),
      running: this.#running.size,
      evaluations: this.#evaluations,
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const stopListening of this.#stopListening) stopListening();
    clearTimeout(this.#timer);
    for (const question of this.#questions.values()) question.stop();
    await Promise.all(this.#running.keys());
  }

  #begin(key: string, name: bigint, asked: LiveMetricsAsked): LiveQuestion {
    this.#makeRoom(asked.tenant);
    const question = new LiveQuestion({ name, asked, sources: this.#sources, onDue: () => this.#turn() });
    this.#questions.set(key, question);
    return question;
  }

  #advanced(topic: string): void {
    for (const question of this.#questions.values()) if (question.topic === topic) question.advanced();
    this.#turn();
  }

  #tryAgain(): void {
    for (const question of this.#questions.values()) question.tryAgain();
    this.#turn();
  }

  /** Evaluates what is due, and comes again when the next one is. */
  #turn(): void {
    clearTimeout(this.#timer);
    if (this.#stopping.signal.aborted) return;
    this.#forget();
    const nowMs = this.#sources.clock.nowMs();
    const due = [...this.#questions.values()].filter((question) => question.dueAtMs(nowMs) <= nowMs);
    due.sort((a, b) => a.dueAtMs(nowMs) - b.dueAtMs(nowMs));
    while (this.#running.size < this.#limits.evaluationsMax) {
      const next = this.#fairest(due);
      if (next === null) break;
      due.splice(due.indexOf(next), 1);
      this.#evaluate(next);
    }
    if (this.#questions.size > 0) this.#timer = setTimeout(() => this.#turn(), TURN_MS).unref();
  }

  /** Of the tenant who has the fewest under way the first: thousands of one tenant do not keep another waiting. Null: none is left. */
  #fairest(due: readonly LiveQuestion[]): LiveQuestion | null {
    const running = new Map<string, number>();
    for (const tenant of this.#running.values()) running.set(tenant, (running.get(tenant) ?? 0) + 1);
    let fairest: LiveQuestion | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const question of due) {
      const count = running.get(question.tenant) ?? 0;
      if (count < fewest) [fairest, fewest] = [question, count];
      if (fewest === 0) break;
    }
    return fairest;
  }

  #evaluate(question: LiveQuestion): void {
    this.#evaluations++;
    const evaluation = question.evaluate().then(() => {
      this.#running.delete(evaluation);
      if (this.#bytes() > this.#limits.bytesMax) this.#shrink(question);
      this.#turn();
    });
    this.#running.set(evaluation, question.tenant);
  }

  /** What ended, and what nobody came back to. */
  #forget(): void {
    const beforeMs = this.#sources.clock.nowMs() - this.#limits.keptMs;
    for (const [key, { hasEnded, idleSinceMs }] of this.#questions) {
      if (hasEnded || (idleSinceMs !== null && idleSinceMs < beforeMs)) this.#questions.delete(key);
    }
  }

  #makeRoom(tenant: string): void {
    const { questionsMax, questionsOfTenantMax, bytesMax } = this.#limits;
    const ofTenant = [...this.#questions.values()].filter((each) => each.tenant === tenant).length;
    // Who has his share has to let go of one of his own.
    if (ofTenant >= questionsOfTenantMax && !this.#forgetIdle(tenant)) throw tooMany();
    const isFull = () => this.#questions.size >= questionsMax || this.#bytes() > bytesMax;
    while (isFull()) if (!this.#forgetIdle()) throw tooMany();
  }

  /** Whoever grew last has to go where nothing else can: the others have what they were promised. */
  #shrink(grown: LiveQuestion): void {
    while (this.#bytes() > this.#limits.bytesMax) {
      if (this.#forgetIdle()) continue;
      grown.end(tooMany());
      return;
    }
  }

  /** The one that was read longest ago, of all or of one tenant. False: all are read. */
  #forgetIdle(tenant: string | null = null): boolean {
    let oldest: { readonly key: string; readonly sinceMs: number } | null = null;
    for (const [key, { idleSinceMs, tenant: whose }] of this.#questions) {
      if (tenant !== null && tenant !== whose) continue;
      if (idleSinceMs !== null && idleSinceMs < (oldest?.sinceMs ?? Number.POSITIVE_INFINITY)) {
        oldest = { key, sinceMs: idleSinceMs };
      }
    }
    return oldest !== null && this.#questions.delete(oldest.key);
  }

  #bytes(): number {
    let bytes = 0;
    for (const question of this.#questions.values()) bytes += question.bytes;
    return bytes;
  }
}

/** What became due meanwhile is seen so soon; what a load or a reader brings about is seen at once. */
const TURN_MS = 25;

function tooMany(): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: 'There are as many live questions as this server holds: try again, or ask for fewer rows.',
    retryAfterMs: 5000,
  });
}
