/**
 * The same question asked several times in one turn is asked once: fields of one operation do that, and go on together. Nobody is told what was
 * true before he asked.
 */
export function onceATurn<Asked, Result>(ask: (asked: Asked) => Promise<Result>): (asked: Asked) => Promise<Result> {
  const asking = new Map<string, Promise<Result>>();
  return (asked) => {
    const name = JSON.stringify(asked);
    const known = asking.get(name);
    if (known !== undefined) return known;
    const found = Promise.resolve().then(() => {
      asking.delete(name);
      return ask(asked);
    });
    asking.set(name, found);
    return found;
  };
}
