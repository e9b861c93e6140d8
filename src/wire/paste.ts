/** A captured request as text to paste into a terminal, a script or a SOAP tool. */
import type { Operation } from '../contract/skills-api';
import type { Exchange } from './capture';
import type { GrpcContract, GrpcMethod } from './grpc-contract';
import type { PasteForm } from './paste-forms';

export interface PasteTarget {
  readonly address: string;
  /** `ca` is present when TLS_CA names the certificate to trust. */
  readonly tls?: { readonly ca?: string };
}

export const formatPaste = (
  form: PasteForm,
  operation: Operation,
  target: PasteTarget,
  { request }: Exchange,
  { methods }: GrpcContract,
): string => FORMS[form](target, request, methods[operation]);

type Request = Exchange['request'];

const FORMS = {
  curl: ({ address, tls }, { startLine, headers, body }) => {
    const [method, path] = parseRequestLine(startLine);
    const parts = [`curl ${quoteForShell(address + path)}`];
    if (tls?.ca !== undefined) parts.push('--cacert "$TLS_CA"');
    if (method !== (body.length > 0 ? 'POST' : 'GET')) parts.push(`-X ${method}`);
    for (const header of headers) {
      const [name, value] = header;
      if (isCredential(header)) parts.push(TOKEN_HEADER);
      else if (!TRANSPORT_HEADER.test(name)) parts.push(`-H ${quoteForShell(`${name}: ${value}`)}`);
    }
    if (body.length > 0) parts.push(`--data-raw ${quoteForShell(body.toString('utf8'))}`);
    return parts.join(' \\\n  ');
  },
  fetch: ({ address, tls }, { startLine, headers, body }) => {
    const [method, path] = parseRequestLine(startLine);
    const entries = headers
      .filter(([name]) => !TRANSPORT_HEADER.test(name))
      .map((header) =>
        isCredential(header)
          ? `    'authorization': \`Bearer \${process.env.ROSETTA_TOKEN}\`,`
          : `    ${quoteForJavaScript(header[0])}: ${quoteForJavaScript(header[1])},`,
      );
    return [
      ...(tls?.ca === undefined
        ? []
        : ['// Started with NODE_EXTRA_CA_CERTS="$TLS_CA", Node trusts its certificate.']),
      `const response = await fetch(${quoteForJavaScript(address + path)}, {`,
      `  method: ${quoteForJavaScript(method)},`,
      ...(entries.length > 0 ? ['  headers: {', ...entries, '  },'] : []),
      ...(body.length > 0 ? [`  body: ${quoteForJavaScript(body.toString('utf8'))},`] : []),
      '});',
      'console.log(response.status, await response.text());',
    ].join('\n');
  },
  grpcurl: ({ address, tls }, { headers, body }, method) => {
    const trust = tls?.ca === undefined ? [] : ['-cacert "$TLS_CA"'];
    return [
      'grpcurl',
      ...(tls ? trust : ['-plaintext']),
      ...(headers.some(isCredential) ? [TOKEN_HEADER] : []),
      `-d ${quoteForShell(formatGrpcData(body, method))}`,
      address,
      method.path.slice(1),
    ].join(' ');
  },
  // Without --schema, buf curl uses the server's reflection, as grpcurl does.
  buf: ({ address, tls }, { headers, body }, method) => {
    const trust = tls?.ca === undefined ? [] : ['--cacert "$TLS_CA"'];
    return [
      'buf curl --protocol grpc',
      ...(tls ? trust : ['--http2-prior-knowledge']),
      ...(headers.some(isCredential) ? [TOKEN_HEADER] : []),
      `-d ${quoteForShell(formatGrpcData(body, method))}`,
      `${tls ? 'https' : 'http'}://${address}${method.path}`,
    ].join(' ');
  },
  envelope: (_, { headers, body }) => {
    const envelope = body.toString('utf8');
    return headers.some(isCredential) ? addTokenBlock(envelope) : envelope;
  },
} satisfies Record<
  PasteForm,
  (target: PasteTarget, request: Request, method: GrpcMethod) => string
> as Record<PasteForm, (target: PasteTarget, request: Request, method: GrpcMethod) => string>;

const parseRequestLine = (startLine: string): [method: string, path: string] => {
  const [method = 'GET', path = ''] = startLine.split(' ');
  return [method, path];
};

/** Headers that the sending client writes itself. */
const TRANSPORT_HEADER = /^(host|connection|content-length|transfer-encoding)$/i;

const isCredential = ([name]: readonly [string, string]): boolean => /^authorization$/i.test(name);

/** The shell replaces the variable inside double quotes, so a history and a screen show only its name. */
const TOKEN_HEADER = '-H "authorization: Bearer $ROSETTA_TOKEN"';

/** An envelope has no HTTP headers, so a placeholder for the token stands in WS-Security 1.1's block (section 6.3). */
const addTokenBlock = (envelope: string): string => {
  const block =
    '<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">' +
    '<wsse:BinarySecurityToken ValueType="urn:ietf:params:oauth:token-type:jwt">$ROSETTA_TOKEN' +
    '</wsse:BinarySecurityToken></wsse:Security>';
  return envelope.includes('<soap:Header>')
    ? envelope.replace('<soap:Header>', () => `<soap:Header>${block}`)
    : envelope.replace('<soap:Body>', () => `<soap:Header>${block}</soap:Header><soap:Body>`);
};

/** The message in gRPC's frame, as JSON. */
const formatGrpcData = (body: Buffer, { requestDeserialize }: GrpcMethod): string =>
  JSON.stringify(toProtoJson(requestDeserialize(body.subarray(5))));

/** ProtoJSON writes a field mask as one string of camelCase paths ("FieldMask"). */
const toProtoJson = (message: Record<string, unknown>): Record<string, unknown> =>
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

/** A shell changes nothing inside single quotes; a single quote itself stands between two quoted texts. */
const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A JavaScript string in single quotes, as JSON is full of double quotes. */
const quoteForJavaScript = (text: string): string =>
  `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
