import { useEffect, useState } from 'preact/hooks';
import type { View } from './view.ts';

/** The style sheet follows `color-scheme`; what is drawn on a canvas asks for colours anew when this changes. */
export function useTheme(theme: View['theme']): void {
  useEffect(() => {
    document.documentElement.style.colorScheme = theme ?? 'light dark';
  }, [theme]);
}

const SYSTEM = matchMedia('(prefers-color-scheme: dark)');

/** What the system prefers, as long as it does. */
export function useSystemTheme(): 'light' | 'dark' {
  const [dark, setDark] = useState(SYSTEM.matches);
  useEffect(() => {
    const follow = (): void => setDark(SYSTEM.matches);
    SYSTEM.addEventListener('change', follow);
    return () => SYSTEM.removeEventListener('change', follow);
  }, []);
  return dark ? 'dark' : 'light';
}
