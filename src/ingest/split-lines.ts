import { type EventSplitter, PartialEvent, type Piece } from './event-splitter.ts';

/** One event a line. Ends of lines may be LF or CRLF, the last may have none, blank lines and a byte order mark are no events. */
export function splitLines(): EventSplitter {
  const line = new PartialEvent();
  let isFirst = true;
  const finish = (take: (piece: Piece) => void): void => {
    const piece = line.take();
    const trimmed = 'rejection' in piece ? piece : { bytes: trimLine(isFirst ? withoutBom(piece.bytes) : piece.bytes) };
    isFirst = false;
    if ('rejection' in trimmed || trimmed.bytes.length > 0) take(trimmed);
  };
  return {
    push(chunk, take) {
      // Blank lines by the million, which gzip makes of a few bytes, are passed by.
      let start = line.isEmpty ? blankBytes(chunk) : 0;
      if (start > 0) isFirst = false;
      for (let end = chunk.indexOf(LINE_FEED, start); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
        line.add(chunk.subarray(start, end));
        finish(take);
        start = end + 1 + blankBytes(chunk, end + 1);
      }
      if (start < chunk.length) line.add(chunk.subarray(start));
    },
    end(take) {
      if (!line.isEmpty) finish(take);
    },
  };
}

const LINE_FEED = 0x0a;

function blankBytes(chunk: Buffer, from = 0): number {
  let at = from;
  while (chunk[at] === LINE_FEED) at++;
  return at - from;
}

function withoutBom(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Without the space around, which JSON allows and which makes a line blank. */
function trimLine(line: Buffer): Buffer {
  let start = 0;
  let end = line.length;
  while (end > start && isSpace(line[end - 1])) end--;
  while (start < end && isSpace(line[start])) start++;
  return start === 0 && end === line.length ? line : line.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0d || byte === 0x09;
}
