import type { EventModel, KindModel, WhereTree } from '../../model/event-model.ts';
import type { SpecFault } from '../../model/jobs/job-desk.ts';
import type { JobSpec, PatternSpec, WindowSpec } from '../../model/jobs/job-spec.ts';
import { enumName } from '../../model/names.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { parseDurationMs } from '../../platform/duration.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { JobInput as GeneratedJobInput } from '../generated/schema-types.ts';

/** As it comes: GraphQL has filled in the defaults. */
export type JobInput = GeneratedJobInput & Required<Pick<GeneratedJobInput, 'allowedLateness' | 'late' | 'mode'>>;

/** The entry of a kind in JobSource, as every kind's is. */
interface SourceInput {
  readonly where?: WhereTree | null;
  readonly key: string;
  readonly measures?: readonly string[] | null;
  readonly pattern?: PatternInput | null;
}

interface PatternInput {
  readonly steps: readonly {
    readonly name: string;
    readonly contiguity: PatternSpec['steps'][number]['contiguity'];
    readonly where?: WhereTree | null;
    readonly times: number;
    readonly orMore: boolean;
  }[];
  readonly within: string;
  readonly afterMatch: PatternSpec['afterMatch'];
}

/** What `submitJob` was given as a spec with nothing left open, and everything in it that cannot be read; it is left at nothing there. Null: not even of which kind it is. */
export function readJobSpec(model: EventModel, tenant: string, input: JobInput): ReadSpec {
  const reader = new SpecReader();
  return { spec: reader.spec(model, tenant, input), faults: reader.faults };
}

export interface ReadSpec {
  readonly spec: JobSpec | null;
  readonly faults: readonly SpecFault[];
}

/** Collects what is wrong, so that everything is told at once. */
class SpecReader {
  readonly faults: SpecFault[] = [];

  spec(model: EventModel, tenant: string, input: JobInput): JobSpec | null {
    if (!NAME.test(input.name)) {
      this.#fault(
        ['name'],
        `expected 1 to 63 small letters, digits and hyphens that begin with a letter, got ${input.name}`,
      );
    }
    const [named] = Object.entries(input.source);
    const kind = model.kinds.find(({ singular }) => singular === named?.[0]);
    if (named === undefined || kind === undefined) return this.#fault(['source'], 'expected exactly one kind');
    const source = named[1] as SourceInput;
    const path = ['source', kind.singular];
    return {
      name: input.name,
      tenant,
      source: {
        topic: kind.plural,
        where: this.#where(kind, source.where, [...path, 'where']),
        keyField: this.#keyField(kind, source.key),
      },
      shape: this.#shape(kind, source, input, path),
      allowedLatenessMs: this.#length(input.allowedLateness, ['allowedLateness']),
      late: input.late,
      mode: input.mode,
      parallelism: this.#parallelism(input.parallelism ?? null),
      sinks: {
        topic: this.#topic(input.sinks?.topic ?? null),
        webhook: input.sinks?.webhook ?? null,
      },
    };
  }

  #parallelism(threads: number | null): number | null {
    if (threads !== null && (threads < 1 || threads > THREADS_MAX)) {
      this.#fault(['parallelism'], `expected 1 to ${THREADS_MAX} threads, got ${threads}`);
    }
    return threads;
  }

  #shape(kind: KindModel, source: SourceInput, { window }: JobInput, path: readonly string[]): JobSpec['shape'] {
    const { pattern, measures } = source;
    if (pattern !== null && pattern !== undefined) {
      if (window !== null && window !== undefined) {
        this.#fault(['window'], 'expected a window or a pattern, got both');
      }
      if (measures !== null && measures !== undefined) {
        this.#fault([...path, 'measures'], 'expected none with a pattern: a match is what it gives');
      }
      return { kind: 'pattern', pattern: this.#pattern(kind, pattern, [...path, 'pattern']) };
    }
    const named = (measures ?? []).flatMap((name) => kind.measures.filter(({ enumName }) => enumName === name));
    if (named.length === 0)
      this.#fault([...path, 'measures'], 'expected what to measure in each window, COUNT for instance');
    const isThere = window !== null && window !== undefined;
    if (!isThere) this.#fault(['window'], `expected a window, or a pattern in source.${kind.singular}`);
    const read = isThere ? this.#window(window) : NO_WINDOW;
    return { kind: 'window', window: read, measures: [...new Set(named.map(({ name }) => name))] };
  }

  #window({ tumbling, sliding, session }: NonNullable<JobInput['window']>): WindowSpec {
    if (tumbling)
      return { kind: 'tumbling', sizeMs: this.#lengthOfSome(tumbling.size, ['window', 'tumbling', 'size']) };
    if (session) return { kind: 'session', gapMs: this.#lengthOfSome(session.gap, ['window', 'session', 'gap']) };
    return {
      kind: 'sliding',
      sizeMs: this.#lengthOfSome(sliding?.size ?? '', ['window', 'sliding', 'size']),
      slideMs: this.#lengthOfSome(sliding?.slide ?? '', ['window', 'sliding', 'slide']),
    };
  }

  #pattern(kind: KindModel, { steps, within, afterMatch }: PatternInput, path: readonly string[]): PatternSpec {
    return {
      steps: steps.map(({ name, contiguity, where, times, orMore }, index) => ({
        name,
        contiguity,
        where: this.#where(kind, where, [...path, 'steps', String(index), 'where']),
        times,
        orMore,
      })),
      withinMs: this.#lengthOfSome(within, [...path, 'within']),
      afterMatch,
    };
  }

  /** The enum of dimensions is made from the kind, so that no other name can come here. */
  #keyField(kind: KindModel, key: string): string {
    return kind.dimensions.find(({ name }) => enumName(name) === key)?.name ?? kind.keyField;
  }

  #where(kind: KindModel, where: WhereTree | null | undefined, path: readonly string[]): WhereTree | null {
    if (where === null || where === undefined) return null;
    try {
      return normaliseWhere(kind, where);
    } catch (error) {
      if (!(error instanceof LakegateError)) throw error;
      return this.#fault(path, error.message);
    }
  }

  /** Where nothing takes no time. */
  #lengthOfSome(text: string, path: readonly string[]): number {
    const ms = this.#length(text, path);
    if (ZERO.test(text)) this.#fault(path, `expected a length of more than 0, such as 10s, 5m, 6h or 1d, got ${text}`);
    return ms;
  }

  /** A length whatever the calendar says: a day is 24 hours here. */
  #length(text: string, path: readonly string[]): number {
    const ms = parseDurationMs(text);
    if (ms === null) this.#fault(path, `expected a length such as 10s, 5m, 6h or 1d, got ${text}`);
    return ms ?? 0;
  }

  #topic(topic: string | null): string | null {
    if (topic === null || TOPIC.test(topic)) return topic;
    return this.#fault(
      ['sinks', 'topic'],
      `expected a topic that begins with "out.", in letters, digits, dots and hyphens, got ${topic}`,
    );
  }

  #fault(field: readonly string[], message: string): null {
    this.faults.push({ field, message });
    return null;
  }
}

/** As many as there can be partitions. */
const THREADS_MAX = 64;

const NO_WINDOW: WindowSpec = { kind: 'tumbling', sizeMs: 0 };

/** Of a duration that has a length. */
const ZERO = /^0+(?:ms|s|m|h|d|w)$/;

/** Names the job in topics of Kafka too, where 249 characters are all there are. */
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
/** With a prefix of its own, so that no job can write where the product, or another job's kind, is read from. */
const TOPIC = /^out\.[A-Za-z0-9.-]{1,100}$/;
