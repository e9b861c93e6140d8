/** A captured request as something to paste into a terminal, or into a tool that speaks SOAP. */
import { METHODS } from '../adapters/grpc/schema';
import type { Exchange } from '../compare/capture';
import type { Operation } from '../contract/skills-api';
import type { PasteForm } from './input';

export const paste = (
  form: PasteForm,
  operation: Operation,
  address: string,
  { request }: Exchange,
): string =>
  ({
    curl: () => curl(address, request),
    grpcurl: () => {
      const message = METHODS[operation].requestDeserialize(request.body.subarray(5));
      const path = METHODS[operation].path.slice(1);
      return `grpcurl -plaintext -d ${quote(JSON.stringify(grpcJson(message)))} ${address} ${path}`;
    },
    envelope: () => request.body.toString('utf8'),
  })[form]();

/** Headers that curl makes itself. */
const OWN = /^(host|connection|content-length|transfer-encoding)$/i;

const curl = (address: string, { startLine, headers, body }: Exchange['request']): string => {
  const [method = 'GET', path = ''] = startLine.split(' ');
  const parts = [`curl ${quote(address + path)}`];
  if (method !== (body.length > 0 ? 'POST' : 'GET')) parts.push(`-X ${method}`);
  for (const [name, value] of headers) if (!OWN.test(name)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body.length > 0) parts.push(`--data-raw ${quote(body.toString('utf8'))}`);
  return parts.join(' \\\n  ');
};

/** Protobuf's JSON writes a field mask as one text of camelCase paths (ProtoJSON, "FieldMask"). */
const grpcJson = (message: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(message).map(([name, value]) => {
      const paths = /Mask$/.test(name) && (value as { paths?: string[] }).paths;
      if (!paths) return [name, value];
      return [
        name,
        paths.map((path) => path.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())).join(),
      ];
    }),
  );

/** In single quotes a shell changes nothing; a single quote itself stands between two such texts. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
