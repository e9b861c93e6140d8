/** An error is sent in trailers, whose size clients limit. The other protocols send it in a body, which may be large. */
import type { StatusObject } from '@grpc/grpc-js';
import { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { present } from '../common/present';

export const STATUS_TRAILER = 'grpc-status-details-bin';

/** Clients take 8 KiB of trailers by default (gRPC, PROTOCOL-HTTP2.md, "Responses"); an eighth is left to other headers. */
const ERROR_BYTES_MAX = 7 * 1024;
const CUT_BYTES = { message: 700, field: 100, description: 150 } as const;

/** The message is sent percent-encoded, and again in the status, which is sent in base64. */
export const fitsTrailers = ({ details: message, metadata }: Required<StatusObject>): boolean => {
  const messageBytes = encodeURI(Buffer.from(message).toString()).length;
  const statusBytes = metadata.get(STATUS_TRAILER)[0]?.length ?? 0;
  return messageBytes + (statusBytes * 4) / 3 <= ERROR_BYTES_MAX;
};

/** The same error with its texts cut. */
export const cutTexts = ({ code, reason, message, details }: SkillsError): SkillsError => {
  const violations = details.violations?.slice(0, LIMITS.violationsMax).map(({ field, description }) => ({
    field: cut(field, CUT_BYTES.field),
    description: cut(description, CUT_BYTES.description),
  }));
  return new SkillsError(code, reason, cut(message, CUT_BYTES.message), present({ ...details, violations }));
};

const cut = (text: string, bytesMax: number): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  // A character that is cut in two ends as U+FFFD.
  return `${bytes.toString('utf8', 0, bytesMax - 3).replace(/\ufffd$/, '')}...`;
};
