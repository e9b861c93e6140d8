/** Runs the built command in a process of its own, as a user does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROSETTA = join(__dirname, '../../dist/cli/rosetta.js');

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
  /** Resolves when standard output holds the text. */
  printed(text: string): Promise<string>;
}

const children = new Set<ChildProcess>();

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

export const start = (words: readonly string[], environment: Record<string, string> = {}): Running => {
  const child = spawn(process.execPath, [ROSETTA, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let [out, err] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  const ended = new Promise<Run>((resolve) =>
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code, out, err });
    }),
  );
  const printed = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => out.includes(text) && resolve(out);
      child.stdout.on('data', look);
      void ended.then(() => reject(new Error(`ended without saying ${text}:\n${out}${err}`)));
      look();
    });
  return { child, ended, printed };
};

/** A token of the service on that data folder, made by the command. */
export const tokenFor = async (
  environment: Record<string, string>,
  words: readonly string[] = ['--scope', 'skills:write'],
): Promise<string> => (await run(['token', ...words], environment)).out.trim();

export const run = (words: readonly string[], environment?: Record<string, string>): Promise<Run> =>
  start(words, environment).ended;
