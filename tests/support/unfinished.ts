/** Connections whose handshake, headers, body or frames are broken, half-done or missing. The client never closes them. */
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProtocolName } from '../../src/contract/protocol';
import { FLAG, grpcHeaders, h2Frame, PREFACE, TYPE } from '../../tools/attacks/http2-frames';

const HEAD = 'PUT /api/progress/git HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

const HTTP: Readonly<Record<string, string>> = {
  silence: '',
  'half a request line': 'GET /api/ski',
  'half of the headers': 'GET /api/skills HTTP/1.1\r\nHost: x\r\n',
  'bytes that are not HTTP': '\0\x01\x02\r\n\r\n',
  'headers without a body': `${HEAD}Content-Length: 10\r\n\r\n`,
  'half a body': `${HEAD}Content-Length: 10\r\n\r\n{}`,
  'half a chunk': `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{`,
  'a broken chunk': `${HEAD}Transfer-Encoding: chunked\r\n\r\nx\r\n`,
  'a body that is announced and too long': `${HEAD}Content-Length: 9999999\r\n\r\n{`,
  'an expectation without a body': `${HEAD}Content-Length: 10\r\nExpect: 100-continue\r\n\r\n`,
};

const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);
const begun = Buffer.concat([hello, h2Frame(TYPE.headers, FLAG.endHeaders, 1, grpcHeaders('GetSkill'))]);

const HTTP2: Readonly<Record<string, Buffer>> = {
  silence: Buffer.alloc(0),
  'half a preface': PREFACE.subarray(0, 8),
  'a preface without settings': PREFACE,
  'bytes that are not HTTP/2': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  'half a frame': Buffer.concat([hello, Buffer.from([0, 0, 9, 0])]),
  'headers that do not end': Buffer.concat([
    hello,
    h2Frame(TYPE.headers, FLAG.none, 1, grpcHeaders('GetSkill')),
  ]),
  'headers that HPACK cannot decode': Buffer.concat([
    hello,
    h2Frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.alloc(5, 0xff)),
  ]),
  'settings of one byte': Buffer.concat([hello, h2Frame(TYPE.settings, FLAG.none, 0, Buffer.from('x'))]),
  'a message without bytes': begun,
  'half a message': Buffer.concat([begun, h2Frame(TYPE.data, FLAG.none, 1, Buffer.from([0, 0, 0, 0xff, 0]))]),
};

/** Bytes instead of a TLS handshake. */
const HANDSHAKES: Readonly<Record<string, Buffer>> = {
  'silence instead of a handshake': Buffer.alloc(0),
  'half a handshake': Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]),
  'plain text instead of a handshake': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  'an alert instead of a handshake': Buffer.from([0x15, 3, 3, 0, 2, 2, 40]),
};

interface Unfinished {
  readonly name: string;
  readonly socket: Socket;
  /** Whether the server has closed its end. */
  isEnded: boolean;
}

const hold = (name: string, socket: Socket): Unfinished => {
  const held: Unfinished = { name, socket, isEnded: false };
  const end = () => {
    held.isEnded = true;
  };
  socket.on('error', end).on('end', end).on('close', end).resume();
  return held;
};

/** Opens a connection of each kind. `address` is a URL or host:port. */
export const openUnfinished = (protocol: ProtocolName, address: string, isTls: boolean): Unfinished[] => {
  const { hostname: host, port } = new URL(`http://${address.replace(/^\w+:\/\//, '')}`);
  const place = { host, port: Number(port), allowHalfOpen: true };
  const requests: Readonly<Record<string, string | Buffer>> = protocol === 'grpc' ? HTTP2 : HTTP;
  return [
    ...Object.entries(requests).map(([name, bytes]) => {
      const tls = { ...place, rejectUnauthorized: false, ALPNProtocols: protocol === 'grpc' ? ['h2'] : [] };
      const socket = isTls ? connectTls(tls) : connect(place);
      socket.write(bytes);
      return hold(name, socket);
    }),
    ...(isTls
      ? Object.entries(HANDSHAKES).map(([name, bytes]) => {
          const socket = connect(place);
          socket.write(bytes);
          return hold(name, socket);
        })
      : []),
  ];
};

/** The open file descriptors of a process; Linux only. */
export const countDescriptors = (pid: number | 'self' = 'self'): number =>
  readdirSync(`/proc/${pid}/fd`).length;
