/** The heap of another process after a garbage collection, read through its inspector. */
import { once } from 'node:events';
import { WebSocket } from 'undici';

/** Node options: the inspector listens on a free port once SIGUSR1 opens it. */
export const INSPECTABLE = ['--inspect-port=127.0.0.1:0'];

/** The lines that Node prints on standard error for the inspector. */
const INSPECTOR_LINES = /^(Debugger |For help, see: https:\/\/nodejs|Waiting for the debugger).*\n?/gm;
export const withoutInspector = (text: string): string => text.replace(INSPECTOR_LINES, '');
export const inspectorIn = (text: string): string | undefined =>
  /^Debugger listening on (ws:\S+)/m.exec(text)?.[1];

/** The bytes in use after a garbage collection. */
export const heapBytes = async (inspector: string): Promise<number> => {
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  const call = async (id: number, method: string, params = {}): Promise<Answer> => {
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ id, method, params }));
    const [{ data }] = (await answer) as [{ data: string }];
    return JSON.parse(data) as Answer;
  };
  await call(1, 'HeapProfiler.collectGarbage');
  const { result } = await call(2, 'Runtime.evaluate', { expression: 'process.memoryUsage().heapUsed' });
  const closed = once(socket, 'close');
  socket.close();
  await closed;
  return Number(result?.result?.value);
};

interface Answer {
  readonly result?: { readonly result?: { readonly value?: number } };
}
