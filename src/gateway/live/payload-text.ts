/**
 * The payload of a message as it was written, which is what a request's body is over HTTP: what JSON.parse makes of a long number is not what
 * was sent. The message was parsed before; of several members with the name the last counts, as it does there.
 */
export function payloadText(message: string): string | null {
  let payload: string | null = null;
  let name: string | null = null;
  let valueFrom = -1;
  let depth = 0;
  for (let at = 0; at < message.length; at++) {
    const char = message[at];
    if (char === '"') {
      const end = endOfText(message, at);
      if (depth === 1 && valueFrom === -1) name = JSON.parse(message.slice(at, end + 1));
      at = end;
    } else if (char === '{' || char === '[') {
      depth++;
    } else if (char === ':' && depth === 1) {
      valueFrom = at + 1;
    } else if (char === '}' || char === ']' || char === ',') {
      if (depth === 1 && name === 'payload') payload = message.slice(valueFrom, at);
      if (depth === 1) [name, valueFrom] = [null, -1];
      if (char !== ',') depth--;
    }
  }
  return payload;
}

function endOfText(json: string, opening: number): number {
  let at = opening + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
