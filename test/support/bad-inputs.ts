import fc from 'fast-check';
import type { FieldModel, KindModel } from '../../src/model/event-model.ts';

/**
 * Lines that a broken or hostile producer might send for a kind: sound events with a member replaced, left out, doubled or added, texts
 * with bytes flipped, cut or put in, and noise. Some of them are sound all the same. None holds a line feed.
 */
export function badLines(kind: KindModel, sound: Readonly<Record<string, unknown>>): fc.Arbitrary<Buffer> {
  const names = kind.fields.map(({ name }) => name);
  const json = JSON.stringify(sound);
  return fc
    .oneof(
      { weight: 6, arbitrary: replaced(kind.fields, sound) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...names).map((name) => JSON.stringify({ ...sound, [name]: undefined })),
      },
      { weight: 1, arbitrary: strangeNames(json, names) },
      { weight: 2, arbitrary: damaged(json) },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 80 }) },
      { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    )
    .map((line) => Buffer.from(Buffer.from(line).map((byte) => (byte === 0x0a ? 0x20 : byte))));
}

/** JSON texts of values that no field should take, or some should. */
const POISON = [
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-1e999',
  '-0',
  '-0.0',
  '0',
  '1',
  '1.0',
  '1e2',
  '1E+2',
  '0.1',
  '01',
  '.5',
  '5.',
  '+1',
  '0x1',
  '1_000',
  '2147483648',
  '-2147483649',
  '9007199254740991',
  '9007199254740993',
  '12345678901234567890',
  '0.1234567890123456789',
  '1e-400',
  '5e-324',
  `1e${'9'.repeat(50)}`,
  '9'.repeat(500),
  `0.${'0'.repeat(500)}1`,
  'null',
  'true',
  'false',
  'True',
  'undefined',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ud83d\\ude00"',
  '"\u{1f600}"',
  '"\\x"',
  '"\\u12"',
  '"\u0007"',
  '"\u202e\u200f"',
  '"\ufeff"',
  `"${'x'.repeat(9_000)}"`,
  `"${'\u{1f600}'.repeat(600)}"`,
  '"1250.00"',
  '"1e5"',
  '"1e999"',
  '"-0"',
  '"+5"',
  '"1,5"',
  '"١"',
  '"007"',
  '"NaN"',
  '"0.00001"',
  '"99999999999999999999999999999999999999"',
  '"usd"',
  '"USD"',
  '"XXX"',
  '"US"',
  '"de"',
  '"DE"',
  '"ZZ"',
  '"ıd"',
  '"CAPTURED"',
  '"captured"',
  '"__proto__"',
  '"constructor"',
  '"2026-11-21T09:59:59Z"',
  '"2026-11-21T10:59:59+01:00"',
  '"2026-11-21T09:59:59"',
  '"2026-11-21 09:59:59Z"',
  '"2026-11-21T24:00:00Z"',
  '"2026-02-30T00:00:00Z"',
  '"2016-12-31T23:59:60Z"',
  '"1970-01-01T00:00:00Z"',
  '"0000-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59Z"',
  '"2026-11-21"',
  '"1900-01-01"',
  '"2299-12-31"',
  '"2026-02-29"',
  '0',
  '1795255199',
  '[]',
  '{}',
  '[[[[1]]]]',
  '{"a":{"b":{}}}',
  `${'['.repeat(200)}${']'.repeat(200)}`,
];

function replaced(fields: readonly FieldModel[], sound: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.constantFrom(...fields), fc.oneof(fc.constantFrom(...POISON), anyJson)), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) => {
      const members = new Map(Object.entries(sound).map(([name, value]) => [name, JSON.stringify(value)]));
      for (const [field, text] of changes) members.set(field.name, text);
      return `{${[...members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
    });
}

const anyJson = fc.oneof(
  fc.double().map((number) => JSON.stringify(number)),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.bigInt().map(String),
);

function strangeNames(json: string, names: readonly string[]): fc.Arbitrary<string> {
  const strange = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '_tenant',
    '_id',
    '_time',
    '\u0000',
    '\ud800',
    ...names,
    'x'.repeat(5_000),
  ];
  return fc
    .array(fc.tuple(fc.constantFrom(...strange), fc.constantFrom(...POISON)), { minLength: 1, maxLength: 3 })
    .map((added) => `{${added.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')},${json.slice(1)}`);
}

/** One to four bytes put in, taken out or flipped. */
function damaged(json: string): fc.Arbitrary<Buffer> {
  const change = fc.tuple(fc.nat(json.length - 1), fc.constantFrom('in', 'out', 'flip', 'cut'), fc.nat(255));
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    let bytes = Buffer.from(json);
    for (const [place, how, byte] of changes) {
      const at = bytes.length === 0 ? 0 : place % bytes.length;
      const before = bytes.subarray(0, at);
      if (how === 'cut') bytes = before;
      else if (how === 'out') bytes = Buffer.concat([before, bytes.subarray(at + 1)]);
      else if (how === 'in') bytes = Buffer.concat([before, Buffer.from([byte]), bytes.subarray(at)]);
      else bytes = Buffer.concat([before, Buffer.from([(bytes[at] ?? 0) ^ (1 << (byte % 8))]), bytes.subarray(at + 1)]);
    }
    return bytes;
  });
}
