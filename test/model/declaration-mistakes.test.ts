import { describe, expect, test } from 'vitest';
import { compileDeclarations } from '../../src/model/declare/compile-declarations.ts';
import { formatDiagnostic } from '../../src/model/declare/mistakes.ts';

/** Every mistake that a declaration can have, with the words a user reads. Line and column come first. */
interface Case {
  readonly says: string;
  readonly text: string;
  readonly mistakes: readonly string[];
}

const reading = (
  fields: string,
  head = '',
): string => `type Reading @event(key: "sensor", id: ["sensor", "at"], time: "at") ${head} {
  sensor: ID!
  at: DateTime!
  ${fields}
}`;

const FIELDS = 'id: ID!\n  sensor: ID!\n  occurredAt: DateTime!';

const event = (given: string, fields = FIELDS): string => `type Reading @event(${given}) {
  ${fields}
}`;

const kind = (name: string, plural = ''): string =>
  `type ${name} @event(key: "sensor"${plural === '' ? '' : `, plural: "${plural}"`}) { ${FIELDS.replaceAll('\n ', '')} }`;

function mistakesIn(text: string): readonly string[] {
  const result = compileDeclarations([{ file: 'f', text }]);
  return result.ok ? [] : result.diagnostics.map((found) => formatDiagnostic(found).replace(/^f:/, ''));
}

