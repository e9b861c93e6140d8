/** The setting as it stands, and its address: either follows the other. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { ExplorerInfo } from '../../api';
import { addressOf, type Setting, settingOf } from './setting';

/** Browsers refuse addresses that change with every step of a slider. */
const WAIT_MS = 300;

export const useSetting = (info: ExplorerInfo, arrived: () => void) => {
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: only an address that is new has something to tell.
  useEffect(() => {
    if (url === written.current) return;
    clearTimeout(timer.current);
    written.current = url;
    setSetting(settingOf(url, params.operation, info));
    arrived();
  }, [url]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { setting, change };
};
