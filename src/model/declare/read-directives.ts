import {
  type ASTNode,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  Kind,
  print,
} from 'graphql';
import {
  type ArgumentForm,
  DECLARATION_LANGUAGE,
  type DirectiveName,
  type DirectiveRule,
  FORM_WORDS,
  type Place,
} from './declaration-language.ts';
import type { Mistakes } from './mistakes.ts';

/** A value with the place it was written at, for the mistakes that only show later. */
export interface Written<T> {
  readonly value: T;
  readonly node: ASTNode;
}

interface WrittenForms {
  readonly text: Written<string>;
  readonly texts: readonly Written<string>[];
  readonly flag: Written<boolean>;
  readonly count: Written<number>;
  readonly json: Written<ConstValueNode>;
}

type ArgumentsOf<Name extends DirectiveName> = (typeof DECLARATION_LANGUAGE)[Name]['arguments'];

export type DirectiveRead<Name extends DirectiveName> = {
  readonly node: ConstDirectiveNode;
} & {
  readonly [Argument in keyof ArgumentsOf<Name>]: ArgumentsOf<Name>[Argument] extends {
    form: infer Form extends ArgumentForm;
    required: infer Required;
  }
    ? Required extends true
      ? WrittenForms[Form]
      : WrittenForms[Form] | undefined
    : never;
};

export type DirectivesRead = { readonly [Name in DirectiveName]: readonly DirectiveRead<Name>[] };

/**
 * The directives of one type or field, with arguments that exist and have the form they must have. What is wrong is reported and left
 * out; a directive that lacks a required argument is left out whole.
 */
export function readDirectives(nodes: readonly ConstDirectiveNode[], place: Place, mistakes: Mistakes): DirectivesRead {
  const read: Record<DirectiveName, unknown[]> = {
    event: [],
    rollup: [],
    metric: [],
    dimension: [],
    measure: [],
    distinct: [],
    money: [],
    constraint: [],
    searchable: [],
  };
  for (const node of nodes) {
    const name = node.name.value;
    if (!isDirectiveName(name)) {
      mistakes.unknownName(node, { name, what: 'a directive for declarations', allowed: namesOn(place), prefix: '@' });
      continue;
    }
    const rule: DirectiveRule = DECLARATION_LANGUAGE[name];
    if (rule.on !== place) {
      mistakes.add(node, { expected: `@${name} on a ${rule.on}`, got: `@${name} on a ${place}` });
    } else if (!rule.repeatable && read[name].length > 0) {
      mistakes.add(node, { expected: `@${name} once`, got: 'a second one' });
    } else {
      const values = readArguments(node, rule, mistakes);
      if (values !== null) read[name].push({ node, ...values });
    }
  }
  // Sound: each entry holds what readArguments made by the rule of that very name.
  return read as unknown as DirectivesRead;
}

function isDirectiveName(name: string): name is DirectiveName {
  return Object.hasOwn(DECLARATION_LANGUAGE, name);
}

function namesOn(place: Place): readonly string[] {
  return Object.entries(DECLARATION_LANGUAGE).flatMap(([name, rule]) => (rule.on === place ? [name] : []));
}

function readArguments(
  node: ConstDirectiveNode,
  rule: DirectiveRule,
  mistakes: Mistakes,
): Record<string, unknown> | null {
  const values: Record<string, unknown> = {};
  let complete = true;
  const given = new Set<string>();
  for (const argument of node.arguments ?? []) {
    const value = readArgument(node.name.value, argument, rule, given, mistakes);
    if (value === null) complete = complete && rule.arguments[argument.name.value]?.required !== true;
    else values[argument.name.value] = value;
    given.add(argument.name.value);
  }
  for (const [name, { required, form }] of Object.entries(rule.arguments)) {
    if (!required || given.has(name)) continue;
    mistakes.add(node, { expected: `${name}: ${FORM_WORDS[form]} in @${node.name.value}`, got: 'nothing' });
    complete = false;
  }
  return complete ? values : null;
}

function readArgument(
  directive: string,
  argument: ConstArgumentNode,
  rule: DirectiveRule,
  given: ReadonlySet<string>,
  mistakes: Mistakes,
): unknown {
  const name = argument.name.value;
  const form = Object.hasOwn(rule.arguments, name) ? rule.arguments[name]?.form : undefined;
  if (form === undefined) {
    mistakes.unknownName(argument, {
      name,
      what: `an argument of @${directive}`,
      allowed: Object.keys(rule.arguments),
    });
    return null;
  }
  if (given.has(name)) {
    mistakes.add(argument, { expected: `${name} once in @${directive}`, got: 'a second one' });
    return null;
  }
  const value = readForm(form, argument.value);
  if (value === null) {
    mistakes.add(argument.value, { expected: `${name}: ${FORM_WORDS[form]}`, got: print(argument.value) });
  }
  return value;
}

function readForm(form: ArgumentForm, node: ConstValueNode): unknown {
  switch (form) {
    case 'text':
      return node.kind === Kind.STRING ? { value: node.value, node } : null;
    case 'texts':
      return readTexts(node);
    case 'flag':
      return node.kind === Kind.BOOLEAN ? { value: node.value, node } : null;
    case 'count':
      return node.kind === Kind.INT ? { value: Number(node.value), node } : null;
    case 'json':
      return node.kind === Kind.OBJECT ? { value: node, node } : null;
  }
}

/** As GraphQL does, a single text stands for a list of one. */
function readTexts(node: ConstValueNode): readonly Written<string>[] | null {
  const entries = node.kind === Kind.LIST ? node.values : [node];
  const texts = entries.flatMap((entry) => (entry.kind === Kind.STRING ? [{ value: entry.value, node: entry }] : []));
  return texts.length === entries.length ? texts : null;
}
