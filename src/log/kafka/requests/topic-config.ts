import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';
import type { Refusal } from './create-topic.ts';

const TOPIC = 2;
const SET = 0;

/** DescribeConfigs, version 1: the settings asked for, of each topic. */
export function describeTopics(
  topics: readonly string[],
  names: readonly string[],
): Exchange<ReadonlyMap<string, TopicConfig>> {
  const body = new WireWriter();
  body.array(topics, (topic) => {
    body.int8(TOPIC).string(topic);
    body.array(names, (name) => body.string(name));
  });
  body.int8(0); // without where each value comes from
  return exchange({
    apiKey: 32,
    apiVersion: 1,
    apiName: 'DescribeConfigs',
    body: body.done(),
    decode: decodeDescribed,
  });
}

export type TopicConfig = Readonly<Record<string, string | null>>;

function decodeDescribed(payload: Buffer): ReadonlyMap<string, TopicConfig> {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  const described = reader.array(() => {
    reader.int16(); // error: then no settings follow
    reader.string();
    reader.int8();
    const topic = reader.string() ?? '';
    return [topic, Object.fromEntries(reader.array(() => decodeSetting(reader)))] as const;
  });
  return new Map(described);
}

function decodeSetting(reader: WireReader): readonly [string, string | null] {
  const setting = [reader.string() ?? '', reader.string()] as const;
  for (const _ of ['read-only', 'source', 'sensitive']) reader.int8();
  reader.array(() => [reader.string(), reader.string(), reader.int8()]);
  return setting;
}

/** IncrementalAlterConfigs, version 0: sets these and leaves the others. */
export function configureTopic(topic: string, config: Readonly<Record<string, string>>): Exchange<Refusal> {
  const body = new WireWriter();
  body.array([topic], (name) => {
    body.int8(TOPIC).string(name);
    body.array(Object.entries(config), ([key, value]) => body.string(key).int8(SET).string(value));
  });
  body.int8(0);
  return exchange({
    apiKey: 44,
    apiVersion: 0,
    apiName: 'IncrementalAlterConfigs',
    body: body.done(),
    decode: decodeConfigured,
  });
}

function decodeConfigured(payload: Buffer): Refusal {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  const [answer] = reader.array(() => {
    const refusal = { errorCode: reader.int16(), reason: reader.string() };
    reader.int8();
    reader.string();
    return refusal;
  });
  return answer ?? { errorCode: -1, reason: 'the answer names no topic' };
}
