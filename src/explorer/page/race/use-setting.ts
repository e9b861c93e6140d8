/** The current settings and the page's address, kept in step with each other. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { ExplorerInfo } from '../../api';
import { addressOf, type Setting, settingOf } from './setting';

/** Browsers limit how often an address may change, so not every slider step changes it. */
const WAIT_MS = 300;

export const useSetting = (info: ExplorerInfo, onOpened: () => void) => {
  const { url, route } = useLocation();
  const { params } = useRoute();
  const [setting, setSetting] = useState(() => settingOf(url, params.operation, info));
  const written = useRef(url);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const change = (next: Setting) => {
    setSetting(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = addressOf(next);
      route(written.current, true);
    }, WAIT_MS);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect depends on the address only.
  useEffect(() => {
    if (url === written.current) return;
    clearTimeout(timer.current);
    written.current = url;
    setSetting(settingOf(url, params.operation, info));
    onOpened();
  }, [url]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { setting, change };
};
