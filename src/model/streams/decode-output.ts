import { membersOf, tenantOf, watermarkOf } from '../record-format.ts';
import type { OutputFacts } from './encode-output.ts';
import type { MatchedEvent, Output } from './output.ts';

/** What `encodeOutput` was given, from the bytes it made. For whoever follows a stream in the log. */
export function decodeOutput(stream: Output['stream'], value: Uint8Array): DecodedOutput {
  const written: WrittenOutput = JSON.parse(membersOf(value).toString('utf8'));
  const { job, jobVersion, shadow, key, ...members } = written;
  const { _time, _receivedAt } = headNumbers(value);
  const facts: OutputFacts = {
    tenant: tenantOf(value),
    job,
    jobVersion,
    shadow,
    key,
    watermarkMs: watermarkOf(value),
    receivedAtMs: _receivedAt,
  };
  return { output: outputOf(stream, members, _time), facts };
}

interface DecodedOutput {
  readonly output: Output;
  readonly facts: OutputFacts;
}

interface WrittenOutput {
  readonly job: string;
  readonly jobVersion: number;
  readonly shadow: boolean;
  readonly key: string;
  readonly [member: string]: unknown;
}

/** An event as it is written into an alert or a late record. */
export type WrittenEvent = Omit<MatchedEvent, 'offset'> & { readonly offset: string };

type RecordOf<Stream extends Output['stream']> = Extract<Output, { stream: Stream }>['record'];
type Members = Readonly<Record<string, unknown>>;

function outputOf(stream: Output['stream'], members: Members, timeUs: number): Output {
  switch (stream) {
    case 'sessions':
      return { stream, record: members as unknown as RecordOf<'sessions'> };
    case 'alerts': {
      const { id, reason, events } = members as { id: string; reason: string; events: readonly WrittenEvent[] };
      return { stream, record: { id, reason, matchedAtUs: timeUs, events: events.map(matchedEvent) } };
    }
    case 'results':
      return { stream, record: members as unknown as RecordOf<'results'> };
    case 'late': {
      const { event, ...late } = members as unknown as Omit<RecordOf<'late'>, 'event'> & { event: WrittenEvent };
      return { stream, record: { event: matchedEvent(event), ...late } };
    }
  }
}

export function matchedEvent(written: WrittenEvent): MatchedEvent {
  return { ...written, offset: BigInt(written.offset) };
}

function headNumbers(value: Uint8Array): { readonly _time: number; readonly _receivedAt: number } {
  const head = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  const [, time, receivedAt] = /"_time":(-?\d+),"_receivedAt":(-?\d+),/.exec(head) ?? [];
  if (time === undefined || receivedAt === undefined) throw new Error('expected a record that a job wrote');
  return { _time: Number(time), _receivedAt: Number(receivedAt) };
}
