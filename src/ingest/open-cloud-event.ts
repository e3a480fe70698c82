import { pointerTo, type Rejection } from '../model/validate/rejection.ts';
import type { IncomingEvent } from './admit-events.ts';
import { type Member, type ScannedEvent, scanEvent, textOf } from './scan-event.ts';

/**
 * A CloudEvent in structured mode: its `data` is the event. Where that has no id or time of its own, those of the envelope count. What is
 * kept if it is refused is the envelope, whole. An envelope without data is handed on as the event, which then says what is wrong.
 *
 *   {"specversion":"1.0","id":"t-1","source":"/shop","type":"paid","time":"2026-11-21T10:00:00Z","data":{"userId":"ada",…}}
 */
export function openCloudEvent(envelope: Buffer): IncomingEvent {
  const scanned = scanEvent(envelope);
  // What is not JSON is told by the reader, in its words.
  if ('fault' in scanned) return { bytes: envelope };
  const members = new Map(scanned.members.map((member) => [nameOf(scanned, member), member]));
  const version = textMember(scanned, members.get('specversion'));
  if (version !== '1.0') return refused(envelope, 'specversion', '"1.0", as CloudEvents has it', version);
  const data = eventBytes(scanned, members);
  if (data === null)
    return refused(envelope, 'data', 'the event as a JSON object (or data_base64 with its bytes)', null);
  return {
    ...data,
    payload: envelope,
    envelope: { id: textMember(scanned, members.get('id')), time: textMember(scanned, members.get('time')) },
  };
}

function nameOf(scanned: ScannedEvent, member: Member): string {
  return textOf(scanned, member.keyStart, member.keyEnd, member.keyEscaped);
}

function textMember(scanned: ScannedEvent, member: Member | undefined): string | null {
  if (member?.kind !== 'text') return null;
  return textOf(scanned, member.valueStart, member.valueEnd, member.valueEscaped);
}

function eventBytes(
  scanned: ScannedEvent,
  members: ReadonlyMap<string, Member>,
): { readonly bytes: Buffer; readonly pointer: string } | null {
  const data = members.get('data');
  if (data?.kind === 'object')
    return { bytes: scanned.bytes.subarray(data.valueStart, data.valueEnd), pointer: '/data' };
  const encoded = textMember(scanned, members.get('data_base64'));
  return encoded === null ? null : { bytes: Buffer.from(encoded, 'base64'), pointer: '/data_base64' };
}

function refused(payload: Buffer, name: string, expected: string, got: string | null): IncomingEvent {
  const rejection: Rejection = {
    code: got === null ? 'MISSING_FIELD' : 'OUT_OF_RANGE',
    pointer: pointerTo(name),
    expected,
    got,
  };
  return { payload, rejection };
}
