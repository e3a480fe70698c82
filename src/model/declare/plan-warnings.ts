import type { KindModel, RollupModel } from '../event-model.ts';

/** What is allowed but may surprise: said before the first event, while it costs nothing to change. */
export function planWarnings(kind: KindModel): readonly string[] {
  return [...kind.rollups.flatMap(rollupWarnings), ...uncoveredWarnings(kind), ...keepWarnings(kind)];
}

/** Dimensions multiply. Measured with five, two of them of 1,000 values: the rollup held as many rows as raw up to the hour. */
const LOW_DIMENSIONS_MANY = 6;

function rollupWarnings({ name, by, grains }: RollupModel): readonly string[] {
  const high = by.filter((field) => field.dimension?.high === true).map((field) => field.name);
  const which = name === null ? 'the default rollup' : `the rollup by ${by.map((field) => field.name).join(', ')}`;
  if (high.length > 1 && !grains.every((grain) => grain === '1d')) {
    return [
      `${which} has ${high.length} dimensions with any number of values (${high.join(', ')}): unless one follows from the other, it may hold nearly as many rows as raw`,
    ];
  }
  if (by.length > LOW_DIMENSIONS_MANY) {
    return [
      `${which} has ${by.length} dimensions, and their values multiply: mark the large ones @dimension(high: true)`,
    ];
  }
  return [];
}

function uncoveredWarnings(kind: KindModel): readonly string[] {
  const covered = new Set(kind.rollups.flatMap((rollup) => rollup.by.map((field) => field.name)));
  const uncovered = kind.dimensions.map((field) => field.name).filter((name) => !covered.has(name));
  if (uncovered.length === 0) return [];
  return [
    `no rollup has ${uncovered.join(', ')}: questions by ${uncovered.length === 1 ? 'it' : 'them'} read raw events; @rollup(by: ["${uncovered[0]}"]) makes one`,
  ];
}

function keepWarnings(kind: KindModel): readonly string[] {
  if (kind.keepRaw === null) return [];
  return [
    `raw events go after ${kind.keepRaw}: single events, exact: true and what no rollup covers reach back no further`,
  ];
}
