import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ASTNode, type DefinitionNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import type { EventModel } from '../../src/model/event-model.ts';
import { graphqlSections } from '../../src/model/graphql/graphql-types.ts';
import { compiled } from '../support/compiled.ts';

const GOLDEN = parse(readFileSync(join(import.meta.dirname, 'transaction.golden.graphql'), 'utf8'), {
  noLocation: true,
});

describe('what a declaration becomes in GraphQL', () => {
  test('the sections of Transaction together are its agreed API, definition by definition', () => {
    const generated = generatedFor(loadDeclarations(SAMPLE_KINDS_DIR), 'Transaction');
    expect(byName(withoutUnagreedDescriptions(generated, GOLDEN))).toEqual(byName(GOLDEN));
  });

  test('what a field is described as in the declaration is said wherever the field is', () => {
    const sections = print(generatedFor(loadDeclarations(SAMPLE_KINDS_DIR), 'Transaction'));
    expect(sections.match(/Where the payment was made\./g)).toHaveLength(4);
  });

  test('an enum that two kinds use has one filter', () => {
    const model = compiled(`
      type Reading @event(key: "sensor") { id: ID! sensor: ID! unit: Unit! @dimension occurredAt: DateTime! }
      type Alarm @event(key: "sensor") { id: ID! sensor: ID! unit: Unit! @dimension occurredAt: DateTime! }
      enum Unit { CELSIUS KELVIN }
    `);
    const filters = ['Reading', 'Alarm'].map((typeName) => byName(generatedFor(model, typeName)).has('UnitFilter'));
    expect(filters).toEqual([true, false]);
  });

  test('whole numbers stay whole where they can, decimals stay decimals, and what may lack a value may be null', () => {
    const model = compiled(`
      type Reading @event(key: "sensor") {
        id: ID!
        sensor: ID! @distinct
        whole: Int @measure(quantiles: true)
        exact: Decimal @measure
        rough: Float! @measure
        occurredAt: DateTime!
      }
    `);
    const measures = byName(generatedFor(model, 'Reading')).get('ReadingMeasures') ?? '';
    const fields = measures.split('\n').flatMap((line) => /^ {2}(\w+: \S+)$/.exec(line)?.[1] ?? []);
    expect(fields).toEqual([
      'count: SafeInt!',
      'sensorDistinct: SafeInt!',
      'wholeSum: SafeInt',
      'wholeAvg: Float',
      'wholeMin: SafeInt',
      'wholeMax: SafeInt',
      'wholeP50: Float',
      'wholeP90: Float',
      'wholeP95: Float',
      'wholeP99: Float',
      'exactSum: Decimal',
      'exactAvg: Decimal',
      'exactMin: Decimal',
      'exactMax: Decimal',
      'roughSum: Float',
      'roughAvg: Float',
      'roughMin: Float',
      'roughMax: Float',
    ]);
  });
});

function generatedFor(model: EventModel, typeName: string): DocumentNode {
  const kind = model.kinds.find((each) => each.typeName === typeName);
  if (kind === undefined) throw new Error(`no kind ${typeName}`);
  return parse(Object.values(graphqlSections(kind, model)).join('\n'), { noLocation: true });
}

/** Printed definitions by name, extensions field by field: neither order nor the split into sections is part of what was agreed. */
function byName(document: DocumentNode): ReadonlyMap<string, string> {
  const printed = document.definitions.flatMap((definition): (readonly [string, string])[] => {
    if (definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return [[nameOf(definition), print(definition)]];
    const { name, fields = [], interfaces = [] } = definition;
    return [
      ...interfaces.map((each) => [`${name.value} implements ${each.name.value}`, ''] as const),
      ...fields.map((field) => [`${name.value}.${field.name.value}`, print(field)] as const),
    ];
  });
  return new Map(printed.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition && definition.name !== undefined ? definition.name.value : definition.kind;
}

/** Descriptions are compared where the agreed API has one; a generated one beside it (from the declaration) is welcome. */
function withoutUnagreedDescriptions(generated: DocumentNode, golden: DocumentNode): DocumentNode {
  const agreed = new Set<string>();
  visit(golden, {
    StringValue: (_node, key, parent, _path, ancestors) => {
      if (key === 'description') agreed.add(pathOf([...ancestors, parent]));
    },
  });
  return visit(generated, {
    StringValue: (_node, key, parent, _path, ancestors) =>
      key === 'description' && !agreed.has(pathOf([...ancestors, parent])) ? null : undefined,
  });
}

/** TransactionMetricsRow.rate */
function pathOf(ancestors: readonly (ASTNode | readonly ASTNode[] | undefined)[]): string {
  const nodes = ancestors.flatMap((each) => (each !== undefined && 'kind' in each ? [each] : []));
  return nodes.flatMap((node) => ('name' in node && node.name !== undefined ? [node.name.value] : [])).join('.');
}
