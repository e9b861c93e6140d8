/** Starts the identity server in a child process, and sends it requests for its database. */
import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import type { SigningKey } from '../../src/store/store';

export type Order =
  | { readonly ask: 'client'; readonly name: string; readonly scopes: readonly string[] }
  | { readonly ask: 'scopes'; readonly name: string; readonly scopes: readonly string[] }
  | { readonly ask: 'rows' }
  | { readonly ask: 'stop' };

export interface Setting {
  readonly folder: string;
  readonly port: number;
  readonly issuer: string;
  readonly signingKey: SigningKey;
  readonly trustedProxies?: readonly string[];
}

export interface IdentityProcess {
  readonly logged: readonly string[];
  readonly printed: () => string;
  ask(order: Order): Promise<unknown>;
  stop(): Promise<void>;
}

export const newSigningKey = (): SigningKey => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'test' } as SigningKey;
};

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

export const startIdentity = async (setting: Setting): Promise<IdentityProcess> => {
  const child = fork(path.join(__dirname, 'identity-process.ts'), [JSON.stringify(setting)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const logged: string[] = [];
  child.on('message', (message: { logged?: string }) => {
    if (message.logged !== undefined) logged.push(message.logged);
  });
  await answerOf(child, () => printed);
  const ask = async (order: Order): Promise<unknown> => {
    const answer = answerOf(child, () => printed);
    child.send(order);
    return answer;
  };
  return {
    logged,
    printed: () => printed,
    ask,
    stop: async () => {
      const ended = once(child, 'exit');
      await ask({ ask: 'stop' });
      await ended;
    },
  };
};

const answerOf = (child: ChildProcess, printed: () => string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`The identity server ended: ${printed()}`));
    const hear = (message: { answer?: unknown; logged?: string }) => {
      if (message.logged !== undefined) return;
      child.off('message', hear).off('exit', ended);
      resolve(message.answer);
    };
    child.on('message', hear).once('exit', ended);
  });
