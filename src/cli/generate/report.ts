import colors from 'picocolors';
import type { GenerateReport } from '../generate.ts';
import type { Comparison } from './compare-totals.ts';
import type { SentKind } from './send-kind.ts';

/** The report for people: of every kind what must be and what is, then every difference by name. */
export function reportText(report: GenerateReport): string {
  const total = report.sent.reduce((sum, { totals }) => sum + totals.sent, 0);
  const perSecond = Math.round(total / report.seconds);
  const differing = report.comparisons.filter(({ equal }) => !equal);
  return [
    `Sent ${number(total)} events in ${report.seconds.toFixed(1)} s (${number(perSecond)} a second).`,
    '',
    table([['', 'must be', 'is', ''], ...report.sent.flatMap((sent) => summaryRows(sent, report.comparisons))]),
    '',
    differing.length === 0
      ? colors.green(`Equal: ${number(report.comparisons.length)} numbers compared, none differs.`)
      : colors.red(`Not equal: ${number(differing.length)} of ${number(report.comparisons.length)} numbers differ.`),
    ...differing.slice(0, DIFFERENCES_SHOWN).map(differenceText),
  ].join('\n');
}

/** The report as data: decimals as text, nothing left out. */
export function reportJson(report: GenerateReport): unknown {
  return {
    seconds: report.seconds,
    equal: report.equal,
    kinds: report.sent.map(({ kind, totals, answered, version }) => ({
      kind: kind.singular,
      expected: {
        sent: totals.sent,
        admitted: totals.admitted,
        duplicates: totals.duplicates,
        late: totals.late,
        rejected: Object.fromEntries(totals.rejected),
        hours: totals.groups().map((group) => ({
          hour: new Date(group.hourMs).toISOString(),
          currency: group.currency,
          count: group.count,
          ...Object.fromEntries(group.values),
        })),
      },
      answered: { ...answered, rejected: Object.fromEntries(answered.rejected) },
      version,
    })),
    differences: report.comparisons.filter(({ equal }) => !equal),
  };
}

const DIFFERENCES_SHOWN = 20;

/** Of each kind the verdicts and the ledger as they are, and the hours added up. */
function summaryRows({ kind, totals }: SentKind, comparisons: readonly Comparison[]): string[][] {
  const own = comparisons.filter((comparison) => comparison.kind === kind.singular);
  const isHour = ({ what }: Comparison): boolean => / \d{4}-\d\d-\d\dT/.test(what);
  const counts = own.filter((comparison) => isHour(comparison) && comparison.what.startsWith('count '));
  const sum = (side: 'expected' | 'shown') => counts.reduce((total, comparison) => total + Number(comparison[side]), 0);
  const measures = own.filter((comparison) => isHour(comparison) && !comparison.what.startsWith('count '));
  const equalMeasures = measures.filter(({ equal }) => equal).length;
  return [
    [colors.bold(kind.plural), '', '', ''],
    ...own.filter((comparison) => !isHour(comparison)).map(summaryRow),
    row('events in the metrics', sum('expected'), sum('shown')),
    row('sums, minima, maxima that are right', measures.length, equalMeasures),
    ...(totals.late === 0 ? [] : [['  (of them sent late)', number(totals.late), '', '']]),
  ];
}

function summaryRow({ what, expected, shown, equal }: Comparison): string[] {
  return [`  ${what}`, number(Number(expected)), number(Number(shown)), mark(equal)];
}

function row(what: string, expected: number, shown: number): string[] {
  return [`  ${what}`, number(expected), number(shown), mark(expected === shown)];
}

function mark(equal: boolean): string {
  return equal ? colors.green('=') : colors.red('≠');
}

function differenceText({ kind, what, expected, shown }: Comparison): string {
  return `  ${kind} ${what}: must be ${expected}, is ${shown}`;
}

function table(rows: readonly string[][]): string {
  const widths = [38, 12, 12, 1];
  return rows
    .map((cells) =>
      cells
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join(' ')
        .trimEnd(),
    )
    .join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
