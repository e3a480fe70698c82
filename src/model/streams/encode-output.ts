import { JsonBytes } from '../../platform/json-bytes.ts';
import { logKey, writeHead } from '../record-format.ts';
import type { AlertOutput, LateOutput, MatchedEvent, Output, ResultOutput, SessionOutput } from './output.ts';

/**
 * One record of a stream that jobs write: a line of JSON, the head as every record has it (record-format.ts), then who wrote it, then what it says.
 *
 *   {"_tenant":"default","_time":1795264000000000,"_receivedAt":1795264000123,"_watermark":1795263990000,
 *    "job":"two-large-payments","jobVersion":3,"shadow":false,"key":"ada",<the members of its stream>}
 *
 *   stream    _time                            members
 *   sessions  start of the session             id userId startUs endUs open activities pageViews pages entryPage exitPage revision mergedInto
 *   alerts    when the match was complete      id reason events
 *   results   start of the window              startUs endUs revision values
 *   late      when the late event was received event missedEndUs corrected
 *
 *   An event (of an alert, or a late one) is {"topic":"transactions","partition":3,"offset":"118","id":"t-7","timeUs":1795264000000000,"members":{…}},
 *   its members as they are stored in its own topic: an alert shows what made it also when the events themselves are no longer kept.
 *
 * Times are microseconds since 1970, offsets text. Equal arguments give equal bytes, so that a replay gives the log it gave before.
 */
export function encodeOutput(output: Output, facts: OutputFacts): OutputRecord {
  const timeUs = timeOf(output, facts);
  const { tenant, receivedAtMs, watermarkMs, job, jobVersion, shadow, key } = facts;
  writeHead({ tenant, timeUs, receivedAtMs, watermarkMs }, BYTES);
  BYTES.raw('"job":').text(job).raw(',"jobVersion":').whole(jobVersion);
  BYTES.raw(shadow ? ',"shadow":true,"key":' : ',"shadow":false,"key":')
    .text(key)
    .raw(',');
  writeMembers(output);
  return {
    key: logKey(tenant, key),
    timeMs: Math.floor(timeUs / US_PER_MS),
    value: BYTES.raw('}').finish(),
  };
}

/** Used from its `begin` to its `finish` without a pause. */
const BYTES = new JsonBytes();

/** What is known of an output besides what the operator said. */
export interface OutputFacts {
  readonly tenant: string;
  readonly job: string;
  readonly jobVersion: number;
  /** Written by a job that is only being tried. */
  readonly shadow: boolean;
  /** The key that the operator worked on, as text. */
  readonly key: string;
  /** The watermark of the step; null before there is one. */
  readonly watermarkMs: number | null;
  /** When that which caused the output came in: a fact of the log, so that a replay says the same. */
  readonly receivedAtMs: number;
}

/** Ready to be appended to the topic that the stream's name is. */
interface OutputRecord {
  readonly key: string;
  readonly timeMs: number;
  readonly value: Uint8Array;
}

const US_PER_MS = 1000;

function timeOf(output: Output, { receivedAtMs }: OutputFacts): number {
  switch (output.stream) {
    case 'sessions':
      return output.record.startUs;
    case 'alerts':
      return output.record.matchedAtUs;
    case 'results':
      return output.record.startUs;
    case 'late':
      return receivedAtMs * US_PER_MS;
  }
}

/** Without braces. Written out, here and below: the order of the members is part of the format, whoever made the object. */
function writeMembers(output: Output): void {
  switch (output.stream) {
    case 'sessions':
      writeSession(output.record);
      return;
    case 'alerts':
      writeAll(alertMembers(output.record));
      return;
    case 'results':
      writeAll(resultMembers(output.record));
      return;
    case 'late':
      writeAll(lateMembers(output.record));
      return;
  }
}

function writeAll(members: object): void {
  BYTES.raw(JSON.stringify(members).slice(1, -1));
}

/** By hand: of three activities two publish their session. */
function writeSession(session: SessionOutput): void {
  BYTES.raw('"id":').text(session.id).raw(',"userId":').text(session.userId);
  BYTES.raw(',"startUs":').whole(session.startUs).raw(',"endUs":').whole(session.endUs);
  BYTES.raw(session.open ? ',"open":true' : ',"open":false');
  BYTES.raw(',"activities":').whole(session.activities).raw(',"pageViews":').whole(session.pageViews);
  BYTES.raw(',"pages":[');
  const { pages } = session;
  for (let at = 0; at < pages.length; at++) {
    if (at > 0) BYTES.raw(',');
    BYTES.text(pages[at] as string);
  }
  BYTES.raw('],"entryPage":').textOrNull(session.entryPage).raw(',"exitPage":').textOrNull(session.exitPage);
  BYTES.raw(',"revision":').whole(session.revision).raw(',"mergedInto":').textOrNull(session.mergedInto);
}

function alertMembers({ id, reason, events }: AlertOutput) {
  return { id, reason, events: events.map(eventMembers) };
}

function resultMembers({ startUs, endUs, revision, values }: ResultOutput) {
  return { startUs, endUs, revision, values };
}

function lateMembers({ event, missedEndUs, corrected }: LateOutput) {
  return { event: eventMembers(event), missedEndUs, corrected };
}

function eventMembers({ topic, partition, offset, id, timeUs, members }: MatchedEvent) {
  return { topic, partition, offset: offset.toString(), id, timeUs, members };
}
