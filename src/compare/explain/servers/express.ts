/** Plain Express, which encodes a domain object for each request as JSON or as protobuf; the rest is the same for both. */
import { createServer } from 'node:http';
import express from 'express';
import type { RunningServer } from '../../../contract/protocol';
import { copyOutput, findCodec, type ReadOperation, type ReadOutput } from '../codecs';
import { listen } from '../loopback';

export interface ExpressAnswer {
  readonly encoding: keyof typeof ENCODINGS;
  readonly operation: ReadOperation;
  readonly output: ReadOutput;
}

const ENCODINGS = {
  JSON: { protocol: 'rest', type: 'application/json' },
  protobuf: { protocol: 'grpc', type: 'application/x-protobuf' },
} as const;

export const serve = ({ encoding, operation, output }: ExpressAnswer): Promise<RunningServer> => {
  const { protocol, type } = ENCODINGS[encoding];
  const codec = findCodec(protocol, operation);
  const app = express();
  app.get('/api/*path', (_request, response) => {
    response.type(type).send(codec.encodeAnswer(copyOutput(output)));
  });
  return listen(createServer(app));
};
