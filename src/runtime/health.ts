/** `GET /livez` and `GET /readyz`, the same on every HTTP port, and the readiness of a server that also stops. */
import type { Readiness } from '../contract/readiness';

export interface Health {
  readonly status: 200 | 503;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Undefined for any other URL. A server that is stopping, or whose store fails, is alive and not ready. */
export const healthOf = (
  url: string | undefined,
  isStopping: boolean,
  readiness: Readiness | undefined,
): Health | undefined => {
  if (url !== '/livez' && url !== '/readyz') return undefined;
  const isReady = readiness?.isReady() ?? true;
  const isUp = url === '/livez' || (isReady && !isStopping);
  const problem = isStopping ? 'stopping' : 'unavailable';
  return {
    status: isUp ? 200 : 503,
    headers: { 'Content-Type': 'application/json' },
    body: `{"status":"${isUp ? 'ok' : problem}"}`,
  };
};

/** Reports the readiness now and after each change. Returns a function that reports "not ready" and stops following. */
export const followReadiness = (
  readiness: Readiness | undefined,
  report: (isReady: boolean) => void,
): (() => void) => {
  const reportCurrent = () => report(readiness?.isReady() ?? true);
  const stopFollowing = readiness?.onChange(reportCurrent);
  reportCurrent();
  return () => {
    stopFollowing?.();
    report(false);
  };
};
