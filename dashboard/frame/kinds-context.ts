import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Kind } from '../api/kinds.ts';

/** The declared kinds, for every panel. */
export const KindsContext = createContext<readonly Kind[]>([]);

export function useKinds(): readonly Kind[] {
  return useContext(KindsContext);
}
