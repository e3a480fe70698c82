import { fileURLToPath } from 'node:url';
import { parseBytes } from './bytes.ts';
import { parseDurationMs } from './duration.ts';
import { LakegateError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

/**
 * The configuration, read once, here and nowhere else; inside, types are true. Every problem is reported at once, each with what was
 * expected, and a name with our prefix that means nothing is refused: a typo must not silently leave a default in force.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems = unknownNames(env);
  const read = <Value>(name: SettingName, setting: Setting<Value>): Value => {
    const given = env[name];
    const text = given === undefined || given === '' ? setting.default : given;
    const value = setting.parse(text);
    if (value === null) problems.push(`${name}: expected ${setting.expected}, got ${JSON.stringify(text)}`);
    // Never seen by anybody when a problem was found: the whole reading then throws.
    return value as Value;
  };
  const config: Config = {
    host: read('HOST', SETTINGS.HOST),
    port: read('PORT', SETTINGS.PORT),
    logLevel: read('LOG_LEVEL', SETTINGS.LOG_LEVEL),
    dataDir: read('LAKEGATE_DATA_DIR', SETTINGS.LAKEGATE_DATA_DIR),
    schemaDir: read('LAKEGATE_SCHEMA_DIR', SETTINGS.LAKEGATE_SCHEMA_DIR) || SAMPLE_KINDS_DIR,
    roles: read('LAKEGATE_ROLES', SETTINGS.LAKEGATE_ROLES),
    partitions: read('LAKEGATE_PARTITIONS', SETTINGS.LAKEGATE_PARTITIONS),
    acceptPastMs: read('LAKEGATE_ACCEPT_PAST', SETTINGS.LAKEGATE_ACCEPT_PAST),
    acceptFutureMs: read('LAKEGATE_ACCEPT_FUTURE', SETTINGS.LAKEGATE_ACCEPT_FUTURE),
    ingestBytesMax: read('LAKEGATE_INGEST_BYTES_MAX', SETTINGS.LAKEGATE_INGEST_BYTES_MAX),
    loadIntervalMs: read('LAKEGATE_LOAD_INTERVAL', SETTINGS.LAKEGATE_LOAD_INTERVAL),
    waitDeadlineMs: read('LAKEGATE_WAIT_DEADLINE', SETTINGS.LAKEGATE_WAIT_DEADLINE),
    cacheBytesMax: read('LAKEGATE_CACHE_BYTES_MAX', SETTINGS.LAKEGATE_CACHE_BYTES_MAX),
    stopDeadlineMs: read('LAKEGATE_STOP_DEADLINE', SETTINGS.LAKEGATE_STOP_DEADLINE),
  };
  if (problems.length > 0) {
    throw new LakegateError({
      code: 'BAD_CONFIG',
      message: `the configuration is not valid\n  ${problems.join('\n  ')}`,
    });
  }
  return config;
}

export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly dataDir: string;
  readonly schemaDir: string;
  readonly roles: ReadonlySet<Role>;
  /** Of each kind's topic; a topic that is there already keeps its number, and another one is refused. */
  readonly partitions: number;
  readonly acceptPastMs: number;
  readonly acceptFutureMs: number;
  readonly ingestBytesMax: number;
  readonly loadIntervalMs: number;
  readonly waitDeadlineMs: number;
  readonly cacheBytesMax: number;
  readonly stopDeadlineMs: number;
}

export const ROLES = ['gateway', 'loader'] as const;
export type Role = (typeof ROLES)[number];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SAMPLE_KINDS_DIR = fileURLToPath(new URL('../../schema/events', import.meta.url));

export interface Setting<Value> {
  readonly default: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** A line for people: what it is for. */
  readonly about: string;
  /** Null where the text is not what is expected. */
  readonly parse: (text: string) => Value | null;
}

