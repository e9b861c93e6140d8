/** Starts the servers that an explanation compares with, each in a process of its own as the service is. */
import { type ForkOptions, fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunningServer } from '../../contract/protocol';

interface ServerModules {
  readonly 'bare-rest': typeof import('./servers/bare-rest');
  readonly 'bare-graphql': typeof import('./servers/bare-graphql');
  readonly 'bare-grpc': typeof import('./servers/bare-grpc');
  readonly 'bare-soap': typeof import('./servers/bare-soap');
  readonly floor: typeof import('./servers/floor');
  readonly express: typeof import('./servers/express');
  readonly 'xml-by-hand': typeof import('./servers/xml-by-hand');
}

export type ServerName = keyof ServerModules;

/** What the server of this name answers with. */
export interface ServerSpec<N extends ServerName> {
  readonly name: N;
  readonly what: Parameters<ServerModules[N]['serve']>[0];
}

export interface StartedServer extends Pick<RunningServer, 'stop'> {
  /** Rejects where the process ends before it serves. */
  readonly address: Promise<string>;
}

/** The compiled module, also where this runs from the sources: a child process knows neither jest nor tsx. */
const CHILD = join(__dirname.replace(/\bsrc(?=.compare.explain$)/, 'dist'), 'child.js');

export const startServer = <N extends ServerName>(
  order: ServerSpec<N>,
  options: ForkOptions = {},
): StartedServer => {
  const child = fork(CHILD, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // An answer is bytes, or a value with what is absent absent: JSON would keep neither.
    serialization: 'advanced',
    execArgv: [],
    // Ctrl+C goes to the whole group; the parent alone decides when the server stops.
    detached: true,
    ...options,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // Where there never was a process, none exits.
    child.on('error', () => child.pid === undefined && resolve());
  });
  const address = Promise.race([
    new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message)))),
    ended.then(() => Promise.reject(new Error(`the process of ${order.name} ended before it served`))),
  ]);
  address.catch(() => {});
  child.send(order, () => {});
  const stop = () => {
    // It holds nothing that would have to be saved.
    child.kill('SIGKILL');
    return ended;
  };
  return { address, stop };
};
