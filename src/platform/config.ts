import { fileURLToPath } from 'node:url';
import { LakegateError } from './errors.ts';
import { nearestName } from './nearest-name.ts';
import {
  type LogLevel,
  type Role,
  type SaslMechanism,
  SETTINGS,
  type SettingName,
  type SettingValue,
} from './settings.ts';

/**
 * The configuration, read once, here and nowhere else; inside, types are true. Every problem is reported at once, each with what was
 * expected, and a name with our prefix that means nothing is refused: a typo must not silently leave a default in force.
 */
export function readConfig(env: Environment): Config {
  const problems = unknownNames(env);
  const read: Read = (name) => {
    const { default: standard, expected, parse, ...setting } = SETTINGS[name];
    const text = given(env, name) ?? standard;
    const value = parse(text);
    if (value === null) {
      const got = 'secret' in setting ? 'something else (it is not shown)' : JSON.stringify(text);
      problems.push(`${name}: expected ${expected}, got ${got}`);
    }
    // A wrong one reads as its default, so that the rest can be read too; nobody ever sees it, because the whole reading then throws.
    return (value ?? parse(standard)) as SettingValue<typeof name>;
  };
  const kafka = readKafka(read);
  const config: Config = {
    host: read('HOST'),
    port: read('PORT'),
    sqlPort: read('LAKEGATE_SQL_PORT'),
    logLevel: read('LOG_LEVEL'),
    dataDir: read('LAKEGATE_DATA_DIR'),
    schemaDir: read('LAKEGATE_SCHEMA_DIR') || SAMPLE_KINDS_DIR,
    queriesDir: read('LAKEGATE_QUERIES_DIR') || null,
    jobsDir: read('LAKEGATE_JOBS_DIR') || null,
    webhooks: {
      hosts: read('LAKEGATE_WEBHOOK_HOSTS'),
      secrets: read('LAKEGATE_WEBHOOK_SECRETS'),
      retryForMs: read('LAKEGATE_WEBHOOK_RETRY_FOR'),
    },
    roles: read('LAKEGATE_ROLES'),
    partitions: read('LAKEGATE_PARTITIONS'),
    processorThreads: read('LAKEGATE_PROCESSOR_THREADS'),
    acceptPastMs: read('LAKEGATE_ACCEPT_PAST'),
    acceptFutureMs: read('LAKEGATE_ACCEPT_FUTURE'),
    ingestBytesMax: read('LAKEGATE_INGEST_BYTES_MAX'),
    loadIntervalMs: read('LAKEGATE_LOAD_INTERVAL'),
    waitDeadlineMs: read('LAKEGATE_WAIT_DEADLINE'),
    verdictDeadlineMs: read('LAKEGATE_VERDICT_DEADLINE'),
    cacheBytesMax: read('LAKEGATE_CACHE_BYTES_MAX'),
    redisUrl: read('LAKEGATE_REDIS_URL') || null,
    stopDeadlineMs: read('LAKEGATE_STOP_DEADLINE'),
    kafka,
    clickhouse: readClickHouse(read, kafka),
  };
  // What does not fit together is only to be seen where each part is understood.
  if (problems.length === 0) problems.push(...misfits(env, config));
  if (problems.length > 0) {
    throw new LakegateError({
      code: 'BAD_CONFIG',
      message: `the configuration is not valid\n  ${problems.join('\n  ')}`,
    });
  }
  return config;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Read = <Name extends SettingName>(name: Name) => SettingValue<Name>;

export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The same, or no SQL door at all. */
  readonly sqlPort: number | 'off';
  readonly logLevel: LogLevel;
  readonly dataDir: string;
  readonly schemaDir: string;
  /** Null: the folder `queries` in that of the kinds, if there is one. */
  readonly queriesDir: string | null;
  /** Null: no jobs but those that come with the product and those that were submitted. */
  readonly jobsDir: string | null;
  readonly webhooks: WebhookConfig;
  readonly roles: ReadonlySet<Role>;
  /** Of each kind's topic; a topic that is there already keeps its number, and another one is refused. */
  readonly partitions: number;
  readonly processorThreads: number | 'auto';
  readonly acceptPastMs: number;
  readonly acceptFutureMs: number;
  readonly ingestBytesMax: number;
  readonly loadIntervalMs: number;
  readonly waitDeadlineMs: number;
  readonly verdictDeadlineMs: number;
  readonly cacheBytesMax: number;
  /** With its credentials. Null: answers are kept in this process's memory. */
  readonly redisUrl: string | null;
  readonly stopDeadlineMs: number;
  /** Null: the log is on the disk of this machine. */
  readonly kafka: KafkaConfig | null;
  readonly clickhouse: ClickHouseConfig;
}

interface WebhookConfig {
  /** `host` or `host:port`. Empty: nobody is sent any. */
  readonly hosts: readonly string[];
  /** By name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** How long a delivery is tried that nobody takes. */
  readonly retryForMs: number;
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  /** Null: 3, or as many as there are brokers. */
  readonly replication: number | null;
  readonly prefix: string;
  /** Null: the connection is not encrypted. */
  readonly tls: { readonly caFile: string | null } | null;
  /** Null: nobody logs in. */
  readonly sasl: KafkaLogin | null;
}