/** Every setting there is, in the order people are shown them. `.env.example` is made from this list, and a test compares. */
export const SETTINGS = {
  HOST: {
    default: '127.0.0.1',
    expected: 'an address to listen on, 127.0.0.1 or 0.0.0.0 for instance',
    about: 'Where to listen. Nothing asks for credentials yet: keep it on this machine, or behind something that does.',
    parse: (text) => (/^[0-9a-zA-Z.:-]+$/.test(text) ? text : null),
  } satisfies Setting<string>,
  PORT: {
    default: '4000',
    expected: 'a port, 1 to 65535, or 0 for any that is free',
    about: 'GraphQL, ingest and health on one port.',
    parse: (text) => wholeNumber(text, 0, 65_535),
  } satisfies Setting<number>,
  LOG_LEVEL: {
    default: 'warn',
    expected: `one of ${LOG_LEVELS.join(', ')}`,
    about: 'Logs are JSON lines on standard error; in normal operation there are none.',
    parse: (text) => LOG_LEVELS.find((level) => level === text) ?? null,
  } satisfies Setting<LogLevel>,
  LAKEGATE_DATA_DIR: {
    default: './data',
    expected: 'a folder',
    about: 'Everything that must survive: the log and the warehouse. One process at a time.',
    parse: (text) => (text.includes('\0') ? null : text),
  } satisfies Setting<string>,
  LAKEGATE_SCHEMA_DIR: {
    default: '',
    expected: 'a folder of *.graphql files',
    about: 'Your own kinds of event. Empty: the sample kinds (transaction, activity, rating, sale, log line).',
    parse: (text) => (text.includes('\0') ? null : text),
  } satisfies Setting<string>,
  LAKEGATE_ROLES: {
    default: ROLES.join(','),
    expected: 'gateway,loader or loader',
    about:
      'What this process does: gateway answers requests, loader takes events from the log to the warehouse. Without gateway it only catches up.',
    parse: parseRoles,
  } satisfies Setting<ReadonlySet<Role>>,
  LAKEGATE_PARTITIONS: {
    default: '4',
    expected: 'a whole number, 1 to 64',
    about: 'Partitions of the topic of each kind. Cannot be changed once there are events.',
    parse: (text) => wholeNumber(text, 1, 64),
  } satisfies Setting<number>,
  LAKEGATE_ACCEPT_PAST: {
    default: '7d',
    expected: 'a duration between 1m and 30d, as 36h or 7d',
    about: 'An older event is refused (TIME_TOO_OLD). Ids are remembered a day longer than this.',
    parse: (text) => durationMs(text, '1m', '30d'),
  } satisfies Setting<number>,
  LAKEGATE_ACCEPT_FUTURE: {
    default: '5m',
    expected: 'a duration between 0s and 1d, as 30s or 5m',
    about: 'An event further ahead of the clock is refused (TIME_IN_FUTURE).',
    parse: (text) => durationMs(text, '0s', '1d'),
  } satisfies Setting<number>,
  LAKEGATE_INGEST_BYTES_MAX: {
    default: '64MiB',
    expected: 'a size between 64KiB and 1GiB, as 16MiB',
    about: 'The most one bulk request may hold after decompression.',
    parse: (text) => bytes(text, '64KiB', '1GiB'),
  } satisfies Setting<number>,
  LAKEGATE_LOAD_INTERVAL: {
    default: '500ms',
    expected: 'a duration between 20ms and 1m, as 500ms',
    about: 'How often what came in is loaded. Faster costs the warehouse work; who waits is served at once anyway.',
    parse: (text) => durationMs(text, '20ms', '1m'),
  } satisfies Setting<number>,
  LAKEGATE_WAIT_DEADLINE: {
    default: '10s',
    expected: 'a duration between 100ms and 25s, as 10s',
    about: 'How long a request that waits (wait: true, atLeast) is held before it is told NOT_YET_VISIBLE.',
    parse: (text) => durationMs(text, '100ms', '25s'),
  } satisfies Setting<number>,
  LAKEGATE_CACHE_BYTES_MAX: {
    default: '64MiB',
    expected: 'a size between 0 and 8GiB, as 64MiB',
    about: 'Memory for results that were asked for before.',
    parse: (text) => bytes(text, '0', '8GiB'),
  } satisfies Setting<number>,
  LAKEGATE_STOP_DEADLINE: {
    default: '10s',
    expected: 'a duration between 1s and 5m, as 10s',
    about: 'How long stopping may take before what is left is reported and the process ends.',
    parse: (text) => durationMs(text, '1s', '5m'),
  } satisfies Setting<number>,
} as const;

export type SettingName = keyof typeof SETTINGS;

/** The text of `.env.example`: every setting with what it is for, commented out, at its default. */
export function envExample(): string {
  const entries = Object.entries(SETTINGS).map(([name, { about, expected, default: text }]) =>
    [`# ${about}`, `# Expected: ${expected}.`, `#${name}=${text}`].join('\n'),
  );
  return `# Every setting, at its default. Use with: node --env-file=.env bin/lakegate.js start\n\n${entries.join('\n\n')}\n`;
}

const PREFIX = 'LAKEGATE_';

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(SETTINGS).filter((name) => name.startsWith(PREFIX));
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      // The prefix they share would make every name look close.
      const nearest = nearestName(
        name.slice(PREFIX.length),
        known.map((each) => each.slice(PREFIX.length)),
      );
      return `${name}: expected a setting that exists${nearest === null ? '' : `; did you mean ${PREFIX}${nearest}?`}`;
    });
}

function parseRoles(text: string): ReadonlySet<Role> | null {
  const names = text.split(',').map((name) => name.trim());
  const roles = ROLES.filter((role) => names.includes(role));
  // The log on this machine's disk has one process, so who takes events is also who loads them.
  return roles.includes('loader') && roles.length === new Set(names).size ? new Set(roles) : null;
}

function wholeNumber(text: string, least: number, most: number): number | null {
  return /^\d{1,9}$/.test(text) ? within(Number(text), least, most) : null;
}

function durationMs(text: string, least: string, most: string): number | null {
  return within(parseDurationMs(text), parseDurationMs(least), parseDurationMs(most));
}

function bytes(text: string, least: string, most: string): number | null {
  return within(parseBytes(text), parseBytes(least), parseBytes(most));
}

function within(value: number | null, least: number | null, most: number | null): number | null {
  return value !== null && least !== null && most !== null && value >= least && value <= most ? value : null;
}
