/** Reads JSON on the client, which also receives bodies that are not JSON. */
import { decodeUtf8 } from './decode-text';

/** The object or list in a JSON text; an empty object for any other body, as a gateway may send one. */
// biome-ignore lint/suspicious/noExplicitAny: JSON.parse gives any; the decoders list what they read.
export const parseJson = (body: Buffer): any => {
  try {
    return Object(JSON.parse(decodeUtf8(body)));
  } catch {
    return {};
  }
};
