/** Starts the servers of an explanation, each in a process of its own, like the service. */
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

/** A server by name, and the answer that it returns. */
export interface ServerSpec<N extends ServerName> {
  readonly name: N;
  readonly answer: Parameters<ServerModules[N]['serve']>[0];
}

export interface StartedServer extends Pick<RunningServer, 'stop'> {
  /** Rejects if the process ends before it listens. */
  readonly address: Promise<string>;
}

/** The compiled module, also when this file runs from the sources: a child process has neither Jest nor tsx. */
const CHILD = join(__dirname.replace(/\bsrc(?=.compare.explain$)/, 'dist'), 'child.js');

export const startServer = <N extends ServerName>(
  spec: ServerSpec<N>,
  options: ForkOptions = {},
): StartedServer => {
  const child = fork(CHILD, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // An answer is bytes, or a value with undefined members: JSON preserves neither.
    serialization: 'advanced',
    execArgv: [],
    // Ctrl+C signals the whole process group; the parent alone decides when the server stops.
    detached: true,
    ...options,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // A process that did not start emits no `exit`.
    child.on('error', () => child.pid === undefined && resolve());
  });
  const address = Promise.race([
    new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message)))),
    ended.then(() => Promise.reject(new Error(`the process of ${spec.name} ended before it listened`))),
  ]);
  address.catch(() => {});
  child.send(spec, () => {});
  const stop = () => {
    // The server has no state to save.
    child.kill('SIGKILL');
    return ended;
  };
  return { address, stop };
};
