/**
 * The head of a WebSocket message of one text frame, with the bytes in front that differ from reader to reader. What follows is `restBytes` long.
 * A server masks nothing, so bytes that many get can be sent behind it as they are:
 *
 *   byte 0     0x81: the last frame of a message, of text
 *   byte 1     the length, if it is at most 125; 126: in the next 2 bytes; 127: in the next 8
 */
export function textFrameHead(opening: Buffer, restBytes: number): Buffer {
  const bytes = opening.length + restBytes;
  const lengthBytes = bytes <= 125 ? 0 : bytes <= 0xffff ? 2 : 8;
  const head = Buffer.allocUnsafe(2 + lengthBytes + opening.length);
  head[0] = 0x81;
  if (lengthBytes === 0) {
    head[1] = bytes;
  } else if (lengthBytes === 2) {
    head[1] = 126;
    head.writeUInt16BE(bytes, 2);
  } else {
    head[1] = 127;
    // No buffer is longer than what six bytes can tell.
    head.writeUInt16BE(0, 2);
    head.writeUIntBE(bytes, 4, 6);
  }
  head.set(opening, 2 + lengthBytes);
  return head;
}
