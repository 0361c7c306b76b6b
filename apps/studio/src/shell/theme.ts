import { useEffect } from 'react';
import { getSettings, useSettings } from './settings.js';

/** Puts the theme on the page, where `tokens.css` reads it. `system` leaves it to the system. */
function putTheme(theme: 'system' | 'light' | 'dark'): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

/** Before the first paint, so that nobody sees the other theme. */
export function startTheme(): void {
  putTheme(getSettings().theme);
}

/** Keeps the page in the theme that is set. */
export function useTheme(): void {
  const { theme } = useSettings();
  useEffect(() => putTheme(theme), [theme]);
}
