/** SOAP without the soap library: node:http, a general XML parser, and XML written as text for each request. */
import { createServer } from 'node:http';
import type { RunningServer } from '../../../contract/protocol';
import { readBody } from '../../../runtime/http-body';
import { copyOutput, findCodec, type ReadOperation, type ReadOutput } from '../codecs';
import { listen } from '../loopback';

export interface XmlAnswer {
  readonly operation: ReadOperation;
  readonly output: ReadOutput;
}

export const serve = ({ operation, output }: XmlAnswer): Promise<RunningServer> => {
  const codec = findCodec('soap', operation);
  const server = createServer(async (request, response) => {
    codec.decodeRequest(String(await readBody(request)));
    const xml = codec.encodeAnswer(copyOutput(output)) as string;
    response.writeHead(200, {
      'Content-Type': 'text/xml; charset=utf-8',
      'Content-Length': Buffer.byteLength(xml),
    });
    response.end(xml);
  });
  return listen(server);
};
