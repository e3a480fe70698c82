import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { LakegateError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest-name.ts';

/**
 * The variables of an operation from the parameters of a URL, which are all text. A list is a parameter given several times, or a JSON
 * array; an input object is JSON; a number or a boolean is read as one. What does not fit its type is left as the text it is, and GraphQL
 * says what it expected. BAD_REQUEST tells every name that is unknown, missing or given twice.
 */
export function queryVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  parameters: URLSearchParams,
): Readonly<Record<string, unknown>> {
  const definitions = new Map((operation.variableDefinitions ?? []).map((each) => [each.variable.name.value, each]));
  const problems = [...unknownNames(definitions, parameters), ...missingNames(definitions, parameters)];
  if (problems.length > 0) throw refused(problems);
  const variables: Record<string, unknown> = {};
  for (const [name, { type: syntax }] of definitions) {
    const type = typeFromAST(schema, syntax);
    if (parameters.has(name) && isInputType(type)) variables[name] = variableFrom(type, parameters.getAll(name), name);
  }
  return variables;
}

type Definitions = ReadonlyMap<string, VariableDefinitionNode>;

function unknownNames(definitions: Definitions, parameters: URLSearchParams): readonly string[] {
  const unknown = [...new Set(parameters.keys())].filter((name) => !definitions.has(name));
  return unknown.map((name) => {
    const nearest = nearestName(name, definitions.keys());
    const known = definitions.size === 0 ? 'there is none' : [...definitions.keys()].join(', ');
    return `expected a parameter of this query (${known}), got ${JSON.stringify(name.slice(0, 100))}${nearest === null ? '' : `; did you mean ${nearest}?`}`;
  });
}

function missingNames(definitions: Definitions, parameters: URLSearchParams): readonly string[] {
  return [...definitions]
    .filter(([name, definition]) => isRequired(definition) && !parameters.has(name))
    .map(([name]) => `expected the parameter ${name}, got none`);
}

export function isRequired({ type, defaultValue }: VariableDefinitionNode): boolean {
  return type.kind === 'NonNullType' && defaultValue === undefined;
}

function variableFrom(type: GraphQLInputType, texts: readonly string[], name: string): unknown {
  if (isNonNullType(type)) return variableFrom(type.ofType, texts, name);
  const [text = '', ...others] = texts;
  if (isListType(type)) {
    const json = others.length === 0 && text.startsWith('[');
    return json ? parseJson(text, name) : texts.map((each) => variableFrom(type.ofType, [each], name));
  }
  if (others.length > 0) throw refused([`${name}: expected it once, got it ${texts.length} times`]);
  if (isInputObjectType(type) || type.name === 'JSON') return parseJson(text, name);
  if (NUMERIC.has(type.name)) return NUMBER.test(text) ? Number(text) : text;
  if (type.name === 'Boolean') return BOOLEANS.get(text) ?? text;
  return text;
}

/** Decimal is not among them: its text is exact. */
const NUMERIC: ReadonlySet<string> = new Set(['Int', 'SafeInt', 'Float']);
const NUMBER = /^-?\d{1,30}(\.\d{1,30})?$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused([`${name}: expected JSON such as {"last": "6h"}, got ${JSON.stringify(text.slice(0, 100))}`]);
  }
}

function refused(problems: readonly string[]): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message: problems.join('; ') });
}
