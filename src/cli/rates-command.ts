import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { LakegateError } from '../platform/errors.ts';
import { askGraphql } from './generate/graphql-client.ts';

interface RatesEnvironment {
  readonly host: string;
  readonly port: number;
  readonly print: (text: string) => void;
}

/** `lakegate rates load <file>`: daily rates from a file to a running server, in calls of some thousands. */
export function ratesCommand(environment: () => RatesEnvironment): Command {
  const load = new Command('load')
    .description('load daily rates from a CSV file into a running server; rates set before are replaced')
    .argument('<file>', 'a first line with the columns from, to, day and rate in any order, then one line a rate')
    .option('--url <url>', 'the server (default: where the configuration says it listens)')
    .action(async (file: string, options: { readonly url?: string }) => {
      const { host, port, print } = environment();
      const rates = readRatesFile(file, readText(file));
      await sendRates(options.url ?? `http://${host}:${port}`, rates);
      print(`${rates.length} rates are set: ${summary(rates)}`);
    });
  return new Command('rates').description('rates between currencies, by which amounts are converted').addCommand(load);
}

interface RateLine {
  readonly from: string;
  readonly to: string;
  readonly day: string;
  readonly rate: string;
}

const COLUMNS = ['from', 'to', 'day', 'rate'] as const;

/** Blank lines are nothing; a line with other than the columns of the first is a mistake, and then nothing is sent. */
export function readRatesFile(file: string, text: string): readonly RateLine[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, cells: line.split(',').map(unquoted), blank: line.trim() === '' }));
  const [head, ...rest] = lines.filter(({ blank }) => !blank);
  const columns = COLUMNS.map((name) => head?.cells.indexOf(name) ?? -1);
  if (head === undefined || columns.includes(-1)) {
    throw mistake(
      `${file}: expected a first line with the columns ${COLUMNS.join(', ')}, got ${head?.cells.join(',')}`,
    );
  }
  return rest.map(({ number, cells }) => {
    if (cells.length !== head.cells.length) {
      throw mistake(`${file}:${number}: expected ${head.cells.length} columns, got ${cells.length}`);
    }
    const [from = '', to = '', day = '', rate = ''] = columns.map((column) => cells[column] ?? '');
    return { from: from.toUpperCase(), to: to.toUpperCase(), day, rate };
  });
}

/** About half a megabyte a call. */
const RATES_A_CALL = 5_000;

const SET_RATES = 'mutation ($rates: [RateInput!]!) { setRates(rates: $rates) { day } }';

async function sendRates(url: string, rates: readonly RateLine[]): Promise<void> {
  for (let at = 0; at < rates.length; at += RATES_A_CALL) {
    await askGraphql(url, { query: SET_RATES, variables: { rates: rates.slice(at, at + RATES_A_CALL) } });
  }
}

function summary(rates: readonly RateLine[]): string {
  const days = rates.map(({ day }) => day).sort();
  const pairs = [...new Set(rates.map(({ from, to }) => `${from} to ${to}`))];
  return pairs.length === 0 ? 'the file holds none' : `${pairs.join(', ')}; ${days[0]} to ${days.at(-1)}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw mistake(`expected a file that can be read, got ${file}`, cause);
  }
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1');
}

function mistake(message: string, cause?: unknown): LakegateError {
  return new LakegateError({ code: 'BAD_CONFIG', message, cause });
}
