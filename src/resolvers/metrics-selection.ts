import {
  type MetricsArguments,
  type MetricsSelection,
  measureNamed,
  notGrouped,
} from '../analytics/metrics/metrics-question.ts';
import type { KindModel, MeasureModel } from '../model/event-model.ts';
import { enumName } from '../model/names.ts';
import type { SelectedField } from './selected-fields.ts';

/** What an operation asks for below a metrics field. A dimension that is not grouped by is refused, not answered with null. */
export function metricsSelection(
  kind: KindModel,
  fields: readonly SelectedField[],
  args: Pick<MetricsArguments, 'by' | 'compare'>,
): MetricsSelection {
  const rows = below(fields, 'rows');
  const totals = below(fields, 'total');
  checkGrouped(kind, rows, args.by ?? []);
  const compared = args.compare !== null && args.compare !== undefined;
  return {
    rows: fields.some(({ name }) => name === 'rows' || name === 'hasMore') ? rowsSelection(kind, rows) : null,
    total: totals.length === 0 ? null : named(kind, totals),
    previous: compared ? previousSelection(kind, rows) : null,
    rates: fields.some(({ name }) => name === 'rates'),
  };
}

function rowsSelection(kind: KindModel, rows: readonly SelectedField[]): MetricsSelection['rows'] {
  const shares = measuredBy(kind, rows, 'share');
  const running = measuredBy(kind, rows, 'running');
  const others = [...measuredBy(kind, rows, 'rate'), ...measuredBy(kind, rows, 'change')];
  const measures = inOrder(kind, [...named(kind, rows), ...shares, ...running, ...others]);
  return { measures, shares, running, late: rows.some(({ name }) => name === 'lateCount' || name === 'revision') };
}

function previousSelection(kind: KindModel, rows: readonly SelectedField[]): readonly MeasureModel[] | null {
  const measures = [...named(kind, below(rows, 'previous')), ...measuredBy(kind, rows, 'change')];
  const asked = measures.length > 0 || rows.some(({ name }) => name === 'previous');
  return asked ? inOrder(kind, measures) : null;
}

function checkGrouped(kind: KindModel, rows: readonly SelectedField[], by: readonly string[]): void {
  for (const { name } of rows) {
    const dimension = kind.dimensions.find((field) => field.name === name);
    if (dimension !== undefined && !by.includes(enumName(name))) throw notGrouped(kind, dimension);
  }
}

/** The fields that are measures. */
function named(kind: KindModel, fields: readonly SelectedField[]): readonly MeasureModel[] {
  const names = new Set(fields.map(({ name }) => name));
  return kind.measures.filter((measure) => names.has(measure.name));
}

/** The measures that `share(of:)` and its like are of. */
function measuredBy(kind: KindModel, fields: readonly SelectedField[], field: string): readonly MeasureModel[] {
  const measures = fields.filter(({ name }) => name === field).map(({ args }) => measureNamed(kind, String(args.of)));
  return inOrder(kind, measures);
}

/** Once each, in the order of the kind: equal questions stay equal. */
function inOrder(kind: KindModel, measures: readonly MeasureModel[]): readonly MeasureModel[] {
  return kind.measures.filter((measure) => measures.includes(measure));
}

function below(fields: readonly SelectedField[], name: string): readonly SelectedField[] {
  return fields.filter((field) => field.name === name).flatMap((field) => field.fields());
}
