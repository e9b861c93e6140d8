/** A well-formed token of an issuer that no server trusts, to show how each protocol rejects it. */
import { generateKeyPairSync } from 'node:crypto';
import { WRITE_SCOPE } from '../contract/authorization';
import { tokenIssuer } from '../identity/tokens';

export const untrustedToken = (): Promise<string> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const untrustedIssuer = { issuer: 'https://stranger.example', audience: 'api-rosetta' };
  return tokenIssuer(untrustedIssuer, privateKey, 'remote')({ subject: 'mallory', scopes: [WRITE_SCOPE] });
};
