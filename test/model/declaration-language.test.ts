import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DirectiveDefinitionNode, Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import {
  type ArgumentForm,
  DECLARATION_LANGUAGE,
  type DirectiveRule,
} from '../../src/model/declare/declaration-language.ts';

const FILE = join(import.meta.dirname, '../../schema/directives.graphql');

const FORMS: Readonly<Record<string, ArgumentForm>> = {
  String: 'text',
  '[String!]': 'texts',
  Duration: 'text',
  '[Duration!]': 'texts',
  Boolean: 'flag',
  Int: 'count',
  JSON: 'json',
};

test('the compiler takes exactly the directives that the schema folder shows to readers and editors', () => {
  const shown = parse(readFileSync(FILE, 'utf8')).definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? [[definition.name.value, ruleOf(definition)] as const] : [],
  );
  expect(Object.fromEntries(shown)).toEqual(DECLARATION_LANGUAGE);
});

function ruleOf(definition: DirectiveDefinitionNode): DirectiveRule {
  const given = definition.arguments ?? [];
  const rules = given.map(({ name, type, defaultValue }) => {
    const required = type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
    return [name.value, { form: FORMS[print(type).replace(/!$/, '')] ?? 'json', required }] as const;
  });
  return {
    on: definition.locations[0]?.value === 'OBJECT' ? 'type' : 'field',
    repeatable: definition.repeatable,
    arguments: Object.fromEntries(rules),
  };
}
