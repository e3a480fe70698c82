import { Command, InvalidArgumentError } from 'commander';
import { loadDeclarations } from '../model/declare/load-declarations.ts';
import { parseDurationMs } from '../platform/duration.ts';
import { LakegateError } from '../platform/errors.ts';
import type { Shares } from './generate/item.ts';
import { reportJson, reportText } from './generate/report.ts';
import { type GenerateRequest, generate } from './generate.ts';

interface GenerateEnvironment {
  readonly schemaDir: string;
  readonly host: string;
  readonly port: number;
  readonly print: (text: string) => void;
  /** Called with 1 where a number differs: scripts look at the exit code. */
  readonly exitCode: (code: number) => void;
}

/** `lakegate generate [kind…]`: see --help. The environment is asked for when the command runs, so that --help needs none. */
export function generateCommand(environment: () => GenerateEnvironment): Command {
  return new Command('generate')
    .description(
      'send synthetic events to a running server, then show what a correct system must show, beside what it shows',
    )
    .argument('[kind...]', 'kinds in the singular (transaction, activity …); none means all that are declared')
    .option('--url <url>', 'the server (default: where the configuration says it listens)')
    .option('--rate <events>', 'events a second, all kinds together; events happen as they are sent', positive)
    .option(
      '--count <events>',
      'how many, all kinds together; with --rate and without --count it goes on until Ctrl-C',
      whole,
    )
    .option('--span <duration>', 'spread the events over this long up to --until, as 1h or 3d', duration)
    .option('--until <time>', 'when the last event happens (default: now)', time)
    .option(
      '--seed <text>',
      'the same seed, count, span and until give the same events',
      String(Date.now() % 1_000_000),
    )
    .option('--duplicates <share>', 'sent before: same id, same content', share, 0.01)
    .option('--conflicts <share>', 'an id sent before, with other content', share, 0.001)
    .option('--late <share>', 'older than the rest by one to ten minutes', share, 0.01)
    .option('--future <share>', 'two days ahead', share, 0.001)
    .option('--too-old <share>', 'a hundred days ago', share, 0.001)
    .option(
      '--broken <share>',
      'not an event of the kind: a field missing, of a wrong type, out of range, not JSON …',
      share,
      0.001,
    )
    .option('--lifelike', 'events of one key belong together: a home country, usual amounts; so alerts are rare')
    .option('--batch <events>', 'events a request, at most 10,000', batchSize, 1_000)
    .option('--journal <file>', 'write every id before it is sent and every verdict after, each synced to disk')
    .option('--json', 'print the report as JSON')
    .action((kinds: string[], options: Options) => run(kinds, options, environment()));
}

interface Options extends Shares {
  readonly url?: string;
  readonly rate?: number;
  readonly count?: number;
  readonly span?: number;
  readonly until?: number;
  readonly seed: string;
  readonly lifelike?: boolean;
  readonly batch: number;
  readonly journal?: string;
  readonly json?: boolean;
}

/** All but what the terminal adds while it runs. */
type GivenRequest = Omit<GenerateRequest, 'signal'>;

async function run(kinds: readonly string[], options: Options, environment: GenerateEnvironment): Promise<void> {
  const request = requestOf(kinds, options, environment);
  const report = await untilInterrupted((signal) => generate({ ...request, signal }));
  const again = `The same again: ${againText(kinds, options, request)}`;
  environment.print(
    options.json === true ? JSON.stringify(reportJson(report), null, 2) : `${reportText(report)}\n${again}`,
  );
  if (!report.equal) environment.exitCode(1);
}

function requestOf(kinds: readonly string[], options: Options, environment: GenerateEnvironment): GivenRequest {
  const { duplicates, conflicts, late, future, tooOld, broken } = options;
  if (options.span !== undefined && options.count === undefined) {
    throw new LakegateError({ code: 'BAD_CONFIG', message: '--span: expected --count beside it, got none' });
  }
  // Asked for a number and nothing else: as fast as it goes, over the last hour. Asked for nothing: some life, until Ctrl-C.
  const isBulk = options.count !== undefined && options.rate === undefined;
  return {
    model: loadDeclarations(environment.schemaDir),
    kinds,
    url: options.url ?? `http://${environment.host}:${environment.port}`,
    seed: options.seed,
    count: options.count ?? null,
    rate: options.rate ?? (isBulk ? null : 1_000),
    spanMs: options.span ?? (isBulk ? 3_600_000 : null),
    untilMs: options.until ?? Date.now(),
    shares: { duplicates, conflicts, late, future, tooOld, broken },
    lifelike: options.lifelike === true,
    batch: options.batch,
    journal: options.journal ?? null,
    progress: options.json !== true && process.stderr.isTTY ? process.stderr : null,
  };
}

/** The first Ctrl-C ends sending and still compares; the second one is the terminal's own. */
async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Everything that makes the same events: what was given, and the times that were taken from the clock. */
function againText(
  kinds: readonly string[],
  options: Options,
  { spanMs, untilMs, shares, lifelike }: GivenRequest,
): string {
  const words = ['lakegate generate', ...kinds];
  if (options.count !== undefined) words.push(`--count ${options.count}`);
  if (options.rate !== undefined) words.push(`--rate ${options.rate}`);
  if (spanMs !== null) words.push(`--span ${spanMs}ms`);
  for (const [name, value] of Object.entries(shares)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    words.push(`--${flag} ${value}`);
  }
  if (lifelike) words.push('--lifelike');
  return [...words, `--until ${new Date(untilMs).toISOString()}`, `--seed ${options.seed}`].join(' ');
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text.replaceAll('_', '')))
    throw new InvalidArgumentError('expected a whole number above 0');
  return Number(text.replaceAll('_', ''));
}

/** One answer lists the reasons of at most 10,000 refusals: a larger request could be refused without saying why. */
function batchSize(text: string): number {
  const value = whole(text);
  if (value > 10_000) throw new InvalidArgumentError('expected at most 10000');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('expected a share from 0 to 1');
  return value;
}

function duration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null) throw new InvalidArgumentError('expected a duration as 30m, 1h or 3d');
  return ms;
}

function time(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('expected a time as 2026-11-21T10:00:00Z');
  return ms;
}
