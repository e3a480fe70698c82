/**
 * Whether a pattern compiles, and cannot take exponential time on a hostile text: a repeated group must not itself repeat or choose, and
 * nothing refers back. Stricter than needed ((?:ab|c)+ is harmless), because every event's text runs through it.
 */
export function patternFault(pattern: string): string | null {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.slice(message.lastIndexOf(': ') + 1).trim();
  }
  if (/\\(?:[1-9]|k<)/.test(pattern)) return 'a reference back to a group';
  return repeatsInsideRepeat(pattern) ? 'a repeated group that itself repeats or chooses' : null;
}

const REPEAT_MANY = /^(?:[*+]|\{\d+,\d*\})/;

interface OpenGroup {
  repeatsOrChooses: boolean;
}

function repeatsInsideRepeat(pattern: string): boolean {
  const bare = withoutClassesAndEscapes(pattern);
  const groups: OpenGroup[] = [{ repeatsOrChooses: false }];
  for (let at = 0; at < bare.length; at++) {
    const innermost = groups.at(-1);
    if (innermost === undefined) return true;
    const character = bare[at];
    if (character === '(') {
      groups.push({ repeatsOrChooses: false });
    } else if (character === ')') {
      groups.pop();
      const repeated = REPEAT_MANY.test(bare.slice(at + 1));
      if (repeated && innermost.repeatsOrChooses) return true;
      const outer = groups.at(-1);
      if (outer !== undefined && innermost.repeatsOrChooses) outer.repeatsOrChooses = true;
    } else if (character === '|' || REPEAT_MANY.test(bare.slice(at))) {
      innermost.repeatsOrChooses = true;
    }
  }
  return false;
}

/** Classes and escapes as one letter each, and without the marks of special groups, so that what is left of `( ) | * + {` has its meaning. */
function withoutClassesAndEscapes(pattern: string): string {
  return pattern
    .replace(/\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gsu, 'a')
    .replace(/\[[^\]]*\]/gu, 'a')
    .replace(/\(\?(?:<[A-Za-z_]\w*>|<?[=!]|[a-z-]*:)/gu, '(');
}
