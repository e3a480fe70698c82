import type { KindModel, MeasureModel } from '../../model/event-model.ts';
import { capitalised, enumName, rootFieldsOf } from '../../model/names.ts';

/** Operations to begin with, as a person would write them: what a kind's events add up to by the hour, the latest of them, and the last hour live. */
export function exampleOperations(kind: KindModel): string {
  return `${about(kind)}${metrics(kind)}\n\n${latest(kind)}\n\n${live(kind)}\n`;
}

function about({ typeName, description }: KindModel): string {
  const lines = (description ?? typeName).split('\n').map((line) => `# ${line}`.trimEnd());
  return `${lines.join('\n')}\n# Three operations: choose one at the button.\n\n`;
}

function metrics(kind: KindModel): string {
  const measures = measuresShown(kind);
  const by = groupedBy(kind, measures);
  const grouped = by.length === 0 ? '' : `\n    by: [${by.map(enumName).join(', ')}]`;
  return `query ${capitalised(kind.plural)}ByHour {
  ${rootFieldsOf(kind).metrics}(
    range: {last: "1d"}
    every: "1h"${grouped}
    orderBy: [{by: START, direction: DESC}]
  ) {
    rows {
      ${['start', 'final', ...by, ...measures.map(({ name }) => name)].join('\n      ')}
    }
    asOf { watermark tables }
  }
}`;
}

/** How many, and the first few things that are counted, summed or averaged: what most people ask for first. */
export function measuresShown({ measures }: KindModel): readonly MeasureModel[] {
  const told = measures.filter(({ op }) => op === 'sum' || op === 'avg' || op === 'metric');
  return [...measures.filter(({ op }) => op === 'count'), ...told.slice(0, MEASURES_SHOWN)];
}

const MEASURES_SHOWN = 3;

/** Money is never summed over currencies, so those it stands in come first; then the first field of few values. */
export function groupedBy({ dimensions }: KindModel, measures: readonly MeasureModel[]): readonly string[] {
  const currencies = measures.flatMap(({ currencyField }) => (currencyField === null ? [] : [currencyField]));
  const few = dimensions.find(({ name, dimension }) => dimension?.high === false && !currencies.includes(name));
  return [...new Set([...currencies, ...(few === undefined ? [] : [few.name])])];
}

function latest(kind: KindModel): string {
  return `query Latest${capitalised(kind.plural)} {
  ${rootFieldsOf(kind).many}(first: 10) {
    nodes {
      ${kind.fields.map(({ name }) => name).join('\n      ')}
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
}

function live(kind: KindModel): string {
  const measures = measuresShown(kind);
  const by = groupedBy(kind, measures);
  const grouped = by.length === 0 ? '' : `\n    by: [${by.map(enumName).join(', ')}]`;
  return `subscription ${capitalised(kind.plural)}Live {
  ${rootFieldsOf(kind).metrics}(
    range: {last: "1h"}
    every: "1m"${grouped}
  ) {
    type
    rows {
      ${['id', 'start', 'final', ...by, ...measures.map(({ name }) => name)].join('\n      ')}
    }
    removed
    cursor
  }
}`;
}
