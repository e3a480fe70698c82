import { Command } from 'commander';
import colors from 'picocolors';
import { type Config, readConfig } from '../platform/config.ts';
import { LakegateError } from '../platform/errors.ts';
import { productVersion } from '../platform/product-version.ts';
import { carryOverCommand } from './carry-over-command.ts';
import { demoCommand } from './demo-command.ts';
import { generateCommand } from './generate-command.ts';
import { planCommand } from './plan.ts';
import { ratesCommand } from './rates-command.ts';
import { start } from './start.ts';

/**
 * The commands. What a person did wrong (settings, declarations, arguments) ends with exit code 2 and a text that says what was expected;
 * whatever else fails, with 1.
 */
export async function runCli(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const program = createProgram(() => readConfig(env));
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.stderr.write(`${colors.red('lakegate:')} ${errorText(error)}\n`);
    process.exit(exitCodeOf(error));
  }
}

/** Settings are read when a command runs, so that --help and --version need none that are right. */
function createProgram(config: () => Config): Command {
  const program = new Command('lakegate')
    .description('A GraphQL analytics gateway over a ClickHouse lakehouse.')
    .version(productVersion())
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : BAD_USAGE));
  program
    .command('start')
    .description('run everything in this process until a signal stops it')
    .option('--json', 'say in one line of JSON that it is ready, and where')
    .action(async ({ json }: { json?: boolean }) => {
      await start(config(), { json: json === true, print });
    });
  program.addCommand(demoCommand(config, print));
  program.addCommand(generateCommand(() => ({ ...config(), print, exitCode: (code) => (process.exitCode = code) })));
  program.addCommand(ratesCommand(() => ({ ...config(), print })));
  program.addCommand(carryOverCommand(config, print));
  program
    .command('plan')
    .description('print what declarations become: GraphQL, topics, tables')
    .argument('[dir]', 'a folder of *.graphql files (default: LAKEGATE_SCHEMA_DIR, else the sample kinds)')
    .option(
      '--sql-access',
      'print instead what an administrator applies so that people may ask a ClickHouse server over SQL',
    )
    .action((dir: string | undefined, { sqlAccess }: { sqlAccess?: boolean }) =>
      print(planCommand({ schemaDir: dir ?? config().schemaDir, sqlAccess: sqlAccess === true })),
    );
  return program;
}

const BAD_USAGE = 2;

function exitCodeOf(error: unknown): number {
  const isPersons = error instanceof LakegateError && PERSONS_MISTAKES.has(error.code);
  return isPersons ? BAD_USAGE : 1;
}

const PERSONS_MISTAKES: ReadonlySet<string> = new Set([
  'BAD_CONFIG',
  'BAD_DECLARATION',
  'UNKNOWN_KIND',
  'DATA_DIR_LOCKED',
  'MIGRATION_CHANGED',
]);

function errorText(error: unknown): string {
  if (error instanceof LakegateError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
