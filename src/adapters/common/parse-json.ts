/** The object or list in a JSON text; an empty object for any other text, as a gateway may send one. */
// biome-ignore lint/suspicious/noExplicitAny: JSON.parse gives any; the decoders list what they read.
export const parseJson = (text: string): any => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
