import { expect, test } from 'vitest';
import { FieldName, fieldsClass, StoredFields } from '../../src/processor/runtime/stored-fields.ts';
import { randomFrom } from '../support/random.ts';

const NAMES = ['id', 'amount', 'status', 'whole', 'read', 'constructor', 'toString', 'absent', 'é', 'with"quote'];
const Fields = fieldsClass(NAMES);
const VALUES: readonly unknown[] = [
  ...['', 'PAGE_VIEW', '/p/7', 'comma,"quote"} and \\ more', '\u0000\n', 'é', 'Ã©', '😀', '\ud800', 'x'.repeat(100)],
  ...[0, -0, 7, -7, 1.5, 1e21, 1e-7, 123456789012345, 1234567890123456, 0.1, true, false, null],
  // Fields have no such values; what is odd is read as a whole.
  ...[{ id: 'inner' }, ['amount', { status: 1 }], {}],
];

function fieldsOf(text: string): InstanceType<typeof Fields> {
  // As it lies in a batch: others before it and behind.
  const bytes = Buffer.from(`head${text}{"id":"another"}`);
  return new Fields(bytes, 5, 4 + Buffer.byteLength(text));
}

function checkAll(text: string): void {
  const parsed = JSON.parse(text);
  const fields = fieldsOf(text);
  for (const name of NAMES) {
    const expected = Object.hasOwn(parsed, name) ? parsed[name] : undefined;
    // Names that every object has are found in a parsed one too, as ever.
    if (expected !== undefined || !(name in {})) expect([text, name, fields[name]]).toEqual([text, name, expected]);
  }
  expect(StoredFields.whole(fields)).toEqual(parsed);
  expect(StoredFields.read(fields, new FieldName('id'))).toEqual(parsed.id);
}

test('a field is what JSON says, whatever stands around it and however it is written', () => {
  const random = randomFrom(7);
  const one = <Of>(of: readonly Of[]): Of => of[random(of.length)] as Of;
  for (let i = 0; i < 5_000; i++) {
    const members = Array.from({ length: random(8) }, () => [one(NAMES), one(VALUES)] as const);
    // Also with a name that comes twice, of which the last counts.
    const written = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    checkAll(`{${written.join(',')}}`);
    if (random(5) === 0) checkAll(`{${written.join(' ,\n')}}`);
    if (random(5) === 0) checkAll(JSON.stringify(Object.fromEntries(members), null, 1));
  }
});

test('numbers and texts that JSON writes in several ways are the same value', () => {
  for (const value of ['1.50', '1E2', '1e+2', '-0.0', '12345678901234567890', '"\\u0041"', '"\\/"', '"a\\\\"'])
    checkAll(`{"id":${value},"amount":1}`);
});

test('each of two events is asked in turn', () => {
  const [one, other] = [fieldsOf('{"id":"a","amount":1}'), fieldsOf('{"amount":2,"id":"b"}')];
  expect([one.id, other.id, one.amount, other.amount]).toEqual(['a', 'b', 1, 2]);
});
