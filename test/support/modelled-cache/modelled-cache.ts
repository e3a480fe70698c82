import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import {
  type AnsweredMetrics,
  answerMetrics,
  type MetricsAnswer,
} from '../../../src/analytics/metrics/answer-metrics.ts';
import type { MetricsQuestion } from '../../../src/analytics/metrics/metrics-question.ts';
import { planMetrics } from '../../../src/analytics/metrics/plan-metrics.ts';
import { type Scan, warehouseScan } from '../../../src/analytics/metrics/scan-metrics.ts';
import type { ReadSources } from '../../../src/analytics/read-through.ts';
import { OperationReads } from '../../../src/analytics/standing/operation-reads.ts';
import { type OperationStamp, stillStands } from '../../../src/analytics/standing/operation-stamp.ts';
import { type CacheDesk, type CacheTarget, createCacheDesk } from '../../../src/cache/cache-desk.ts';
import type { CacheStore } from '../../../src/cache/cache-store.ts';
import { createKeptAnswers, nameOf } from '../../../src/cache/kept-answers.ts';
import { createOperationCache, type OperationCache } from '../../../src/cache/operation-cache.ts';
import { createResultCache, type ResultCache } from '../../../src/cache/result-cache.ts';
import type { KindModel } from '../../../src/model/event-model.ts';
import type { Version } from '../../../src/model/version.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { LakegateError } from '../../../src/platform/errors.ts';
import { saidRange } from '../../../src/resolvers/said-range.ts';
import { type Rate, setRates } from '../../../src/warehouse/rates.ts';
import type { Warehouse } from '../../../src/warehouse/warehouse.ts';
import type { Payment } from '../asked-kind.ts';
import { bruteForce, ratesNeeded } from '../brute-force-metrics.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../payment-loads.ts';
import { type Asked, readAsked } from './some-questions.ts';

/**
 * The cache beside a model that has none: a list of payments and a table of rates, looked at one by one. Whatever is asked here is compared with
 * what the model says of the version that the answer states.
 */
export class ModelledCache {
  readonly loads: PaymentLoads;
  readonly results: ResultCache;
  readonly desk: CacheDesk;
  readonly tenant: string;
  readonly seen: Seen = { ...NOTHING_SEEN };
  nowMs: number;
  readonly #options: ModelledCacheOptions;
  readonly #operations: OperationCache<OperationStamp>;
  readonly #rates = new Map<string, string>();
  #ratesSet = 0;
  readonly #lastExpected = new Map<Asked, { readonly state: string; readonly answer: unknown }>();
  readonly #makePayment: ReturnType<typeof paymentMaker>;
  readonly #scan: Scan;
  #meanwhile: Happening = NOTHING;

