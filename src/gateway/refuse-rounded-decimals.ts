import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  GraphQLError,
  type GraphQLInputType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
} from 'graphql';
import { NUMBER_DIGITS_MAX, parseDecimal } from '../model/values/decimal.ts';
import type { GatewayContext } from './context.ts';

/**
 * A Decimal in the variables is judged by the text it was written as. JSON.parse has made a double of it by then: one with too many
 * digits mostly shows that still, but 100.00000000000000000001 has become a clean 100, and storing that would be storing another
 * number than the one sent. So the body is looked at again, which costs a search for a long run of digits and mostly ends there.
 */
export const refuseRoundedDecimals: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request, schema, contextValue }) {
        const rounded = roundedNumbers(contextValue.bytes);
        if (rounded.size === 0) return;
        for (const { variable, type: syntax } of operation?.variableDefinitions ?? []) {
          const type = typeFromAST(schema, syntax);
          if (isInputType(type)) refuseRounded(rounded, type, request.variables?.[variable.name.value]);
        }
      },
    };
  },
};

type RoundedNumbers = ReadonlyMap<number, string>;

/** What parsing made of each number that has more digits than a double keeps, and what was written. */
function roundedNumbers(bytes: Uint8Array | null): RoundedNumbers {
  const rounded = new Map<number, string>();
  if (bytes === null) return rounded;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!LONG_NUMBER.test(text)) return rounded;
  for (const token of numbersOf(text)) {
    const decimal = parseDecimal(token);
    if (decimal !== null && decimal.digits.length > NUMBER_DIGITS_MAX) rounded.set(Number(token), token);
  }
  return rounded;
}

const LONG_NUMBER = /[\d.]{16}/;

/** The numbers in a JSON text, as written. What looks like one inside a text is passed over. */
function* numbersOf(json: string): Generator<string> {
  for (let at = nextStart(json, 0); at !== -1; at = nextStart(json, at + 1)) {
    if (json[at] === '"') {
      at = endOfText(json, at);
      continue;
    }
    NUMBER.lastIndex = at;
    const token = NUMBER.exec(json)?.[0] ?? '-';
    yield token;
    at += token.length - 1;
  }
}

/** Of a text or a number; -1 where there is none. */
function nextStart(json: string, from: number): number {
  START.lastIndex = from;
  return START.test(json) ? START.lastIndex - 1 : -1;
}

const START = /["\d-]/g;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** Where its closing quote stands: the first one with an even number of backslashes before it. */
function endOfText(json: string, opening: number): number {
  for (let at = json.indexOf('"', opening + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (json[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return json.length;
}

function refuseRounded(rounded: RoundedNumbers, type: GraphQLInputType, value: unknown): void {
  if (isNonNullType(type)) {
    refuseRounded(rounded, type.ofType, value);
  } else if (isListType(type)) {
    for (const item of Array.isArray(value) ? value : [value]) refuseRounded(rounded, type.ofType, item);
  } else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const field = type.getFields()[name];
      if (field !== undefined) refuseRounded(rounded, field.type, member);
    }
  } else if ('name' in type && type.name === 'Decimal' && typeof value === 'number') {
    const written = rounded.get(value);
    if (written !== undefined) throw inexact(written);
  }
}

function inexact(written: string): GraphQLError {
  const expected = `a number of at most ${NUMBER_DIGITS_MAX} significant digits, or a string, which may have more`;
  return new GraphQLError(`Decimal: expected ${expected}, got ${written.slice(0, 100)}`, {
    extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT, http: { status: 400 } },
  });
}
