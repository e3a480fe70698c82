import { LakegateError } from '../platform/errors.ts';

/** The value of a URL parameter that has a closed list of them. The first one is the default; any other is BAD_REQUEST. */
export function chosenParameter<Choice extends string>(
  query: Readonly<Record<string, unknown>>,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const given = query[name];
  if (given === undefined) return choices[0];
  const choice = choices.find((each) => each === given);
  if (choice !== undefined) return choice;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `${name}: expected one of ${choices.join(', ')}, got ${JSON.stringify(given)}`,
  });
}
