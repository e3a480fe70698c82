/**
 * Different texts that a regular expression accepts: for fields with @constraint(pattern:). Knows literals, classes, groups with
 * alternatives and counted repetition, which covers what people write for codes and ids. What it cannot make, it says so.
 */
export function textMatching(pattern: string, options: { readonly count: number }): readonly string[] {
  const whole = new RegExp(pattern, 'u');
  const shape = new ShapeReader(pattern).read();
  const found = new Set<string>();
  // A pattern may allow fewer texts than asked for: give up after ten tries for each wanted.
  for (let attempt = 0; attempt < options.count * 10 && found.size < options.count; attempt++) {
    const digits = new Digits(attempt);
    const text = shape.map((part) => part(digits)).join('');
    if (whole.test(text)) found.add(text);
  }
  if (found.size === 0)
    throw new Error(`cannot make text for the pattern ${pattern}: declare a simpler one, or send your own events`);
  return [...found];
}

type Part = (digits: Digits) => string;

/** The number of the attempt, used up digit by digit in whatever base each choice needs, so that attempts differ early. */
class Digits {
  #rest: number;
  constructor(attempt: number) {
    this.#rest = attempt;
  }
  take(base: number): number {
    const digit = this.#rest % base;
    this.#rest = Math.floor(this.#rest / base);
    return digit;
  }
}

class ShapeReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): Part[] {
    const parts = this.#alternatives();
    return [parts];
  }

  #alternatives(): Part {
    const choices: Part[][] = [[]];
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ')') {
      if (this.#pattern[this.#at] === '|') {
        this.#at++;
        choices.push([]);
      } else {
        const part = this.#repeated(this.#atom());
        choices.at(-1)?.push(part);
      }
    }
    return (digits) => (choices[digits.take(choices.length)] ?? []).map((part) => part(digits)).join('');
  }

  #atom(): Part {
    const char = this.#pattern[this.#at++] ?? '';
    if (char === '^' || char === '$') return () => '';
    if (char === '(') {
      if (this.#pattern.startsWith('?:', this.#at)) this.#at += 2;
      const inner = this.#alternatives();
      this.#at++;
      return inner;
    }
    if (char === '[') return oneOf(this.#classMembers());
    if (char === '\\') return oneOf(escapeMembers(this.#pattern[this.#at++] ?? ''));
    if (char === '.') return oneOf(LETTERS);
    return () => char;
  }

  #classMembers(): string {
    let members = '';
    while (this.#pattern[this.#at] !== ']' && this.#at < this.#pattern.length) {
      const from = this.#pattern[this.#at++] ?? '';
      if (from === '\\') {
        members += escapeMembers(this.#pattern[this.#at++] ?? '');
      } else if (this.#pattern[this.#at] === '-' && this.#pattern[this.#at + 1] !== ']') {
        const to = this.#pattern[this.#at + 1] ?? from;
        this.#at += 2;
        for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) members += String.fromCharCode(code);
      } else {
        members += from;
      }
    }
    this.#at++;
    return members;
  }

  #repeated(part: Part): Part {
    const found = /^(\*|\+|\?|\{(\d+)(,(\d*))?\})/.exec(this.#pattern.slice(this.#at));
    if (found === null) return part;
    this.#at += found[0].length;
    // Of an open repetition a few are enough: 0 to 6 for *, 1 to 6 for +.
    const least = found[2] !== undefined ? Number(found[2]) : found[1] === '+' ? 1 : 0;
    const most =
      found[2] === undefined
        ? found[1] === '?'
          ? 1
          : 6
        : found[3] === undefined
          ? least
          : Number(found[4] || least + 4);
    return (digits) => {
      const times = least + digits.take(most - least + 1);
      return Array.from({ length: times }, () => part(digits)).join('');
    };
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

function escapeMembers(char: string): string {
  if (char === 'd') return '0123456789';
  if (char === 'w') return `${LETTERS}0123456789_`;
  if (char === 's') return ' ';
  return char;
}

function oneOf(members: string): Part {
  return (digits) => members[digits.take(members.length)] ?? '';
}
