/** A call as text to paste, made from the request that the client would send. */
import type { Config } from '../app/config';
import type { ProtocolName } from '../contract/protocol';
import { formatPaste } from '../wire/paste';
import type { PasteForm } from '../wire/paste-forms';
import { type Call, captureRequest } from './call';
import { GRPC_CONTRACT } from './grpc-contract';
import { clientTls, configuredAddresses } from './targets';
import { requiresToken } from './tokens';

/** One text for each protocol. The server is not called, and the text names a variable in place of the token. */
export const pasteCall = async (
  call: Call,
  form: PasteForm,
  protocols: readonly ProtocolName[],
  config: Config,
): Promise<string[]> => {
  const { operation, context } = call;
  const sendsToken = context?.token !== undefined || requiresToken(operation);
  const named = { ...call, context: { ...context, ...(sendsToken && { token: 'ROSETTA_TOKEN' }) } };
  const texts: string[] = [];
  for (const protocol of protocols) {
    const exchange = await captureRequest(protocol, named);
    const target = { address: configuredAddresses(config)[protocol], tls: clientTls(config) };
    if (exchange) texts.push(formatPaste(form, operation, target, exchange, GRPC_CONTRACT));
  }
  return texts;
};
