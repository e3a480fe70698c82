import { parseBytes } from './bytes.ts';
import { parseDurationMs } from './duration.ts';

interface Setting<Value> {
  readonly default: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** A line for people: what it is for. */
  readonly about: string;
  /** Null where the text is not what is expected. */
  readonly parse: (text: string) => Value | null;
  /** What is given is never shown, not even where it is wrong. */
  readonly secret?: true;
}

export const ROLES = ['gateway', 'loader', 'admission', 'processor'] as const;
export type Role = (typeof ROLES)[number];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

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
    about: 'GraphQL, ingest, health and metrics on one port.',
    parse: (text) => wholeNumber(text, 0, 65_535),
  } satisfies Setting<number>,
  LAKEGATE_SQL_PORT: {
    default: '8123',
    expected: 'a port, 1 to 65535, 0 for any that is free, or off',
    about:
      "SQL for people and their tools, by ClickHouse's HTTP interface: it only reads. Only with the engine that comes with the product; a ClickHouse server has users of its own.",
    parse: (text) => (text === 'off' ? text : wholeNumber(text, 0, 65_535)),
  } satisfies Setting<number | 'off'>,
  LOG_LEVEL: {
    default: 'warn',
    expected: `one of ${LOG_LEVELS.join(', ')}`,
    about: 'Logs are JSON lines on standard error; in normal operation there are none.',
    parse: (text) => LOG_LEVELS.find((level) => level === text) ?? null,
  } satisfies Setting<LogLevel>,
  LAKEGATE_DATA_DIR: {
    default: './data',
    expected: 'a folder',
    about: 'Everything that must survive on this machine: the log, the warehouse. One process at a time.',
    parse: pathText,
  } satisfies Setting<string>,
  LAKEGATE_SCHEMA_DIR: {
    default: '',
    expected: 'a folder of *.graphql files',
    about: 'Your own kinds of event. Empty: the sample kinds (transaction, activity, rating, sale, log line).',
    parse: pathText,
  } satisfies Setting<string>,
  LAKEGATE_QUERIES_DIR: {
    default: '',
    expected: 'a folder of *.graphql files',
    about:
      'Named queries: revenue.graphql is at /q/revenue.csv. Empty: the folder queries in that of the kinds, if there is one.',
    parse: pathText,
  } satisfies Setting<string>,
  LAKEGATE_JOBS_DIR: {
    default: '',
    expected: 'a folder of *.ts files',
    about:
      'Jobs of your own (docs/jobs.md): each file has one by defineJob as its default export. They are code, and may do what this server may.',
    parse: pathText,
  } satisfies Setting<string>,
  LAKEGATE_WEBHOOK_HOSTS: {
    default: '',
    expected: 'hosts with commas between, hooks.example.com,10.0.0.7:8080 for instance',
    about: 'To whom the webhooks of jobs may go. Empty: to nobody, so that who submits a job reaches nothing by it.',
    parse: (text) => webhookHosts(text),
  } satisfies Setting<readonly string[]>,
  LAKEGATE_WEBHOOK_SECRETS: {
    default: '',
    expected: 'name=secret with commas between',
    about: 'By what webhooks are signed. A job names one; its text is never shown.',
    secret: true,
    parse: (text) => namedSecrets(text),
  } satisfies Setting<ReadonlyMap<string, string>>,
  LAKEGATE_WEBHOOK_RETRY_FOR: {
    default: '1d',
    expected: 'a duration between 1m and 30d, as 6h or 3d',
    about:
      'How long a webhook delivery is sent again that its receiver neither takes nor refuses for good. After that it is given up and counted, and those behind it go on.',
    parse: (text) => durationMs(text, '1m', '30d'),
  } satisfies Setting<number>,
  LAKEGATE_ROLES: {
    default: ROLES.join(','),
    expected:
      'gateway, loader, admission, processor, or some of them with commas (without LAKEGATE_KAFKA_BROKERS: loader among them)',
    about:
      'What this process does: gateway answers requests, admission judges and numbers events, loader takes them to the warehouse, processor runs jobs (sessions, alerts, your own). On Kafka each can run alone and many times; without Kafka the gateway judges by itself, and only a process with the loader can run.',
    parse: parseRoles,
  } satisfies Setting<ReadonlySet<Role>>,
  LAKEGATE_PARTITIONS: {
    default: '4',
    expected: 'a whole number, 1 to 64',
    about: 'Partitions of the topic of each kind. Cannot be changed once there are events.',
    parse: (text) => wholeNumber(text, 1, 64),
  } satisfies Setting<number>,
  LAKEGATE_PROCESSOR_THREADS: {
    default: 'auto',
    expected: 'auto, or a whole number, 0 to 16',
    about:
      'Threads of this process that run jobs, which share the partitions out. auto: one for each core of the machine, at most four, and no more than there are partitions. 0: jobs run on the main thread, beside everything else that this process does. A job may ask for fewer (parallelism).',
    parse: (text) => (text === 'auto' ? text : wholeNumber(text, 0, 16)),
  } satisfies Setting<number | 'auto'>,
  LAKEGATE_ACCEPT_PAST: {
    default: '7d',
    expected: 'a duration between 1m and 30d, as 36h or 7d',
    about:
      'An older event is refused (TIME_TOO_OLD). Ids are remembered a day longer than this; on Kafka a week more, which is how long events may wait there.',
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
  LAKEGATE_VERDICT_DEADLINE: {
    default: '5s',
    expected: 'a duration between 100ms and 25s, as 5s',
    about:
      'On Kafka: how long an ingest waits for the verdicts of admission. What has none by then is durable and PENDING.',
    parse: (text) => durationMs(text, '100ms', '25s'),
  } satisfies Setting<number>,
  LAKEGATE_CACHE_BYTES_MAX: {
    default: '64MiB',
    expected: 'a size between 0 and 8GiB, as 64MiB',
    about:
      'How much of answers that were given before is kept, in memory or in Redis: half for whole operations, half for single questions.',
    parse: (text) => bytes(text, '0', '8GiB'),
  } satisfies Setting<number>,
  LAKEGATE_REDIS_URL: {
    default: '',
    expected: 'redis://user:password@host:6379/0 or the same with rediss',
    about: 'Redis or Valkey, where answers are kept so that gateways share them. Empty: the memory of each process.',
    secret: true,
    parse: (text) => (text === '' || isRedisUrl(text) ? text : null),
  } satisfies Setting<string>,
  LAKEGATE_STOP_DEADLINE: {
    default: '10s',
    expected: 'a duration between 1s and 5m, as 10s',
    about: 'How long stopping may take before what is left is reported and the process ends.',
    parse: (text) => durationMs(text, '1s', '5m'),
  } satisfies Setting<number>,
  LAKEGATE_KAFKA_BROKERS: {
    default: '',
    expected: 'host:port, or several with commas',
    about:
      'Kafka brokers to begin with; from them the others are found. Empty: the log is on the disk of this machine.',
    parse: hostsAndPorts,
  } satisfies Setting<readonly string[]>,
  LAKEGATE_KAFKA_REPLICATION: {
    default: '',
    expected: 'a whole number, 1 to 9',
    about:
      'On how many brokers each record of a topic lies. Empty: 3, so that one may be lost, or as many as there are. Used when a topic is made.',
    parse: (text) => (text === '' ? text : wholeNumber(text, 1, 9)),
  } satisfies Setting<number | ''>,
  LAKEGATE_KAFKA_PREFIX: {
    default: '',
    expected: 'up to 64 letters, digits, dots, hyphens or underscores',
    about: 'Put in front of the name of every topic and group, so that a cluster can be shared.',
    parse: (text) => (/^[A-Za-z0-9._-]{0,64}$/.test(text) ? text : null),
  } satisfies Setting<string>,
  LAKEGATE_KAFKA_TLS: {
    default: 'false',
    expected: 'true or false',
    about: 'Speak TLS with the brokers.',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
  } satisfies Setting<boolean>,
  LAKEGATE_KAFKA_CA_FILE: {
    default: '',
    expected: 'a PEM file',
    about: 'Who vouches for the brokers, with LAKEGATE_KAFKA_TLS. Empty: the authorities that Node knows.',
    parse: pathText,
  } satisfies Setting<string>,
  LAKEGATE_KAFKA_SASL: {
    default: '',
    expected: `one of ${SASL_MECHANISMS.join(', ')}`,
    about: 'How to log in to the brokers. plain sends the password as it is: only with TLS. Empty: not at all.',
    parse: (text) => (text === '' ? 'none' : (SASL_MECHANISMS.find((mechanism) => mechanism === text) ?? null)),
  } satisfies Setting<SaslMechanism | 'none'>,
  LAKEGATE_KAFKA_USERNAME: {
    default: '',
    expected: 'a text',
    about: 'With LAKEGATE_KAFKA_SASL.',
    parse: (text) => text,
  } satisfies Setting<string>,
  LAKEGATE_KAFKA_PASSWORD: {
    default: '',
    expected: 'a text',
    about: 'With LAKEGATE_KAFKA_SASL.',
    secret: true,
    parse: (text) => text,
  } satisfies Setting<string>,
  LAKEGATE_CLICKHOUSE_URL: {
    default: '',
    expected: 'http://user:password@host:8123 or the same with https, without a path',
    about: 'A ClickHouse server. Empty: the engine that comes with the product, in a child process.',
    secret: true,
    parse: (text) => (text === '' || isServerUrl(text) ? text : null),
  } satisfies Setting<string>,
  LAKEGATE_CLICKHOUSE_KAFKA_BROKERS: {
    default: '',
    expected: 'host:port, or several with commas',
    about: 'The brokers as ClickHouse reaches them. Empty: as LAKEGATE_KAFKA_BROKERS.',
    parse: hostsAndPorts,
  } satisfies Setting<readonly string[]>,
  LAKEGATE_KEEPER: {
    default: '',
    expected: 'host:port, or several with commas',
    about:
      'ClickHouse Keeper or ZooKeeper for the engine that comes with the product: what it read from Kafka is then remembered exactly. A server has its own in its configuration.',
    parse: hostsAndPorts,
  } satisfies Setting<readonly string[]>,
  LAKEGATE_CLUSTER: {
    default: '',
    expected: 'the name of a cluster: letters, digits and underscores',
    about: 'The ClickHouse cluster on which tables are replicated and distributed. Empty: one server.',
    parse: (text) => (/^([A-Za-z_]\w{0,63})?$/.test(text) ? text : null),
  } satisfies Setting<string>,
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<Name extends SettingName> = NonNullable<ReturnType<(typeof SETTINGS)[Name]['parse']>>;

/** The text of `.env.example`: every setting with what it is for, commented out, at its default. */
export function envExample(): string {
  const entries = Object.entries(SETTINGS).map(([name, { about, expected, default: text }]) =>
    [`# ${about}`, `# Expected: ${expected}.`, `#${name}=${text}`].join('\n'),
  );
  return `# Every setting, at its default. Use with: node --env-file=.env bin/lakegate.js start\n\n${entries.join('\n\n')}\n`;
}

function pathText(text: string): string | null {
  return text.includes('\0') ? null : text;
}

function parseRoles(text: string): ReadonlySet<Role> | null {
  const names = new Set(text.split(',').map((name) => name.trim()));
  const roles = ROLES.filter((role) => names.has(role));
  return roles.length === names.size ? new Set(roles) : null;
}

function hostsAndPorts(text: string): readonly string[] | null {
  if (text === '') return [];
  const places = text.split(',').map((place) => place.trim());
  return places.every(isHostAndPort) ? places : null;
}

function isHostAndPort(text: string): boolean {
  const found = /^([A-Za-z0-9._-]+):(\d{1,5})$/.exec(text);
  return wholeNumber(found?.[2] ?? '', 1, 65_535) !== null;
}

function webhookHosts(text: string): readonly string[] | null {
  const names = text === '' ? [] : text.split(',');
  return names.every((name) => /^[A-Za-z0-9._-]+(:\d{1,5})?$/.test(name)) ? names : null;
}

function namedSecrets(text: string): ReadonlyMap<string, string> | null {
  const pairs = text === '' ? [] : text.split(',').map((pair) => /^([A-Za-z0-9_-]+)=(.+)$/s.exec(pair));
  return pairs.every((pair) => pair !== null)
    ? new Map(pairs.map(([, name = '', secret = '']) => [name, secret]))
    : null;
}

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== '' && pathname === '/' && search === '' && hash === '';
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  return (
    /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,3})?$/.test(pathname) && search === '' && hash === ''
  );
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
