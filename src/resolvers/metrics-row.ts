import { measureNamed } from '../analytics/metrics/metrics-question.ts';
import { ratePer, relativeChange } from '../analytics/metrics/row-figures.ts';
import type { Measures, MetricsRow } from '../analytics/metrics/scan-metrics.ts';
import type { KindModel } from '../model/event-model.ts';
import type { Version } from '../model/version.ts';
import type { AskContext } from './ask-context.ts';
import { final } from './final.ts';

/** A row as GraphQL has it, the same in an answer and in an update. */
export function metricsRow(
  kind: KindModel,
  row: MetricsRow,
  version: Version,
  context: Pick<AskContext, 'reads'>,
): MetricsRowView {
  return Object.assign(new MetricsRowView(kind, row, version, context), row.group, row.measures);
}

/** What takes arguments, or is written down when it is asked for, is a method: there are thousands of rows, and few of them are asked for that. */
class MetricsRowView {
  readonly id: string;
  /** Microseconds, as the scalar writes them. */
  readonly start: number;
  readonly end: number;
  /** Every late event is a revision of the windows it falls into, whichever load brought it. */
  readonly revision: number;
  readonly lateCount: number;
  readonly others: boolean;
  readonly previous: Measures | null;
  readonly #kind: KindModel;
  readonly #row: MetricsRow;
  readonly #version: Version;
  readonly #context: Pick<AskContext, 'reads'>;

  constructor(kind: KindModel, row: MetricsRow, version: Version, context: Pick<AskContext, 'reads'>) {
    this.id = row.id;
    this.start = row.startUs;
    this.end = row.endUs;
    this.revision = row.lateCount;
    this.lateCount = row.lateCount;
    this.others = row.others;
    this.previous = row.previous;
    this.#kind = kind;
    this.#row = row;
    this.#version = version;
    this.#context = context;
  }

  final(): boolean {
    return final(this.#context, this.#kind, this.#version, this.end)();
  }

  rate({ of, per }: { readonly of: string; readonly per: string }) {
    return ratePer(this.#row.measures[this.#measure(of)], this.#row, per);
  }

  share({ of }: { readonly of: string }) {
    return this.#row.shares[this.#measure(of)];
  }

  running({ of }: { readonly of: string }) {
    return this.#row.running[this.#measure(of)];
  }

  change({ of }: { readonly of: string }) {
    const { measures, previous } = this.#row;
    const name = this.#measure(of);
    return previous === null ? null : relativeChange(measures[name], previous[name]);
  }

  #measure(of: string): string {
    return measureNamed(this.#kind, of).name;
  }
}
