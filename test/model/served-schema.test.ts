import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { WHERE_OPERATORS } from '../../src/model/declare/field-types.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { RESERVED_QUERIES, RESERVED_TYPES } from '../../src/model/declare/reserved-names.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import type { EventModel, FieldType } from '../../src/model/event-model.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import { filterName, typeNamesOf } from '../../src/model/names.ts';
import { CURRENCY_CODES } from '../../src/model/values/currency-codes.ts';
import { REJECTION_CODES, REQUEST_ERROR_CODES } from '../../src/platform/errors.ts';
import { compiled } from '../support/compiled.ts';

const SENSOR = `
"A value that a sensor measured."
type SensorReading @event(key: "sensor", id: ["sensor", "measuredAt"], time: "measuredAt") {
  sensor: ID!
  measuredAt: DateTime!
  value: Decimal! @measure
}`;

const EVERY_TYPE_OF_FIELD = `
type Everything @event(key: "key", time: "at", plural: "everything2") @rollup(by: ["key"], every: ["1s", "1m"]) {
  id: ID!
  key: String! @distinct @constraint(pattern: "^[a-z]+$")
  int: Int @dimension @measure
  safe: SafeInt @measure(quantiles: true)
  float: Float @measure
  decimal: Decimal @measure @money(currency: "currency")
  flag: Boolean @dimension
  day: Date @dimension
  country: CountryCode @dimension @distinct
  currency: CurrencyCode @dimension
  unit: Unit @dimension(high: true)
  text: String @searchable
  at: DateTime
}
enum Unit { CELSIUS KELVIN }`;

const MODELS: readonly (readonly [string, EventModel])[] = [
  ['the sample kinds', loadDeclarations(SAMPLE_KINDS_DIR)],
  [
    'one kind of the smallest sort',
    compiled('type Ping @event(key: "host") { id: ID! host: ID! occurredAt: DateTime! }'),
  ],
  ['a kind whose id is several fields', compiled(SENSOR)],
  ['a kind with every type of field', compiled(EVERY_TYPE_OF_FIELD)],
];

describe('the served schema', () => {
  test.each(MODELS)('builds and is valid for %s', (_name, model) => {
    expect(validateSchema(served(model))).toEqual([]);
  });

  test.each(MODELS)('says of every field and every argument what it is, for %s', (_name, model) => {
    expect(membersOf(served(model)).flatMap(({ name, text }) => (text ? [] : [name]))).toEqual([]);
  });

  test('takes, for a kind with a composite id, the operations that a user would write first', () => {
    const operations = parse(`
      mutation Send {
        ingestSensorReadings(wait: true, events: [{sensor: "a", measuredAt: "2026-11-21T10:00:00Z", value: "21.5"}]) {
          admitted duplicates rejected version visible verdicts(only: [REJECTED]) { index id rejection { code pointer expected got } }
        }
      }
      query Ask($version: Version) {
        sensorReading(id: "a/2026-11-21T10:00:00Z") { sensor value meta { id kind late position { offset } } }
        sensorReadings(first: 10, where: {value: {gte: "20"}}) { nodes { sensor } pageInfo { endCursor } totalCount asOf { version } }
        sensorReadingMetrics(range: {last: "1h"}, every: "1m", by: [SENSOR], orderBy: [{by: VALUE_AVG, direction: DESC}], atLeast: $version) {
          rows { start final sensor count valueAvg }
          total { valueSum }
          asOf { version watermark tables }
        }
        trace(kind: SENSOR_READING, id: "a/2026-11-21T10:00:00Z") { sightings { verdict loadedAt countedIn } }
        ledger(kind: SENSOR_READING) { expected seen gaps duplicates }
        rejected(where: {codes: [ID_CONFLICT]}) { nodes { payload } }
        kinds { kind dimensions { name } jsonSchema sdl }
      }`);
    expect(validate(served(compiled(SENSOR)), operations)).toEqual([]);
  });

  test('shows the declared directives to nobody: they are for the compiler', () => {
    const directives = served(compiled(SENSOR)).getDirectives();
    expect(directives.map(({ name }) => name).sort()).toEqual([
      'deprecated',
      'include',
      'oneOf',
      'skip',
      'specifiedBy',
    ]);
  });
});

describe("the product's own part of the schema", () => {
  const schema = served(loadDeclarations(SAMPLE_KINDS_DIR));

  test('has every error code, each with a description, and no other', () => {
    const type = schema.getType('ErrorCode');
    const values = isEnumType(type) ? type.getValues() : [];
    expect(values.map(({ name }) => name).sort()).toEqual([...REQUEST_ERROR_CODES, ...REJECTION_CODES].sort());
    expect(values.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });

  test('has every currency that a declaration may name', () => {
    const type = schema.getType('CurrencyCode');
    expect(isEnumType(type) ? type.getValues().map(({ name }) => name) : []).toEqual(CURRENCY_CODES);
  });

  test.each(Object.entries(WHERE_OPERATORS).filter(([type]) => type !== 'Enum') as [FieldType, readonly string[]][])(
    'filters fields of type %s with the operators that declarations are checked against',
    (fieldType, operators) => {
      const type = schema.getType(filterName(fieldType));
      expect(isInputObjectType(type) ? Object.keys(type.getFields()).sort() : []).toEqual([...operators].sort());
    },
  );

  test('has no type and no root field that a kind could take', () => {
    const ownSchema = buildASTSchema(servedTypeDefs({ kinds: [], enums: new Map() }, readApiSdl()), {
      assumeValid: true,
    });
    const ownTypes = Object.keys(ownSchema.getTypeMap()).filter((name) => !name.startsWith('__'));
    expect(ownTypes.filter((name) => !RESERVED_TYPES.includes(name))).toEqual([]);
    const ownQueries = Object.keys(ownSchema.getQueryType()?.getFields() ?? {});
    expect(ownQueries.filter((name) => !RESERVED_QUERIES.includes(name))).toEqual([]);
  });

  test('reserves no name that a sample kind generates', () => {
    const { kinds } = loadDeclarations(SAMPLE_KINDS_DIR);
    const generated = kinds.flatMap((kind) => typeNamesOf(kind.typeName, kind.plural));
    expect(generated.filter((name) => RESERVED_TYPES.includes(name))).toEqual([]);
  });
});

/** Every field of objects and inputs, and every argument, with its description. */
function membersOf(schema: GraphQLSchema) {
  return Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__'))
    .flatMap((type) => {
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
      return Object.values(type.getFields()).flatMap((field: GraphQLField<unknown, unknown> | GraphQLInputField) => {
        const name = `${type.name}.${field.name}`;
        const args = 'args' in field ? field.args : [];
        return [
          { name, text: field.description },
          ...args.map((arg) => ({ name: `${name}(${arg.name})`, text: arg.description })),
        ];
      });
    });
}

function served(model: EventModel): GraphQLSchema {
  return buildASTSchema(servedTypeDefs(model, readApiSdl()));
}
