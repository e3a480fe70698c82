import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEPTH_MAX, scanEvent, textOf } from '../../src/ingest/scan-event.ts';

describe('scanning an event', () => {
  test('every JSON object has the members that JSON.parse finds, in any spelling', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 })),
        space,
        (object, spaces) => {
          const text = spaces + JSON.stringify(object, null, spaces.slice(0, 3)) + spaces;
          expect(scanned(text)).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what JSON.parse refuses it refuses, and the other way round', () => {
    fc.assert(
      fc.property(damagedJson, (text) => {
        expect(isScanned(text), text).toBe(isParsed(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test('it never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        scanEvent(Buffer.concat([Buffer.from('{"a":"'), bytes]));
        scanEvent(Buffer.from(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['an overlong form', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a lone continuation byte', [0x80]],
    ['a cut character', [0xf0, 0x9f, 0x98]],
  ])('%s is no UTF-8 and so no JSON', (_, bytes) => {
    const event = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(scanEvent(event)).toMatchObject({ fault: 'syntax', expected: 'text in UTF-8' });
  });

  test('brackets are followed to a bound and no further', () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(isScanned(nested(DEPTH_MAX - 1))).toBe(true);
    expect(scanEvent(Buffer.from(nested(100_000)))).toMatchObject({ fault: 'depth' });
  });

  test('another JSON value is not an object; a line break between tokens is noticed, one inside a text is not one', () => {
    expect(scanEvent(Buffer.from(' [1] '))).toMatchObject({ fault: 'not an object' });
    expect(scanEvent(Buffer.from('{"a":\n1}'))).toMatchObject({ hasLineBreaks: true });
    expect(scanEvent(Buffer.from('{"a":"\\n"}'))).toMatchObject({ hasLineBreaks: false });
  });
});

const space = fc.constantFrom('', ' ', '\n', '\t \r\n');

/** JSON with a few bytes taken out, put in or exchanged: most of it is broken, some of it still JSON. */
const damagedJson = fc
  .tuple(
    fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\u0019-+.eEtrufalsn \n\t\u0001', '')), { maxLength: 3 }),
  )
  .map(([object, changes]) => {
    let text = JSON.stringify(object);
    for (const [place, character] of changes) {
      const at = place % (text.length + 1);
      text = text.slice(0, at) + character + text.slice(at + (place % 2));
    }
    return text;
  });

function isScanned(text: string): boolean {
  return 'members' in scanEvent(Buffer.from(text));
}

function isParsed(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function scanned(text: string): Record<string, unknown> {
  const event = scanEvent(Buffer.from(text));
  if ('fault' in event) throw new Error(JSON.stringify(event));
  const members: [string, unknown][] = event.members.map((member) => {
    const key = textOf(event, member.keyStart, member.keyEnd, member.keyEscaped);
    if (member.kind === 'text') return [key, textOf(event, member.valueStart, member.valueEnd, member.valueEscaped)];
    const value: unknown = JSON.parse(event.bytes.toString('utf8', member.valueStart, member.valueEnd));
    return [key, value];
  });
  return Object.fromEntries(members);
}
