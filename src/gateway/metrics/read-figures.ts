import { Counter, Gauge, type Registry } from 'prom-client';

interface ReadFigures {
  /** Something that only grows, counted elsewhere. */
  counter(name: string, help: string, count: () => number): void;
  gauge(name: string, help: string, value: () => number): void;
}

/** Figures without labels that are kept elsewhere, and read when they are asked for. */
export function readFigures(registry: Registry): ReadFigures {
  const registers = [registry];
  return {
    counter(name, help, count) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(count());
        },
      });
    },
    gauge(name, help, value) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    },
  };
}
