import type { ASTNode, EnumTypeDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';
import { capitalised, filterName, rootFieldsOf, typeNamesOf } from '../names.ts';
import { Claims } from './claims.ts';
import type { CompiledKind } from './compile-kind.ts';
import type { Mistakes } from './mistakes.ts';
import { RESERVED_PLURALS, RESERVED_QUERIES, RESERVED_TYPES } from './reserved-names.ts';

/** Every name that declarations put into the API, once, and none that the product has. */
export function checkNames(
  types: readonly ObjectTypeDefinitionNode[],
  enums: readonly EnumTypeDefinitionNode[],
  kinds: readonly CompiledKind[],
  mistakes: Mistakes,
): void {
  const spaces: NameSpaces = {
    types: new Claims(RESERVED_TYPES),
    values: new Claims(),
    plurals: new Claims(RESERVED_PLURALS),
    queries: new Claims(RESERVED_QUERIES),
  };
  const free = new Set<ASTNode>();
  for (const node of [...types, ...enums]) {
    const claimed = spaces.types.claim(node.name.value, ownerName(node), node.name, mistakes);
    if (claimed && checkSpelling(node, mistakes)) free.add(node);
  }
  for (const node of enums) {
    if (free.has(node)) spaces.types.claim(filterName(node.name.value), ownerName(node), node.name, mistakes);
  }
  for (const kind of kinds) {
    if (free.has(kind.node)) claimGenerated(kind, spaces, mistakes);
  }
}

interface NameSpaces {
  readonly types: Claims;
  readonly values: Claims;
  readonly plurals: Claims;
  readonly queries: Claims;
}

/** Names become tables, topics and routes, so that they keep to letters and digits and begin as their like do. */
const TYPE_NAME = /^[A-Z][A-Za-z0-9]*$/;
const PLURAL = /^[a-z][A-Za-z0-9]*$/;

function checkSpelling(node: ObjectTypeDefinitionNode | EnumTypeDefinitionNode, mistakes: Mistakes): boolean {
  const name = node.name.value;
  if (TYPE_NAME.test(name)) return true;
  mistakes.add(node.name, {
    expected: 'a type name of letters and digits, a capital first',
    got: name,
    suggestion: capitalised(name.replaceAll('_', '')),
  });
  return false;
}

/**
 * One clash brings others with it, so that only the first of a kind is told. Mutations and subscriptions need no look of their own: their
 * names are made of the singular or the plural, which are free then.
 */
function claimGenerated({ node, model, pluralNode }: CompiledKind, spaces: NameSpaces, mistakes: Mistakes): void {
  if (!PLURAL.test(model.plural)) {
    mistakes.add(pluralNode, {
      expected: '@event(plural:): letters and digits, a small letter first',
      got: JSON.stringify(model.plural),
    });
    return;
  }
  const owner = ownerName(node);
  const roots = rootFieldsOf(model);
  const [, ...generated] = typeNamesOf(model.typeName, model.plural);
  const claims: readonly (readonly [Claims, string])[] = [
    [spaces.plurals, model.plural],
    [spaces.queries, roots.one],
    [spaces.queries, roots.many],
    ...[roots.metrics, roots.funnel, roots.retention, roots.paths, roots.repeats, roots.search].map(
      (name) => [spaces.queries, name] as const,
    ),
    [spaces.values, model.kind],
    ...generated.map((name) => [spaces.types, name] as const),
  ];
  const fromPlural = new Set([model.plural, roots.many]);
  claims.every(([space, name]) => space.claim(name, owner, fromPlural.has(name) ? pluralNode : node.name, mistakes));
}

function ownerName(node: ObjectTypeDefinitionNode | EnumTypeDefinitionNode): string {
  return `${node.kind === 'EnumTypeDefinition' ? 'enum' : 'type'} ${node.name.value}`;
}
