/** The theme: light, dark, or the system's; stored for the next visit. */
import { useState } from 'preact/hooks';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
type Theme = keyof typeof NEXT;
const TITLES = { system: 'system', light: 'light', dark: 'dark' } as const;

const current = (): Theme => (document.documentElement.dataset.theme as Theme | undefined) ?? 'system';

const apply = (theme: Theme): void => {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem('theme');
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('theme', theme);
  }
};

export const ThemeButton = () => {
  const [theme, setTheme] = useState(current);
  const turn = () => {
    apply(NEXT[theme]);
    setTheme(NEXT[theme]);
  };
  return (
    <button type="button" class="quiet theme" onClick={turn} title="Change the theme">
      <span aria-hidden="true">{theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}</span>
      <span class="hidden">Theme: {TITLES[theme]}</span>
    </button>
  );
};
