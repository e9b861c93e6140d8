/** HTTP/1.1 messages in the recorded bytes of a connection (RFC 9112). */
import { ByteReader, type Direction } from './byte-reader';
import type { Exchange, Message } from './exchange';

/** Pairs each response with the request of the same position. A message that the recording cuts off is left out. */
export const readHttp1Exchanges = (up: Buffer, down: Buffer): Exchange[] => {
  const requests = readWholeMessages(up, 'up');
  return readWholeMessages(down, 'down').flatMap((response, index) => {
    const request = requests[index];
    return request ? [{ request, response }] : [];
  });
};

const readWholeMessages = (bytes: Buffer, direction: Direction): Message[] => {
  const reader = new ByteReader(bytes);
  const messages: Message[] = [];
  while (!reader.isAtEnd) {
    const message = readHttp1Message(reader, direction);
    if (!reader.isCut) messages.push(message);
  }
  return messages;
};

const LINE_END = '\r\n';

/** Reads one message to its end, or to the end of the bytes. Fields after the last chunk are counted and not returned. */
export const readHttp1Message = (reader: ByteReader, direction: Direction): Message => {
  const head = reader.takeThrough('headers', LINE_END + LINE_END);
  const [startLine = '', ...lines] = head.trimEnd().split(LINE_END);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { startLine, headers, body: readBody(reader, startLine, headers, direction), trailers: [] };
};

/** RFC 9112, section 6.3. */
const readBody = (
  reader: ByteReader,
  startLine: string,
  headers: Message['headers'],
  direction: Direction,
): Buffer => {
  const header = (wanted: RegExp) => headers.find(([name]) => wanted.test(name))?.[1];
  if (/^HTTP\/1\.1 (1\d\d|204|304) /.test(startLine)) return Buffer.alloc(0);
  if (/chunked/i.test(header(/^transfer-encoding$/i) ?? '')) return readChunks(reader);
  const length = header(/^content-length$/i);
  if (length !== undefined) return reader.take('body', Number.parseInt(length, 10) || 0);
  // A response without a length ends with its connection; a request without a length has no body.
  return direction === 'down' ? reader.takeRest('body') : Buffer.alloc(0);
};

/** Section 7.1. Chunk sizes, the line end after a chunk and the line end after the trailer fields are framing. */
const readChunks = (reader: ByteReader): Buffer => {
  const chunks: Buffer[] = [];
  for (let size = -1; size !== 0 && !reader.isAtEnd; ) {
    size = Number.parseInt(reader.takeThrough('framing', LINE_END), 16);
    if (Number.isNaN(size)) {
      reader.isCut = true;
      size = 0;
    }
    chunks.push(reader.take('body', size));
    if (size > 0) reader.take('framing', LINE_END.length);
  }
  while (!LINE_END.startsWith(reader.peek(LINE_END.length))) reader.takeThrough('trailers', LINE_END);
  reader.take('framing', LINE_END.length);
  return Buffer.concat(chunks);
};
