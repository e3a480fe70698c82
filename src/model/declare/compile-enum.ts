import type { EnumTypeDefinitionNode } from 'graphql';
import type { EnumModel } from '../event-model.ts';
import type { Mistakes } from './mistakes.ts';

export function compileEnum(node: EnumTypeDefinitionNode, mistakes: Mistakes): EnumModel {
  const values = node.values ?? [];
  const seen = new Set<string>();
  for (const [directive] of [node.directives ?? [], ...values.map((value) => value.directives ?? [])]) {
    if (directive !== undefined) {
      mistakes.add(directive, { expected: 'no directives on an enum', got: `@${directive.name.value}` });
    }
  }
  for (const value of values) {
    if (seen.has(value.name.value)) {
      mistakes.add(value.name, { expected: `${value.name.value} once in ${node.name.value}`, got: 'a second one' });
    }
    if (value.name.value.startsWith('__')) {
      mistakes.add(value.name, { expected: 'a name that does not begin with "__"', got: value.name.value });
    }
    seen.add(value.name.value);
  }
  if (values.length === 0) mistakes.add(node.name, { expected: `values in enum ${node.name.value}`, got: 'none' });
  return {
    name: node.name.value,
    description: node.description?.value ?? null,
    values: values.map((value) => ({ name: value.name.value, description: value.description?.value ?? null })),
  };
}
