/** The request and the response of a call, read from the bytes on the socket, which a relay passes on unchanged. */
import type { ConnectOptions, ProtocolName } from '../contract/protocol';
import type { Exchange } from './exchange';
import { readHttp1Exchanges } from './http1';
import { readHttp2Exchanges } from './http2-exchanges';
import { type Connection, startRelay } from './relay';
import { startTlsUnwrapper } from './unwrap-tls';

export type { Exchange, Message } from './exchange';

export interface Capture {
  /** The address for the client, in the target's form. */
  readonly address: string;
  /** All bytes of each connection, in the order in which the connections were opened. */
  readonly connections: readonly Connection[];
  /** The exchanges that have ended, by connection, in the order in which they began. */
  exchanges(): Promise<Exchange[]>;
  /** Resolves when both sides of every connection have ended. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

/** With `tls`, the capture speaks TLS to the target, and the client connects in plain text on this machine. */
export const startCapture = async (
  protocol: ProtocolName,
  target: string,
  tls?: ConnectOptions['tls'],
): Promise<Capture> => {
  const unwrapper = tls && (await startTlsUnwrapper(protocol, target, tls));
  const relay = await startRelay(unwrapper?.address ?? target, { recordsBytes: true });
  const read = protocol === 'grpc' ? readHttp2Exchanges : readHttp1Exchanges;
  return {
    address: relay.address,
    connections: relay.connections,
    exchanges: async () => {
      const each = relay.connections.map(({ up, down }) => read(Buffer.concat(up), Buffer.concat(down)));
      return (await Promise.all(each)).flat();
    },
    ended: relay.ended,
    stop: async () => {
      await relay.stop();
      await unwrapper?.stop();
    },
  };
};
