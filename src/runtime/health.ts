/** `GET /livez` and `GET /readyz`, the same on every HTTP port. */

export interface Health {
  readonly status: 200 | 503;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Undefined for any other URL. A server that is stopping is alive and not ready. */
export const healthOf = (url: string | undefined, isStopping: boolean): Health | undefined => {
  if (url !== '/livez' && url !== '/readyz') return undefined;
  const isUp = url === '/livez' || !isStopping;
  return {
    status: isUp ? 200 : 503,
    headers: { 'Content-Type': 'application/json' },
    body: `{"status":"${isUp ? 'ok' : 'stopping'}"}`,
  };
};
