/** Tokens with one defect each, made with node:crypto. */
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { SkillsServiceHandle } from '../../src/app/service';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const es256 = (data: string, key: KeyObject): string =>
  sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');

/** The header and payload of a valid token. */
const partsOf = async (identity: SkillsServiceHandle['identity']) => {
  const good = await identity.issue({ subject: 'mallory', scopes: ['skills:write'] });
  const [header = '', payload = ''] = good.split('.');
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  return { header: read(header), payload: read(payload) };
};

export const invalidTokens = async ({ identity }: SkillsServiceHandle) => {
  const { header, payload } = await partsOf(identity);
  const { d: _, ...publicJwk } = await identity.signingKey();
  const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const unsigned = `${part({ ...header, alg: 'none' })}.${part(payload)}`;
  const symmetric = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
  const secret = publicKey.export({ type: 'spki', format: 'pem' });
  const forged = `${part(header)}.${part(payload)}`;
  const mac = createHmac('sha256', secret).update(symmetric).digest('base64url');
  return {
    'alg: none': `${unsigned}.`,
    'the public key as an HMAC secret': `${symmetric}.${mac}`,
    'another signing key': `${forged}.${es256(forged, otherKey)}`,
    'not a JWT': 'opensesame',
  };
};
