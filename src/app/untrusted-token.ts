/** A well-formed token whose issuer no server trusts, to show how each protocol rejects one. */
import { generateKeyPairSync } from 'node:crypto';
import { WRITE_SCOPE } from '../contract/authorization';
import { tokenIssuer } from '../identity/tokens';

export const untrustedToken = (): Promise<string> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stranger = { issuer: 'https://stranger.example', audience: 'api-rosetta' };
  return tokenIssuer(stranger, privateKey, 'theirs')({ subject: 'mallory', scopes: [WRITE_SCOPE] });
};
