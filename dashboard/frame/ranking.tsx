import type { ComponentChildren } from 'preact';
import { changeView, useView } from '../state/use-view.ts';
import { withFilter } from '../state/view.ts';
import { NumberLink, type NumberSource } from './number-link.tsx';

interface RankingRow {
  /** Of the dimension; null is none. */
  readonly value: string | null;
  /** All others together: nothing to filter by. */
  readonly others?: boolean;
  readonly size: number;
  readonly cells: readonly ComponentChildren[];
}

interface RankingProps {
  readonly caption: string;
  readonly dimension: string;
  readonly columns: readonly string[];
  readonly rows: readonly RankingRow[];
  /** What a bar of full length is; the largest, if nothing is said. */
  readonly full?: number;
  /** What the cells are numbers of, each of the row's value; null has nothing behind it. */
  readonly sources?: readonly (NumberSource | null)[];
}

/** A table that is its own bar chart. A click on a value filters by it. */
export function Ranking({ caption, dimension, columns, rows, full, sources = [] }: RankingProps) {
  const most = full ?? Math.max(...rows.map(({ size }) => size), Number.MIN_VALUE);
  return (
    <table class="ranking">
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={column} scope="col" class={index > 0 ? 'number' : ''}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ value, others, size, cells }) => (
          <tr key={others === true ? '…' : `=${value}`} style={{ '--share': size / most }}>
            <th scope="row">
              {others === true ? (
                <span class="hint">all others</span>
              ) : (
                <FilterButton dimension={dimension} value={value} />
              )}
            </th>
            {cells.map((cell, index) => (
              <td key={columns[index + 1]} class="number">
                <NumberLink source={others === true ? null : sourceIn(sources[index], dimension, value)}>
                  {cell}
                </NumberLink>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sourceIn(
  source: NumberSource | null | undefined,
  dimension: string,
  value: string | null,
): NumberSource | null {
  if (source === null || source === undefined) return null;
  return { ...source, where: new Map([...(source.where ?? []), [dimension, value]]) };
}

function FilterButton({ dimension, value }: { readonly dimension: string; readonly value: string | null }) {
  const { filters } = useView();
  const on = filters.get(dimension)?.includes(value) ?? false;
  return (
    <button
      type="button"
      class="value"
      aria-pressed={on}
      title={on ? `Show all of ${dimension}` : `Show only ${dimension} ${value ?? 'none'}`}
      onClick={() => changeView((view) => withFilter(view, dimension, value))}
    >
      {value ?? 'none'}
    </button>
  );
}
