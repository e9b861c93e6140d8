/** The context travels in HTTP headers; header blocks of SOAP may demand to be understood, and none of them is. */
import type { IncomingHttpHeaders } from 'node:http';
import type { CallContext } from '../../contract/context';
import { SkillsError } from '../../contract/errors';
import { decodeHttpContext } from '../common/http-context';

export { answerHeaders } from '../common/http-context';

/** `blocks` as the soap library reads them: by name, a list where several have one, attributes by qualified name. */
export const decodeContext = (headers: IncomingHttpHeaders, blocks: object | undefined): CallContext => {
  for (const [name, alike] of Object.entries(blocks ?? {})) {
    const demands = [alike].flat().some((block) => {
      const attributes: Record<string, string> = Object(block).attributes ?? {};
      return Object.keys(attributes).some(
        (attribute) => attribute.endsWith(':mustUnderstand') && attributes[attribute] === '1',
      );
    });
    // SOAP 1.1, section 4.2.3: such a message must not be processed.
    if (demands)
      throw new SkillsError('UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD', `The header ${name} is unknown here.`);
  }
  return decodeHttpContext(headers);
};
