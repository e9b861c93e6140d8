/** The soap library on node:http with its defaults: it parses the envelope by the WSDL and encodes one constant. */
import { createServer } from 'node:http';
import { listen as listenSoap } from 'soap';
import { PATH, ROUTES, WSDL } from '../../../adapters/soap/schema';
import type { RunningServer } from '../../../contract/protocol';
import { OPERATION_NAMES } from '../../../contract/skills-api';
import { listen } from '../loopback';

/** `constant` in the library's form: members by name, lists as `item`. */
export const serve = async (constant: unknown): Promise<RunningServer> => {
  const methods = Object.fromEntries(OPERATION_NAMES.map((name) => [ROUTES[name], () => constant]));
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    listenSoap(server, {
      path: PATH,
      services: { SkillsService: { SkillsPort: methods } },
      xml: WSDL,
      callback: (error) => (error ? reject(error) : resolve()),
    });
  });
  return listen(server);
};
