import { type EventSplitter, PartialEvent, type Piece } from './event-splitter.ts';

/**
 * A body that is one JSON text: an array of events, or one event. Finds where each begins and ends by its brackets and quotes, and leaves
 * the judging of what is between to the reader, so that a broken event inside a sound array costs only itself. Where the array
 * itself is damaged, the events before are judged and all the rest is one refusal.
 */
export function splitJson(): EventSplitter {
  const state: SplitState = {
    place: 'start',
    inArray: false,
    depth: 0,
    inText: false,
    escaped: false,
    event: new PartialEvent(),
    fault: '',
  };
  return {
    push(chunk, take) {
      let at = 0;
      while (at < chunk.length) {
        at = state.place === 'event' ? followEvent(state, chunk, at, take) : betweenEvents(state, chunk, at);
      }
    },
    end(take) {
      endBody(state, take);
    },
  };
}

interface SplitState {
  /**
   * start: nothing yet. first: after "[". next: after ",". event: inside one. after: behind one in an array. over: behind the whole.
   * damaged: whatever comes belongs to the rest that is refused.
   */
  place: 'start' | 'first' | 'next' | 'event' | 'after' | 'over' | 'damaged';
  inArray: boolean;
  /** Open brackets of the event. */
  depth: number;
  inText: boolean;
  escaped: boolean;
  readonly event: PartialEvent;
  /** What was expected where the damage begins. */
  fault: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Takes one byte, or all that is left once the body is damaged. Returns where to go on. */
function betweenEvents(state: SplitState, chunk: Buffer, at: number): number {
  if (state.place === 'damaged') {
    state.event.add(chunk.subarray(at));
    return chunk.length;
  }
  const byte = chunk[at] as number;
  if (isSpace(byte) || (state.place === 'start' && isBom(byte))) return at + 1;
  switch (state.place) {
    case 'start':
      if (byte !== OPEN_BRACKET) return beginEvent(state, at);
      state.inArray = true;
      state.place = 'first';
      return at + 1;
    case 'first':
      if (byte !== CLOSE_BRACKET) return beginEvent(state, at);
      state.place = 'over';
      return at + 1;
    case 'next':
      return byte === CLOSE_BRACKET || byte === COMMA ? damage(state, at, 'an event after ","') : beginEvent(state, at);
    case 'after':
      if (byte !== COMMA && byte !== CLOSE_BRACKET) return damage(state, at, '"," or "]" after an event');
      state.place = byte === COMMA ? 'next' : 'over';
      return at + 1;
    default:
      return damage(state, at, 'one JSON text; for one event a line, send application/x-ndjson');
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** A byte of the byte order mark, EF BB BF: nothing else begins with one of these. */
function isBom(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}

function beginEvent(state: SplitState, at: number): number {
  state.place = 'event';
  state.depth = 0;
  return at;
}

function damage(state: SplitState, at: number, expected: string): number {
  state.place = 'damaged';
  state.fault = expected;
  return at;
}

/** Follows an event to its end or to that of the chunk. */
function followEvent(state: SplitState, chunk: Buffer, from: number, take: (piece: Piece) => void): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    if (state.inText) {
      if (state.escaped) state.escaped = false;
      else if (byte === BACKSLASH) state.escaped = true;
      else if (byte === QUOTE) {
        state.inText = false;
        if (state.depth === 0) return endEvent(state, chunk, from, at + 1, take);
      }
    } else if (byte === QUOTE) {
      state.inText = true;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      state.depth++;
    } else if (state.depth === 0) {
      // A bare word or number: the separator behind it is not part of it, unless there is nothing else.
      if (byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE || isSpace(byte)) {
        return endEvent(state, chunk, from, state.event.isEmpty ? Math.max(at, from + 1) : at, take);
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      state.depth--;
      if (state.depth === 0) return endEvent(state, chunk, from, at + 1, take);
    }
  }
  state.event.add(chunk.subarray(from));
  return chunk.length;
}

function endEvent(state: SplitState, chunk: Buffer, from: number, to: number, take: (piece: Piece) => void): number {
  state.event.add(chunk.subarray(from, to));
  take(state.event.take());
  state.place = state.inArray ? 'after' : 'over';
  return to;
}

function endBody(state: SplitState, take: (piece: Piece) => void): void {
  const { place, inArray, depth, inText } = state;
  if (place === 'over') return;
  if (place === 'event' && !inArray && depth === 0 && !inText) {
    take(state.event.take());
    return;
  }
  const rest = state.event.take();
  const payload = 'rejection' in rest ? rest.payload : rest.bytes;
  const kept = 'rejection' in rest ? `its first ${payload.length} bytes are kept here` : 'it is kept here';
  const expected =
    place === 'damaged' ? state.fault : place === 'start' ? 'a JSON object or array' : 'the end of the JSON text';
  const got =
    place === 'damaged' ? `something else; the rest of the body is no longer read, ${kept}` : 'the end of the body';
  take({ payload, rejection: { code: 'NOT_JSON', pointer: '', expected, got } });
}
