import { EMPTY_VERSION, encodeVersion, type Version } from '../../model/version.ts';
import type { ReadAnswer, ReadStamp } from '../read-through.ts';
import { type OperationStamp, rangeMeans, rangeMoves, type SaidRange } from './operation-stamp.ts';

/** A question's answer as it is written down: what it stands on, and of one that may be kept, what became of it in the cache. */
export type RecordedRead = ReadStamp & Partial<Pick<ReadAnswer<unknown>, 'outcome' | 'entry'>>;

/**
 * What one operation reads, written down while it is executed. A whole answer is kept only by this evidence: a field that reads anything
 * that is not written down here says so, and then nothing is kept.
 */
export class OperationReads {
  /** Of each question: what became of it in the cache. */
  readonly outcomes: ('hit' | 'miss')[] = [];
  readonly #identities = new Map<string, OperationStamp['reads'][number]>();
  readonly #rates = new Map<string, string>();
  readonly #ranges = new Map<string, { readonly said: SaidRange; readonly nowMs: number }>();
  readonly #versions = new Map<string, string>();
  readonly #finals = new Map<string, { fromUs: number | null; beforeUs: number | null }>();
  readonly #entries = new Set<string>();
  #version = EMPTY_VERSION;
  #cannotBeKept = false;
  #isWhole = false;

  /** A read of one state of the data. Two states in one answer, and it is of none: it is given out and not kept. */
  read(stamp: RecordedRead): void {
    const { topics, scope, identity, rates, outcome, entry } = stamp;
    if (outcome !== undefined) this.outcomes.push(outcome);
    if (entry !== undefined) this.#entries.add(entry);
    const name = JSON.stringify([topics, scope]);
    const known = this.#identities.get(name);
    if (known !== undefined && known.identity !== identity) this.unrecorded();
    this.#identities.set(name, { topics, scope, identity });
    this.#version = merged(this.#version, stamp.version);
    if (rates === null) return;
    if ((this.#rates.get(rates.to) ?? rates.state) !== rates.state) this.unrecorded();
    this.#rates.set(rates.to, rates.state);
  }

  /** `now` was used for nothing but to understand this range. */
  range(said: SaidRange, nowMs: number): void {
    this.#ranges.set(JSON.stringify(said), { said, nowMs });
  }

  /** The answer tells this version, or something of it. One that tells two stands on neither. */
  told(topic: string, version: Version): void {
    const text = encodeVersion(only(topic, version));
    if ((this.#versions.get(topic) ?? text) !== text) this.unrecorded();
    this.#versions.set(topic, text);
  }

  /** The answer says whether the window that ends here is final. */
  final(topic: string, endUs: number, isFinal: boolean): void {
    const span = this.#finals.get(topic) ?? { fromUs: null, beforeUs: null };
    if (isFinal) span.fromUs = Math.max(span.fromUs ?? endUs, endUs);
    else span.beforeUs = Math.min(span.beforeUs ?? endUs, endUs);
    this.#finals.set(topic, span);
  }

  /** Something was read that is not written down. */
  unrecorded(outcome?: 'hit'): void {
    if (outcome !== undefined) this.outcomes.push(outcome);
    this.#cannotBeKept = true;
  }

  /** The operation was a query, and all of it was answered. */
  whole(): void {
    this.#isWhole = true;
  }

  /** The names of the kept answers that this one is put together from. */
  get entries(): readonly string[] {
    return [...this.#entries];
  }

  /** What the answer was computed from, of all kinds that were read. */
  get version(): string {
    return encodeVersion(this.#version);
  }

  /** All that was read is written down, and the answer is one of a whole query. */
  get canBeKept(): boolean {
    return this.#isWhole && !this.#cannotBeKept;
  }

  /** Null: the answer must not be kept. */
  stamp(): OperationStamp | null {
    if (!this.canBeKept) return null;
    return {
      reads: [...this.#identities.values()],
      rates: [...this.#rates].map(([to, state]) => ({ to, state })),
      ranges: [...this.#ranges.values()].map(({ said, nowMs }) => stampOf(said, nowMs)),
      versions: [...this.#versions].map(([topic, version]) => ({ topic, version })),
      finals: [...this.#finals].map(([topic, span]) => ({ topic, ...span })),
    };
  }
}

function stampOf(said: SaidRange, nowMs: number): OperationStamp['ranges'][number] {
  const meant = rangeMeans(said, nowMs);
  return { said, meant, moves: rangeMoves(said, meant, nowMs) };
}

function merged(a: Version, b: Version): Version {
  return {
    offsets: new Map([...a.offsets, ...b.offsets]),
    watermarksMs: new Map([...a.watermarksMs, ...b.watermarksMs]),
  };
}

function only(topic: string, { offsets, watermarksMs }: Version): Version {
  const own = offsets.get(topic);
  const watermarkMs = watermarksMs.get(topic);
  return {
    offsets: new Map(own === undefined ? [] : [[topic, own]]),
    watermarksMs: new Map(watermarkMs === undefined ? [] : [[topic, watermarkMs]]),
  };
}
