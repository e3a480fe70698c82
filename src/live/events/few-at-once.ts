/** At most so many of what is run go on at a time; the others wait their turn, first come, first served. */
export function fewAtOnce(max: number): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const turns: (() => void)[] = [];
  return async (run) => {
    if (running >= max) await new Promise<void>((resolve) => turns.push(resolve));
    else running++;
    try {
      return await run();
    } finally {
      // Whoever is next takes over the place.
      const next = turns.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
