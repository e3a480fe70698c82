import { writeFileSync } from 'node:fs';

/** What the engine must know to read Kafka, and cannot be told table by table. */
export interface EngineKafkaOptions {
  /** host:port of the servers of a ClickHouse Keeper or ZooKeeper. Empty: none, and offsets are kept by Kafka alone. */
  readonly keeper: readonly string[];
  /** Whom to trust besides those the system trusts. */
  readonly caFile: string | null;
}

/** Beside the engine's folder, not in it: what is in there is the engine's own. Gives back the file's path. */
export function writeEngineConfig(enginePath: string, options: EngineKafkaOptions): string {
  const file = `${enginePath}.config.xml`;
  writeFileSync(file, engineConfig(options), { mode: 0o600 });
  return file;
}

/** As ClickHouse's server configuration; in XML, because YAML is not in this build. */
export function engineConfig({ keeper, caFile }: EngineKafkaOptions): string {
  const kafka = [
    element('session_timeout_ms', String(GROUP_SESSION_MS)),
    element('max_poll_interval_ms', String(GROUP_SILENCE_MS)),
    ...(caFile === null ? [] : [element('ssl_ca_location', text(caFile))]),
  ];
  const zookeeper = [...keeper.map(node), element('session_timeout_ms', String(KEEPER_SESSION_MS))];
  return `${element(
    'clickhouse',
    [...(keeper.length === 0 ? [] : [element('zookeeper', zookeeper.join(''))]), element('kafka', kafka.join(''))].join(
      '',
    ),
  )}\n`;
}

function node(address: string): string {
  const colon = address.lastIndexOf(':');
  const host = element('host', text(address.slice(0, colon)));
  return element('node', `${host}${element('port', text(address.slice(colon + 1)))}`);
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** What an engine that was killed had locked in Keeper is free again after this. */
const KEEPER_SESSION_MS = 5_000;

/** And its partitions, by Kafka, after this. The client's own default of 45 s would be a pause of 45 s; brokers take no less than 6 s. */
const GROUP_SESSION_MS = 6_000;

/**
 * A consumer that says it lives but takes nothing any more is out of its group after this, and it is the longest that others wait for it when they share
 * out anew. The client's own default is five minutes. An insert that takes longer is repeated, and that is mended.
 */
const GROUP_SILENCE_MS = 60_000;
