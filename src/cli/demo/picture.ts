import colors from 'picocolors';
import type { EventModel } from '../../model/event-model.ts';
import { type DemoReading, panelOf } from './reading.ts';

/** The demo as lines of text. The first says the most, for where only one is shown. */
export function demoPicture(model: EventModel, before: DemoReading | null, now: DemoReading): readonly string[] {
  return [
    headline(before, now),
    '',
    colors.dim(line('', 'events/s', 'last 5 min', 'in all')),
    ...model.kinds.map(({ plural }) => kindLine(plural, before, now)),
    '',
    ...panelLines(model, now),
    proofLine(now),
  ];
}

function headline(before: DemoReading | null, now: DemoReading): string {
  const perSecond = [...now.kinds.keys()].reduce((sum, plural) => sum + rateOf(plural, before, now), 0);
  const seen = total(now, 'seen');
  const [gaps, duplicates] = [total(now, 'gaps'), total(now, 'duplicates')];
  return `${number(seen)} events in the warehouse, ${number(perSecond)} a second, ${number(now.rejected)} rejected; lost ${gaps}, doubled ${duplicates}`;
}

function kindLine(plural: string, before: DemoReading | null, now: DemoReading): string {
  const reading = now.kinds.get(plural);
  return line(plural, number(rateOf(plural, before, now)), number(reading?.recent ?? 0), number(reading?.seen ?? 0));
}

function panelLines(model: EventModel, now: DemoReading): readonly string[] {
  const panel = panelOf(model);
  if (panel === null || now.groups.length === 0) return [];
  const most = Math.max(...now.groups.map(({ value }) => value), Number.MIN_VALUE);
  const unit = panel.currency === null ? '' : ` in ${panel.currency.code}`;
  return [
    colors.dim(`${panel.measure} of ${panel.kind.plural} by ${panel.by.name}, last 5 minutes${unit}`),
    ...now.groups.map(({ name, value }) => {
      const bar = '█'.repeat(Math.round((value / most) * BAR_WIDTH));
      return `  ${name.padEnd(14)} ${colors.cyan(bar.padEnd(BAR_WIDTH))} ${number(value).padStart(14)}`;
    }),
    '',
  ];
}

const BAR_WIDTH = 30;

function proofLine(now: DemoReading): string {
  const [expected, seen, gaps, duplicates] = (['expected', 'seen', 'gaps', 'duplicates'] as const).map((of) =>
    total(now, of),
  );
  const sound = gaps === 0 && duplicates === 0;
  const text = `ledger: ${number(expected ?? 0)} in the log, ${number(seen ?? 0)} in the warehouse, gaps ${gaps}, duplicates ${duplicates}`;
  return sound ? colors.green(text) : colors.red(text);
}

function total(reading: DemoReading, of: 'expected' | 'seen' | 'gaps' | 'duplicates'): number {
  return [...reading.kinds.values()].reduce((sum, kind) => sum + kind[of], 0);
}

function rateOf(plural: string, before: DemoReading | null, now: DemoReading): number {
  if (before === null) return 0;
  const seen = (now.kinds.get(plural)?.seen ?? 0) - (before.kinds.get(plural)?.seen ?? 0);
  return Math.round((seen / (now.atMs - before.atMs)) * 1000);
}

function line(...[name = '', ...cells]: readonly string[]): string {
  return `  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(14)).join('')}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
