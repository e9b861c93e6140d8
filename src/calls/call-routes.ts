/** One call through several routes, and whether their answers agree. */
import type { Config } from '../app/config';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { type Answer, findDifferences } from './answers';
import { type Call, type CallResult, callProtocol, callService } from './call';
import type { Route } from './routes';
import { findTarget } from './targets';

export interface RouteResults {
  readonly results: ReadonlyMap<Route, CallResult>;
  readonly answers: ReadonlyMap<Route, Answer>;
  /** A unified diff for each answer that differs from the first; empty if all agree. */
  readonly differences: readonly string[];
}

/** Calls one route after the other. With `wire`, each result of a protocol has its exchange. */
export const callRoutes = async (
  call: Call,
  routes: readonly Route[],
  wire: boolean,
  config: Config,
): Promise<RouteResults> => {
  const target = await findTarget(
    config,
    PROTOCOL_NAMES.filter((name) => routes.includes(name)),
  );
  try {
    const results = new Map<Route, CallResult>();
    for (const route of new Set(routes)) {
      const result =
        route === 'direct'
          ? await callService(call, await target.service())
          : await callProtocol(route, call, target.addresses[route], { wire, tls: target.tls });
      results.set(route, result);
    }
    const answers = new Map(Array.from(results, ([route, { answer }]) => [route, answer]));
    return { results, answers, differences: findDifferences(answers) };
  } finally {
    await target.close();
  }
};
