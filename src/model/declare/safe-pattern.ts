import { messageOf } from '../../platform/errors.ts';

/**
 * Why a pattern is not taken: it does not compile, or it could take exponential time on a hostile text. Null where it is fine.
 *
 * The rule is on the pattern's shape and stricter than needed: what is repeated must not itself repeat without bound ((a+)+), and may
 * choose only a few times in all ((\d{1,3}\.){3} is fine, (a|b)+ is not); nothing refers back. What then is left is polynomial, and
 * maxLength bounds it.
 */
export function patternFault(pattern: string): string | null {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    const message = messageOf(error);
    return message.slice(message.lastIndexOf(': ') + 1).trim();
  }
  if (/\\(?:[1-9]|k<)/.test(pattern)) return 'a reference back to a group';
  return repeatsChoices(withoutLiterals(pattern)) ? 'a repeated group that itself repeats or chooses' : null;
}

/** Two ways each, taken eight times: 256 tries at most. */
const CHOICES_REPEATED_MAX = 8;

interface OpenGroup {
  /** Holds *, + or {n,}. */
  unbounded: boolean;
  /** Holds |, ?, {n,m} or one of the above. */
  chooses: boolean;
  /** How often the choices inside may be taken, repeats of inner groups multiplied. */
  times: number;
}

function repeatsChoices(shape: string): boolean {
  const open: OpenGroup[] = [{ unbounded: false, chooses: false, times: 1 }];
  for (let at = 0; at < shape.length; at++) {
    const group = open.at(-1);
    if (group === undefined) return true;
    if (shape[at] === '(') {
      open.push({ unbounded: false, chooses: false, times: 1 });
    } else if (shape[at] === ')') {
      const most = repeatAt(shape, at + 1)?.most ?? 1;
      const times = group.chooses ? group.times * most : 1;
      if ((group.unbounded && most > 1) || times > CHOICES_REPEATED_MAX) return true;
      open.pop();
      const outer = open.at(-1);
      if (outer !== undefined) {
        outer.unbounded ||= group.unbounded;
        outer.chooses ||= group.chooses;
        outer.times = Math.max(outer.times, times);
      }
    } else {
      const repeat = repeatAt(shape, at);
      group.unbounded ||= repeat?.most === Number.POSITIVE_INFINITY;
      group.chooses ||= shape[at] === '|' || (repeat !== null && repeat.least !== repeat.most);
    }
  }
  return false;
}

const REPEAT = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/;

function repeatAt(shape: string, at: number): { readonly least: number; readonly most: number } | null {
  const found = REPEAT.exec(shape.slice(at));
  if (found === null) return null;
  const [, sign, from = '0', comma = '', to = ''] = found;
  if (sign === '?') return { least: 0, most: 1 };
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: Number.POSITIVE_INFINITY };
  if (comma === '') return { least: Number(from), most: Number(from) };
  return { least: Number(from), most: to === '' ? Number.POSITIVE_INFINITY : Number(to) };
}

/** Classes and escapes as one letter each, and groups without their marks, so that what is left of `( ) | ? * + {` has its meaning. */
function withoutLiterals(pattern: string): string {
  return pattern
    .replace(/\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gsu, 'a')
    .replace(/\[[^\]]*\]/gu, 'a')
    .replace(/\(\?(?:<[A-Za-z_]\w*>|<?[=!]|[a-z-]*:)/gu, '(');
}