interface KafkaLogin {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

export interface ClickHouseConfig {
  /** With its credentials. Null: the engine that comes with the product. */
  readonly url: string | null;
  /** As ClickHouse reaches them. Empty without Kafka. */
  readonly kafkaBrokers: readonly string[];
  /** For the engine that comes with the product. Empty: none. */
  readonly keeper: readonly string[];
  readonly cluster: string | null;
}

const SAMPLE_KINDS_DIR = fileURLToPath(new URL('../../schema/events', import.meta.url));

/** Every setting of it is read, so that what is wrong is said whether or not it is used. */
function readKafka(read: Read): KafkaConfig | null {
  const brokers = read('LAKEGATE_KAFKA_BROKERS');
  const mechanism = read('LAKEGATE_KAFKA_SASL');
  const login = { username: read('LAKEGATE_KAFKA_USERNAME'), password: read('LAKEGATE_KAFKA_PASSWORD') };
  const caFile = read('LAKEGATE_KAFKA_CA_FILE') || null;
  const kafka = {
    brokers,
    replication: read('LAKEGATE_KAFKA_REPLICATION') || null,
    prefix: read('LAKEGATE_KAFKA_PREFIX'),
    tls: read('LAKEGATE_KAFKA_TLS') ? { caFile } : null,
    sasl: mechanism === 'none' ? null : { mechanism, ...login },
  };
  return brokers.length === 0 ? null : kafka;
}

function readClickHouse(read: Read, kafka: KafkaConfig | null): ClickHouseConfig {
  const brokers = read('LAKEGATE_CLICKHOUSE_KAFKA_BROKERS');
  return {
    url: read('LAKEGATE_CLICKHOUSE_URL') || null,
    kafkaBrokers: brokers.length === 0 ? (kafka?.brokers ?? []) : brokers,
    keeper: read('LAKEGATE_KEEPER'),
    cluster: read('LAKEGATE_CLUSTER') || null,
  };
}

/** What is right by itself and wrong together. A setting that would have no effect is refused too: somebody counts on it. */
function misfits(env: Environment, config: Config): readonly string[] {
  return config.kafka === null
    ? [...needing(env, 'LAKEGATE_KAFKA_BROKERS', ONLY_WITH_KAFKA), ...rolesWithoutKafka(config), ...ofClickHouse(env)]
    : [...ofKafka(env, config.kafka), ...rolesWithKafka(config), ...ofClickHouse(env)];
}

const ONLY_WITH_KAFKA: readonly SettingName[] = [
  'LAKEGATE_KAFKA_REPLICATION',
  'LAKEGATE_KAFKA_PREFIX',
  'LAKEGATE_KAFKA_TLS',
  'LAKEGATE_KAFKA_CA_FILE',
  'LAKEGATE_KAFKA_SASL',
  'LAKEGATE_KAFKA_USERNAME',
  'LAKEGATE_KAFKA_PASSWORD',
  'LAKEGATE_CLICKHOUSE_KAFKA_BROKERS',
  'LAKEGATE_KEEPER',
];

function needing(env: Environment, needed: string, settings: readonly SettingName[]): readonly string[] {
  return settings
    .filter((name) => (given(env, name) ?? SETTINGS[name].default) !== SETTINGS[name].default)
    .map((name) => `${name}: expected ${needed} beside it; without that it has no effect`);
}

function ofKafka(env: Environment, { tls, sasl }: KafkaConfig): readonly string[] {
  const login: readonly SettingName[] = ['LAKEGATE_KAFKA_USERNAME', 'LAKEGATE_KAFKA_PASSWORD'];
  const missing = login.filter((name) => given(env, name) === null);
  return [
    ...(tls === null ? needing(env, 'LAKEGATE_KAFKA_TLS=true', ['LAKEGATE_KAFKA_CA_FILE']) : []),
    ...(sasl === null ? needing(env, 'LAKEGATE_KAFKA_SASL', login) : []),
    ...(sasl === null ? [] : missing.map((name) => `${name}: expected it beside LAKEGATE_KAFKA_SASL`)),
  ];
}

/** The log on this machine's disk has one process, so who takes events is also who loads them, and judges them in the same step. */
function rolesWithoutKafka({ roles }: Config): readonly string[] {
  if (!roles.has('loader')) {
    return ['LAKEGATE_ROLES: expected loader among them, because without LAKEGATE_KAFKA_BROKERS one process does all'];
  }
  return roles.has('admission') && !roles.has('gateway')
    ? ['LAKEGATE_ROLES: expected gateway with admission, because without LAKEGATE_KAFKA_BROKERS it is a part of it']
    : [];
}

function rolesWithKafka({ roles, clickhouse }: Config): readonly string[] {
  if (clickhouse.url !== null || !roles.has('gateway') || roles.has('loader')) return [];
  return [
    'LAKEGATE_ROLES: expected loader with gateway, because the warehouse is the engine of this process; ' +
      'with LAKEGATE_CLICKHOUSE_URL a gateway can be alone',
  ];
}

function ofClickHouse(env: Environment): readonly string[] {
  if (given(env, 'LAKEGATE_CLICKHOUSE_URL') === null) {
    return needing(env, 'LAKEGATE_CLICKHOUSE_URL', ['LAKEGATE_CLUSTER']);
  }
  return given(env, 'LAKEGATE_KEEPER') === null
    ? []
    : [
        'LAKEGATE_KEEPER: expected none beside LAKEGATE_CLICKHOUSE_URL; a server has its Keeper in its own configuration',
      ];
}

/** An empty text is how many tools say "not set". */
function given(env: Environment, name: string): string | null {
  return env[name] || null;
}

const PREFIX = 'LAKEGATE_';

function unknownNames(env: Environment): string[] {
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