describe('what a file may hold', () => {
  test.each<Case>([
    {
      says: 'text that is not GraphQL',
      text: 'type Reading @event(key: "sensor" {\n  sensor: ID!\n}',
      mistakes: ['1:35 expected a name, got "{"'],
    },
    {
      says: 'a brace that is never closed',
      text: 'type Reading {\n  sensor: ID!',
      mistakes: ['2:14 expected a name, got the end of the file'],
    },
    {
      says: 'a folder with nothing in it but comments',
      text: '# to be written\n',
      mistakes: ['1:1 expected at least one type with @event, got none'],
    },
    {
      says: 'an input',
      text: `input ReadingInput { sensor: ID! }\n${kind('Reading')}`,
      mistakes: ['1:1 expected only type and enum in declarations, got input'],
    },
    {
      says: 'an extension',
      text: `extend type Reading { more: Int }\n${kind('Reading')}`,
      mistakes: ['1:1 expected only type and enum in declarations, got extend type'],
    },
    {
      says: 'a type that is no kind',
      text: `type Place { name: String! }\n${kind('Reading')}`,
      mistakes: ['1:6 expected @event(key: …) on type Place, got none'],
    },
    {
      says: 'a type with an interface',
      text: 'type Reading implements Event @event(key: "sensor") { id: ID! sensor: ID! occurredAt: DateTime! }',
      mistakes: ['1:25 expected a type without interfaces (Event is added by itself), got implements Event'],
    },
    {
      says: 'an enum without values',
      text: `enum Empty\n${kind('Reading')}`,
      mistakes: ['1:6 expected values in enum Empty, got none'],
    },
    {
      says: 'an enum with a value twice',
      text: `enum Unit { C F C }\n${kind('Reading')}`,
      mistakes: ['1:17 expected C once in Unit, got a second one'],
    },
    {
      says: 'an enum with a value of GraphQL itself',
      text: `enum Unit { C __F }\n${kind('Reading')}`,
      mistakes: ['1:15 expected a name that does not begin with "__", got __F'],
    },
    {
      says: 'an enum with a directive',
      text: `enum Unit { C F @deprecated }\n${kind('Reading')}`,
      mistakes: ['1:17 expected no directives on an enum, got @deprecated'],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('directives', () => {
  test.each<Case>([
    {
      says: 'an unknown directive',
      text: reading('value: Decimal @mesure'),
      mistakes: [
        '4:18 expected a directive for declarations (@dimension, @measure, @distinct, @money, @constraint, @searchable), got @mesure (did you mean @measure?)',
      ],
    },
    {
      says: 'a directive of types on a field',
      text: reading('value: Decimal @rollup(by: ["sensor"])'),
      mistakes: ['4:18 expected @rollup on a type, got @rollup on a field'],
    },
    {
      says: 'a directive of fields on a type',
      text: reading('value: Decimal', '@measure'),
      mistakes: ['1:70 expected @measure on a field, got @measure on a type'],
    },
    {
      says: 'a directive twice',
      text: reading('value: Decimal @measure @measure'),
      mistakes: ['4:27 expected @measure once, got a second one'],
    },
    {
      says: 'an unknown argument',
      text: reading('value: Decimal @measure(quantile: true)'),
      mistakes: ['4:27 expected an argument of @measure (quantiles), got quantile (did you mean quantiles?)'],
    },
    {
      says: 'an argument twice',
      text: reading('value: Decimal @measure(quantiles: true, quantiles: false)'),
      mistakes: ['4:44 expected quantiles once in @measure, got a second one'],
    },
    {
      says: 'an argument that is missing',
      text: reading('value: Decimal', '@rollup(every: ["1h"])'),
      mistakes: ['1:70 expected by: a list of texts in quotes in @rollup, got nothing'],
    },
    {
      says: 'an argument of another form',
      text: reading('value: Decimal @measure(quantiles: "yes")'),
      mistakes: ['4:38 expected quantiles: true or false, got "yes"'],
    },
    {
      says: 'a list with something else in it',
      text: reading('value: Decimal', '@rollup(by: ["sensor", 1])'),
      mistakes: ['1:82 expected by: a list of texts in quotes, got ["sensor", 1]'],
    },
    {
      says: 'every argument of @event wrong at once',
      text: event('kee: "sensor", id: 5'),
      mistakes: [
        '1:14 expected key: a text in quotes in @event, got nothing',
        '1:21 expected an argument of @event (key, id, time, plural, from, keepRaw), got kee (did you mean key?)',
        '1:40 expected id: a list of texts in quotes, got 5',
      ],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('@event', () => {
  test.each<Case>([
    {
      says: 'a key that is no field',
      text: event('key: "sensr"'),
      mistakes: [
        '1:26 expected @event(key:): a field of Reading (id, sensor, occurredAt), got sensr (did you mean sensor?)',
      ],
    },
    {
      says: 'a key that may be null',
      text: event('key: "sensor"', 'id: ID!\n  sensor: ID\n  occurredAt: DateTime!'),
      mistakes: ['1:26 expected @event(key:): a field that is never null, sensor: ID!, got sensor: ID'],
    },
    {
      says: 'a key of a type that names nothing',
      text: event('key: "value"', 'id: ID!\n  value: Decimal!\n  occurredAt: DateTime!'),
      mistakes: [
        '1:26 expected @event(key:): a field of type ID, String, Int, an enum, CountryCode or CurrencyCode, got value: Decimal',
      ],
    },
    {
      says: 'a key that is the id',
      text: event('key: "id"'),
      mistakes: [
        '2:3 expected a key or dimension by which events belong together (every row of an answer has an id of its own), got id',
      ],
    },
    {
      says: 'no field for the id',
      text: event('key: "sensor"', 'sensor: ID!\n  occurredAt: DateTime!'),
      mistakes: [
        '1:14 expected a field id, or @event(id: […]) with the fields that make an event the same event, got neither',
      ],
    },
    {
      says: 'an id with a field that is not there',
      text: event('key: "sensor", id: ["sensor", "tiem"]', 'sensor: ID!\n  time: DateTime!\n  occurredAt: DateTime!'),
      mistakes: [
        '1:51 expected @event(id:): a field of Reading (sensor, time, occurredAt), got tiem (did you mean time?)',
      ],
    },
    {
      says: 'an id that may be null',
      text: event('key: "sensor"', 'id: ID\n  sensor: ID!\n  occurredAt: DateTime!'),
      mistakes: ['1:14 expected @event(id:): a field that is never null, id: ID!, got id: ID'],
    },
    {
      says: 'an id of a type with several spellings',
      text: event('key: "sensor", id: ["value"]', 'sensor: ID!\n  value: Decimal!\n  occurredAt: DateTime!'),
      mistakes: [
        '1:41 expected @event(id:): a field of type ID, String, Int, SafeInt, DateTime, Date, an enum, CountryCode or CurrencyCode, got value: Decimal',
      ],
    },
    {
      says: 'an id with a field twice',
      text: event('key: "sensor", id: ["sensor", "sensor"]'),
      mistakes: ['1:51 expected sensor once in @event(id:), got a second one'],
    },
    {
      says: 'an id without fields',
      text: event('key: "sensor", id: []'),
      mistakes: ['1:14 expected @event(id:): at least one field, got an empty list'],
    },
    {
      says: 'no field for the time',
      text: event('key: "sensor"', 'id: ID!\n  sensor: ID!'),
      mistakes: [
        '1:14 expected a field occurredAt, or @event(time: …) with the field that says when it happened, got neither',
      ],
    },
    {
      says: 'a time that is no DateTime',
      text: event('key: "sensor", time: "day"', 'id: ID!\n  sensor: ID!\n  day: Date!'),
      mistakes: ['1:42 expected @event(time:): a field of type DateTime, got day: Date'],
    },
    {
      says: 'a duration that is none',
      text: event('key: "sensor", keepRaw: "90 days"'),
      mistakes: ['1:45 expected @event(keepRaw:): a duration like "90d" (s, m, h, d, w, mo, q, y), got "90 days"'],
    },
    {
      says: 'a topic that Kafka would not take',
      text: event('key: "sensor", from: "other topic"'),
      mistakes: [
        '1:42 expected @event(from:): the name of a topic (letters, digits, ".", "_", "-"), got "other topic"',
      ],
    },
    {
      says: 'a plural that is no name',
      text: event('key: "sensor", plural: "log-lines"'),
      mistakes: ['1:44 expected @event(plural:): letters and digits, a small letter first, got "log-lines"'],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('fields', () => {
  test.each<Case>([
    {
      says: 'an unknown type',
      text: reading('value: Decimel'),
      mistakes: [
        '4:10 expected a type of value (ID, String, Int, SafeInt, Float, Decimal, Boolean, DateTime, Date, CountryCode, CurrencyCode), got Decimel (did you mean Decimal?)',
      ],
    },
    {
      says: 'a list',
      text: reading('values: [Decimal!]!'),
      mistakes: ['4:11 expected a single value (an event has no lists), got [Decimal!]!'],
    },
    {
      says: 'another kind',
      text: `${kind('Place')}\n${reading('place: Place')}`,
      mistakes: ['5:10 expected a single value (an event has no nested objects), got Place'],
    },
    {
      says: 'a field with arguments',
      text: reading('value(unit: String): Decimal'),
      mistakes: ['4:9 expected a field without arguments, got arguments of value'],
    },
    {
      says: 'a field twice',
      text: reading('sensor: String'),
      mistakes: ['4:3 expected the field sensor once, got a second one'],
    },
    {
      says: 'a reserved name',
      text: reading('count: Int'),
      mistakes: [
        '4:3 expected a name that is not reserved (meta, start, end, final, revision, lateCount, others, count, rate, share, running, previous, change, and, or, not), got count',
      ],
    },
    {
      says: 'the name of a connective',
      text: reading('not: Boolean'),
      mistakes: [
        '4:3 expected a name that is not reserved (meta, start, end, final, revision, lateCount, others, count, rate, share, running, previous, change, and, or, not), got not',
      ],
    },
    {
      says: 'a name of the product',
      text: reading('_offset: Int'),
      mistakes: ['4:3 expected a name that does not begin with "_" (those are the product\'s), got _offset'],
    },
    {
      says: 'two fields that are one as enum values',
      text: reading('unitName: String @dimension\n  unit_name: String @dimension'),
      mistakes: ['5:3 expected a free name for the field unit_name, got UNIT_NAME, which the field unitName has'],
    },
    {
      says: 'a field that is spelt like a measure',
      text: reading('value: Decimal @measure\n  valueSum: Decimal'),
      mistakes: ['4:3 expected a free name for the measure valueSum, got VALUE_SUM, which the field valueSum has'],
    },
    {
      says: 'a field that is spelt like the column of quantiles',
      text: reading('value: Decimal @measure(quantiles: true)\n  valueQuantiles: Decimal'),
      mistakes: [
        '4:3 expected a free name for the quantiles of value, got VALUE_QUANTILES, which the field valueQuantiles has',
      ],
    },
    {
      says: 'a measure that orderBy could not tell from the time',
      text: reading('time: Int @measure'),
      mistakes: ['4:3 expected a measure not called TIME (orderBy has that), got time'],
    },
    {
      says: 'a dimension with too many values',
      text: reading('value: Decimal @dimension'),
      mistakes: [
        '4:18 expected @dimension on a field of type ID, String, an enum, CountryCode, CurrencyCode, Boolean, Int or Date, got Decimal',
      ],
    },
    {
      says: 'different values of a time',
      text: reading('since: DateTime @distinct'),
      mistakes: [
        '4:19 expected @distinct on a field of type ID, String, an enum, CountryCode, CurrencyCode, Boolean, Int or Date, got DateTime',
      ],
    },
    {
      says: 'a measure that is no number',
      text: reading('unit: String @measure'),
      mistakes: ['4:16 expected @measure on a field of type Int, SafeInt, Float or Decimal, got String'],
    },
    {
      says: 'money that is not exact',
      text: reading('price: Float @money(currency: "currency")\n  currency: CurrencyCode! @dimension'),
      mistakes: ['4:16 expected @money on a field of type Decimal, got Float'],
    },
    {
      says: 'money without its currency',
      text: reading('price: Decimal @money(currency: "curency")\n  currency: CurrencyCode! @dimension'),
      mistakes: [
        '4:35 expected @money(currency:): a field of Reading (sensor, at, price, currency), got curency (did you mean currency?)',
      ],
    },
    {
      says: 'money in something else',
      text: reading('price: Decimal @money(currency: "unit")\n  unit: String! @dimension'),
      mistakes: ['4:35 expected @money(currency:): a field of type CurrencyCode, got unit: String'],
    },
    {
      says: 'money in a currency that cannot be grouped by',
      text: reading('price: Decimal! @measure @money(currency: "currency")\n  currency: CurrencyCode!'),
      mistakes: [
        '4:45 expected @money(currency:): a field with @dimension, so that price can be grouped by it, got currency without it',
      ],
    },
    {
      says: 'money that is there without its currency',
      text: reading('price: Decimal! @measure @money(currency: "currency")\n  currency: CurrencyCode @dimension'),
      mistakes: [
        '4:45 expected @money(currency:): a field that is never null, currency: CurrencyCode!, got currency: CurrencyCode',
      ],
    },
    {
      says: 'search in something that is no text',
      text: reading('unit: ID @searchable'),
      mistakes: ['4:12 expected @searchable on a field of type String, got ID'],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('@constraint', () => {
  test.each<Case>([
    {
      says: 'a bound that is no number',
      text: reading('value: Decimal @constraint(min: "low")'),
      mistakes: ['4:35 expected a decimal in quotes with at most 4 digits after the point, got "low"'],
    },
    {
      says: 'a bound with more digits than the field',
      text: reading('value: Decimal @constraint(max: "0.125", scale: 2)'),
      mistakes: ['4:35 expected a decimal in quotes with at most 2 digits after the point, got "0.125"'],
    },
    {
      says: 'a bound with a fraction on whole numbers',
      text: reading('value: Int @constraint(min: "0.5")'),
      mistakes: ['4:31 expected a whole number in quotes, got "0.5"'],
    },
    {
      says: 'a bound with an exponent',
      text: reading('value: Float @constraint(max: "1e9")'),
      mistakes: ['4:33 expected a decimal in quotes, got "1e9"'],
    },
    {
      says: 'a bound on a text',
      text: reading('unit: String @constraint(min: "1")'),
      mistakes: ['4:33 expected min on a field of type Int, SafeInt, Float or Decimal, got String'],
    },
    {
      says: 'bounds the wrong way round',
      text: reading('value: Decimal @constraint(min: "10", max: "9.5")'),
      mistakes: ['4:46 expected max of at least min, 10, got 9.5'],
    },
    {
      says: 'no room for any text',
      text: reading('unit: String @constraint(maxLength: 0)'),
      mistakes: ['4:39 expected maxLength above 0, got 0'],
    },
    {
      says: 'a length of a number',
      text: reading('value: Int @constraint(maxLength: 5)'),
      mistakes: ['4:37 expected maxLength on a field of type String or ID, got Int'],
    },
    {
      says: 'a pattern that does not compile',
      text: reading('unit: String @constraint(pattern: "[a-")'),
      mistakes: [
        '4:37 expected pattern: a regular expression that is safe on any text, got "[a-": Unterminated character class',
      ],
    },
    {
      says: 'a pattern that could take for ever',
      text: reading('unit: String @constraint(pattern: "^(a+)+$")'),
      mistakes: [
        '4:37 expected pattern: a regular expression that is safe on any text, got "^(a+)+$": a repeated group that itself repeats or chooses',
      ],
    },
    {
      says: 'a pattern that refers back',
      text: reading('unit: String @constraint(pattern: "^(a|b)\\\\1$")'),
      mistakes: [
        '4:37 expected pattern: a regular expression that is safe on any text, got "^(a|b)\\\\1$": a reference back to a group',
      ],
    },
    {
      says: 'a scale beyond the column',
      text: reading('value: Decimal @constraint(scale: 19)'),
      mistakes: ['4:37 expected scale from 0 to 18, got 19'],
    },
    {
      says: 'a scale of something else',
      text: reading('value: Int @constraint(scale: 2)'),
      mistakes: ['4:33 expected scale on a field of type Decimal, got Int'],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('@rollup', () => {
  test.each<Case>([
    {
      says: 'a dimension that is none',
      text: reading('value: Decimal\n  unit: String @dimension', '@rollup(by: ["units"])'),
      mistakes: ['1:83 expected @rollup(by:): a dimension of Reading (sensor, unit), got units (did you mean unit?)'],
    },
    {
      says: 'a field that is no dimension',
      text: reading('value: Int\n  unit: String @dimension', '@rollup(by: ["value"])'),
      mistakes: ['1:83 expected @rollup(by:): a dimension of Reading (sensor, unit), got value'],
    },
    {
      says: 'a dimension twice',
      text: reading('unit: String @dimension', '@rollup(by: ["sensor", "sensor"])'),
      mistakes: ['1:93 expected sensor once in @rollup(by:), got a second one'],
    },
    {
      says: 'no dimension',
      text: reading('unit: String @dimension', '@rollup(by: [])'),
      mistakes: ['1:70 expected @rollup(by:): at least one dimension, got an empty list'],
    },
    {
      says: 'a grain that is none',
      text: reading('unit: String @dimension', '@rollup(by: ["sensor"], every: ["5m", "1h"])'),
      mistakes: ['1:102 expected @rollup(every:): a grain (1s, 1m, 1h, 1d), got 5m (did you mean 1m?)'],
    },
    {
      says: 'a grain twice',
      text: reading('unit: String @dimension', '@rollup(by: ["sensor"], every: ["1h", "1h"])'),
      mistakes: ['1:108 expected 1h once in @rollup(every:), got a second one'],
    },
    {
      says: 'no grain',
      text: reading('unit: String @dimension', '@rollup(by: ["sensor"], every: [])'),
      mistakes: ['1:70 expected @rollup(every:): at least one grain, got an empty list'],
    },
    {
      says: 'the same rollup twice',
      text: reading('unit: String @dimension', '@rollup(by: ["sensor"]) @rollup(by: ["sensor"], every: ["1s"])'),
      mistakes: ['1:94 expected one @rollup by sensor, with all its grains, got a second one'],
    },
    {
      says: 'the same dimensions in another order',
      text: reading('unit: String @dimension', '@rollup(by: ["sensor", "unit"]) @rollup(by: ["unit", "sensor"])'),
      mistakes: ['1:102 expected one @rollup by sensor, unit, with all its grains, got a second one'],
    },
    {
      says: 'the default rollup again',
      text: reading('unit: String @dimension', '@rollup(by: ["unit"], every: ["1s", "1m"])'),
      mistakes: ['1:70 expected grains that the default rollup has not, got 1m'],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('@metric', () => {
  test.each<Case>([
    {
      says: 'a measure that is none',
      text: reading('value: Decimal @measure', '@metric(name: "hot", of: "valuSum", where: {sensor: {eq: "a"}})'),
      mistakes: ['1:95 expected @metric(of:): count or a sum (count, valueSum), got valuSum (did you mean valueSum?)'],
    },
    {
      says: 'a measure that cannot be added up',
      text: reading('value: Decimal @measure', '@metric(name: "hot", of: "valueAvg", where: {sensor: {eq: "a"}})'),
      mistakes: ['1:95 expected @metric(of:): count or a sum (count, valueSum), got valueAvg'],
    },
    {
      says: 'a name that is no field name',
      text: reading('value: Decimal @measure', '@metric(name: "hot days", where: {sensor: {eq: "a"}})'),
      mistakes: ['1:84 expected @metric(name:): letters, digits and "_", a small letter first, got "hot days"'],
    },
    {
      says: 'a reserved name',
      text: reading('value: Decimal @measure', '@metric(name: "rate", where: {sensor: {eq: "a"}})'),
      mistakes: [
        '1:84 expected a name that is not reserved (id, meta, start, end, final, revision, lateCount, others, count, rate, share, running, previous, change), got rate',
      ],
    },
    {
      says: 'the name of what every row has',
      text: reading('value: Decimal @measure', '@metric(name: "id", where: {sensor: {eq: "a"}})'),
      mistakes: [
        '1:84 expected a name that is not reserved (id, meta, start, end, final, revision, lateCount, others, count, rate, share, running, previous, change), got id',
      ],
    },
    {
      says: 'the name of a field',
      text: reading('value: Decimal @measure', '@metric(name: "value", where: {sensor: {eq: "a"}})'),
      mistakes: ['1:84 expected a free name for the metric value, got VALUE, which the field value has'],
    },
    {
      says: 'one name for two',
      text: reading(
        'value: Decimal @measure',
        '@metric(name: "hot", where: {sensor: {eq: "a"}}) @metric(name: "hot", where: {sensor: {eq: "b"}})',
      ),
      mistakes: ['1:133 expected a free name for the metric hot, got HOT, which the metric hot has'],
    },
    {
      says: 'a filter that is no object',
      text: reading('value: Decimal @measure', '@metric(name: "hot", where: "value > 5")'),
      mistakes: ['1:98 expected where: an object in braces, got "value > 5"'],
    },
    {
      says: 'an empty filter',
      text: reading('value: Decimal @measure', '@metric(name: "hot", where: {})'),
      mistakes: ['1:98 expected a filter over the fields of Reading, got {}'],
    },
    {
      says: 'a filter over a field that is not there',
      text: reading('value: Decimal @measure', '@metric(name: "hot", where: {valeu: {gt: 5}})'),
      mistakes: [
        '1:99 expected a field of Reading to filter by (sensor, at, value, and, or, not), got valeu (did you mean value?)',
      ],
    },
    {
      says: 'a value without an operator',
      text: reading('value: Decimal @measure', '@metric(name: "hot", where: {value: 5})'),
      mistakes: ['1:106 expected operators for value, as {eq: …}, got 5'],
    },
    {
      says: 'an operator that the type has not',
      text: reading('value: Decimal @measure', '@metric(name: "hot", where: {value: {contains: "5"}})'),
      mistakes: ['1:107 expected an operator for value (eq, ne, lt, lte, gt, gte, isNull), got contains'],
    },
    {
      says: 'a value of another type',
      text: reading('value: Decimal @measure', '@metric(name: "hot", where: {value: {gt: "five"}})'),
      mistakes: ['1:111 expected a decimal for value, got "five"'],
    },
    {
      says: 'a value that the enum has not',
      text: `${reading('unit: Unit @dimension', '@metric(name: "hot", where: {or: [{unit: {in: ["CELSIUS", "KELVEN"]}}, {not: {unit: {eq: 5}}}]})')}\nenum Unit { CELSIUS KELVIN }`,
      mistakes: [
        '1:128 expected a value of Unit (CELSIUS, KELVIN), got KELVEN (did you mean KELVIN?)',
        '1:159 expected a value of Unit for unit, got 5',
      ],
    },
    {
      says: 'a filter by the time, which is the range of a question',
      text: reading('value: Decimal', '@metric(name: "hot", where: {at: {gte: "2026-11-21T00:00:00Z"}})'),
      mistakes: ['1:99 expected a filter without the time of the event (the range says that), got at'],
    },
    {
      says: 'values that only look right',
      text: reading(
        'day: Date @dimension\n  live: Boolean @dimension\n  place: CountryCode @dimension\n  currency: CurrencyCode @dimension\n  since: DateTime',
        '@metric(name: "hot", where: {day: {eq: "2026-02-30"}, live: {isNull: 1}, place: {eq: "XQ"}, currency: {ne: "USX"}, since: {gte: "yesterday"}})',
      ),
      mistakes: [
        '1:109 expected a day like "2026-11-21" for day, got "2026-02-30"',
        '1:139 expected true or false for live.isNull, got 1',
        '1:155 expected a country code like "DE" for place, got "XQ"',
        '1:177 expected a currency code like "USD" for currency, got "USX"',
        '1:198 expected a time like "2026-11-21T10:00:00Z" for since, got "yesterday"',
      ],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

describe('names between kinds', () => {
  test.each<Case>([
    {
      says: 'a type of the product',
      text: kind('Session'),
      mistakes: ['1:6 expected a free name for type Session, got Session, which the product has'],
    },
    {
      says: 'an enum of the product',
      text: `enum Verdict { GOOD }\n${kind('Reading')}`,
      mistakes: ['1:6 expected a free name for enum Verdict, got Verdict, which the product has'],
    },
    {
      says: 'a type name that no file could have',
      text: kind('Log_Line'),
      mistakes: [
        '1:6 expected a type name of letters and digits, a capital first, got Log_Line (did you mean LogLine?)',
      ],
    },
    {
      says: 'two types of one name',
      text: `${kind('Reading')}\n${kind('Reading', 'others')}`,
      mistakes: ['2:6 expected a free name for type Reading, got Reading, which type Reading has'],
    },
    {
      says: 'a type that another kind makes',
      text: `${kind('Reading')}\n${kind('ReadingInput')}`,
      mistakes: ['1:6 expected a free name for type Reading, got ReadingInput, which type ReadingInput has'],
    },
    {
      says: 'an enum whose filter is there',
      text: `enum Float { A }\n${kind('Reading')}\nenum Int_ { A }`,
      mistakes: [
        '1:6 expected a free name for enum Float, got Float, which the product has',
        '3:6 expected a type name of letters and digits, a capital first, got Int_ (did you mean Int?)',
      ],
    },
    {
      says: 'two kinds with one plural',
      text: `${kind('Reading', 'all')}\n${kind('Place', 'all')}`,
      mistakes: ['2:42 expected a free name for type Place, got all, which type Reading has'],
    },
    {
      says: 'a plural that is the name of another kind',
      text: `${kind('Reading', 'place')}\n${kind('Place')}`,
      mistakes: ['2:6 expected a free name for type Place, got place, which type Reading has'],
    },
    {
      says: "a plural that is another kind's question",
      text: `${kind('Reading')}\n${kind('Place', 'readingMetrics')}`,
      mistakes: ['2:42 expected a free name for type Place, got readingMetrics, which type Reading has'],
    },
    {
      says: 'a plural that is its own kind',
      text: kind('News', 'news'),
      mistakes: ['1:41 expected a free name for type News, got news, which type News has'],
    },
    {
      says: 'a plural of the product',
      text: kind('Refusal', 'rejected'),
      mistakes: ['1:44 expected a free name for type Refusal, got rejected, which the product has'],
    },
    ...['sessions', 'alerts', 'results', 'late', 'acknowledgements', 'jobs'].map((plural) => ({
      says: `the plural ${plural}, which jobs write to or people`,
      text: kind('Refusal', plural),
      mistakes: [`1:44 expected a free name for type Refusal, got ${plural}, which the product has`],
    })),
    {
      says: 'two kinds with one enum value',
      text: `${kind('LogLine')}\n${kind('LOGLine')}`,
      mistakes: ['2:6 expected a free name for type LOGLine, got LOG_LINE, which type LogLine has'],
    },
  ])('$says', ({ text, mistakes }) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });
});

test('all mistakes of all files are told at once, in the order a reader meets them', () => {
  const result = compileDeclarations([
    { file: 'b.graphql', text: reading('value: Decimel @mesure') },
    { file: 'a.graphql', text: 'type Place @event(key: "nmae") {\n  id: ID!\n  name: String!\n  occurredAt: Date!\n}' },
  ]);
  expect(result.ok ? [] : result.diagnostics.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
    'a.graphql:1:12',
    'a.graphql:1:24',
    'b.graphql:4:10',
    'b.graphql:4:18',
  ]);
});

test('a file that cannot be read hides no mistake of another, and accuses no type that it may hold', () => {
  const result = compileDeclarations([
    { file: 'unit.graphql', text: 'enum Unit { CELSIUS' },
    { file: 'reading.graphql', text: reading('unit: Unit\n  value: Decimal @mesure') },
  ]);
  expect(result.ok ? [] : result.diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual([
    'reading.graphql:5',
    'unit.graphql:1',
  ]);
});

test('a folder without files is told that it has no kind', () => {
  const result = compileDeclarations([]);
  expect(result.ok ? [] : result.diagnostics.map(formatDiagnostic)).toEqual([
    '*.graphql:1:1 expected at least one type with @event, got no .graphql file',
  ]);
});