  constructor(options: ModelledCacheOptions) {
    const { warehouse, kind, tenant, store, entriesMax, seed, nowMs } = options;
    this.#options = options;
    this.tenant = tenant;
    this.nowMs = nowMs;
    this.loads = paymentLoads(warehouse, kind, tenant);
    this.#makePayment = paymentMaker(seed);
    const bounds = { bytesMax: 4 * 1024 * 1024, entriesMax, lifeMs: 86_400_000 };
    const kept = (space: string) => createKeptAnswers({ store, space, clock: systemClock, ...bounds });
    this.results = createResultCache(kept('r'));
    this.#operations = createOperationCache(kept('o'));
    this.desk = createCacheDesk({ results: this.results, operations: this.#operations });
    const scan = warehouseScan(warehouse, planMetrics);
    this.#scan = async (each) => {
      const { when, happens } = this.#takeMeanwhile();
      if (when === 'before the statement') await happens();
      const [scanned] = await Promise.all([scan(each), when === 'beside it' ? happens() : null]);
      if (when === 'after it') await happens();
      return scanned;
    };
  }

  /** One question. */
  async ask(asked: Asked): Promise<AnsweredMetrics> {
    const { seen } = this;
    const [atLeast, nowMs] = [this.#visible(), this.nowMs];
    const answered = await this.#answer(asked, nowMs);
    const { answer, version, outcome } = answered;
    this.#check({ asked, answer, visible: countIn(this.#options.kind, version), atLeast, nowMs, outcome });
    const found = outcome === 'hit' ? 'hits' : 'misses';
    seen[found]++;
    if (asked.selection.previous !== null) seen[`${found} of compared`]++;
    if (asked.args.convertTo !== null) seen[`${found} of converted`]++;
    const { segments, segmentsReused } = answer.explain;
    if (outcome === 'miss' && segments > 1) {
      seen.slices += segments;
      seen['slices reused'] += segmentsReused;
    }
    return answered;
  }

  /** Several questions that are one operation: kept whole, with the stamp of what it stands on. */
  async askWhole(operation: Operation): Promise<void> {
    const { kind, tenant } = this.#options;
    const name = nameOf(tenant, operation.name);
    const [atLeast, nowMs] = [this.#visible(), this.nowMs];
    const kept = await this.#operations.find(name, (stamp) => this.#stands(stamp));
    if (kept !== null) {
      // It stands now: so it must be what would be answered now.
      const visible = this.#visible();
      for (const [index, answer] of (JSON.parse(kept.body) as readonly MetricsAnswer[]).entries()) {
        const asked = operation.questions[index] ?? missing();
        this.#check({ asked, answer, visible, atLeast, nowMs, outcome: 'whole hit' });
      }
      this.seen['whole hits']++;
      return;
    }
    const answers = await this.#executeWhole(operation);
    for (const [index, { answer, version, outcome }] of answers.entries()) {
      const asked = operation.questions[index] ?? missing();
      this.#check({ asked, answer, visible: countIn(kind, version), atLeast, nowMs, outcome: `whole, ${outcome}` });
    }
    this.seen['whole misses']++;
  }

  /**
   * Lets something happen in the middle of `read`: when it is known what there is to be read, and before what came back is looked at. True if it
   * did; what was answered without a statement had no middle.
   */
  async meanwhile(read: () => Promise<unknown>, happening: Happening): Promise<boolean> {
    this.#meanwhile = happening;
    await read();
    return this.#takeMeanwhile() === NOTHING;
  }

  async write(count: number, fromMs: number, toMs = this.nowMs): Promise<void> {
    await this.loads.load(Array.from({ length: count }, () => this.#makePayment(fromMs, toMs)));
  }

  async setRates(days: readonly string[], random: (below: number) => number): Promise<void> {
    const { warehouse, tenant } = this.#options;
    const set = days.map((day) => ({ from: 'USD', to: 'EUR', day, rate: `${random(3)}.${random(1000) + 1}1` }));
    await setRates(warehouse, tenant, set);
    for (const { from, to, day, rate } of set) this.#rates.set(`${from} ${to} ${day}`, rate);
    this.#ratesSet++;
  }

  get evictions(): number {
    return this.results.counters().evictions + this.#operations.counters().evictions;
  }

  /** Everything that is meant is made anew. */
  refresh(target: CacheTarget): Promise<void> {
    return untilThereIsTime(() => this.desk.refresh(this.tenant, target, () => {}, new AbortController().signal));
  }

  #answer(asked: Asked, nowMs: number): Promise<AnsweredMetrics> {
    const { kind, tenant } = this.#options;
    const question = readAsked(kind, asked, { tenant, nowMs });
    return untilThereIsTime(() => answerMetrics(question, this.#sources, { scan: this.#scan }));
  }

  /** As the resolvers write down what is read, and the gateway keeps it. */
  async #executeWhole(operation: Operation): Promise<readonly AnsweredMetrics[]> {
    const { kind, tenant } = this.#options;
    const nowMs = this.nowMs;
    const reads = new OperationReads();
    const answers = await Promise.all(
      operation.questions.map(async (asked) => {
        reads.range(saidRange(asked.args), nowMs);
        const answered = await this.#answer(asked, nowMs);
        reads.read(answered);
        if (operation.tellsVersion) reads.told(kind.plural, answered.version);
        return answered;
      }),
    );
    reads.whole();
    const stamp = reads.stamp();
    if (stamp !== null && (await this.#stands(stamp))) {
      const body = JSON.stringify(answers.map(({ answer }) => answer));
      await this.#operations.keep(nameOf(tenant, operation.name), { headers: {}, body }, stamp, {
        tenant,
        topics: [kind.plural],
        question: operation.name,
        range: '',
        version: reads.version,
        from: reads.entries,
        recompute: async () => void (await this.#executeWhole(operation)),
        heldBytes: 0,
      });
    }
    return answers;
  }

  #stands(stamp: OperationStamp): Promise<boolean> {
    return stillStands(stamp, { tenant: this.#options.tenant, nowMs: this.nowMs }, this.#sources);
  }

  get #sources(): ReadSources {
    return { warehouse: this.#options.warehouse, progress: this.loads.progress, cache: this.results };
  }

  #takeMeanwhile(): Happening {
    const happening = this.#meanwhile;
    this.#meanwhile = NOTHING;
    return happening;
  }

  /** How many payments everybody sees now. */
  #visible(): number {
    return countIn(this.#options.kind, this.loads.progress.version());
  }

  #check({ asked, answer, visible, atLeast, nowMs, outcome }: Checked): void {
    const context = () => JSON.stringify({ outcome, visible, nowMs, ...asked });
    expect(visible, context()).toBeGreaterThanOrEqual(atLeast);
    const expected = this.#expected(asked, visible, nowMs);
    const { total, hasMore, rates } = answer;
    const told = { rows: answer.rows.map(withoutId), total, hasMore, rates };
    // The quick look first: thousands of rows are compared in every step.
    if (!isDeepStrictEqual(told, expected)) expect(told, context()).toEqual(expected);
    this.seen.checked++;
  }

  /** What the model says; once for as long as nothing has changed. */
  #expected(asked: Asked, visible: number, nowMs: number): unknown {
    const { kind, tenant } = this.#options;
    const state = `${visible} ${this.#ratesSet} ${nowMs}`;
    const known = this.#lastExpected.get(asked);
    if (known?.state === state) return known.answer;
    const question = readAsked(kind, asked, { tenant, nowMs });
    const payments = this.loads.payments.slice(0, visible);
    const answer = plain({
      ...bruteForce(question, payments, this.#rates),
      rates: this.#ratesUsed(question, payments),
    });
    this.#lastExpected.set(asked, { state, answer });
    return answer;
  }

  /** By day, then by currency. */
  #ratesUsed(question: MetricsQuestion, payments: readonly Payment[]): readonly Rate[] {
    if (!question.select.rates) return [];
    const used = [...ratesNeeded(question, payments)].map((key): Rate => {
      const [from = '', to = '', day = ''] = key.split(' ');
      return { from, to, day, rate: this.#rates.get(key) ?? '' };
    });
    return used.sort((a, b) => (`${a.day} ${a.from}` < `${b.day} ${b.from}` ? -1 : 1));
  }
}

export interface ModelledCacheOptions {
  readonly warehouse: Warehouse;
  readonly kind: KindModel;
  /** Nobody else's: several of these can stand on one warehouse. */
  readonly tenant: string;
  readonly store: CacheStore;
  readonly entriesMax: number;
  readonly seed: number;
  readonly nowMs: number;
}

/** Of the first statement of a read. */
export interface Happening {
  readonly when: (typeof MOMENTS)[number];
  readonly happens: () => Promise<void>;
}

export const MOMENTS = ['before the statement', 'beside it', 'after it'] as const;

const NOTHING: Happening = { when: 'after it', happens: async () => {} };

export interface Operation {
  readonly name: string;
  readonly questions: readonly Asked[];
  /** One that does not is kept for as long as its rows stand. */
  readonly tellsVersion: boolean;
}

const NOTHING_SEEN = {
  checked: 0,
  hits: 0,
  misses: 0,
  'hits of compared': 0,
  'misses of compared': 0,
  'hits of converted': 0,
  'misses of converted': 0,
  slices: 0,
  'slices reused': 0,
  'whole hits': 0,
  'whole misses': 0,
};
type Seen = { -readonly [Figure in keyof typeof NOTHING_SEEN]: number };

interface Checked {
  readonly asked: Asked;
  readonly answer: MetricsAnswer;
  /** How many payments the answer says that it was computed from. */
  readonly visible: number;
  /** How many were visible when it was asked for. */
  readonly atLeast: number;
  readonly nowMs: number;
  readonly outcome: string;
}

/** They lie in one partition from 0 on. */
export function countIn(kind: KindModel, version: Version): number {
  return Number(version.offsets.get(kind.plural)?.get(0) ?? -1n) + 1;
}

function withoutId<Row extends { readonly id: unknown }>({ id: _, ...row }: Row): Omit<Row, 'id'> {
  return row;
}

/** As JSON gives it back. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** As whoever is told that there is too much to do asks again: on a busy machine an answer may take longer than it is waited for. */
async function untilThereIsTime<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LakegateError) || error.code !== 'OVERLOADED') throw error;
    }
  }
}

function missing(): never {
  throw new Error('expected as many questions as answers');
}
