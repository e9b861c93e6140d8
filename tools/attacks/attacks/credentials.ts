/** Forged, expired and foreign tokens. */
import type { KeyObject } from 'node:crypto';
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { SkillsServiceHandle } from '../../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { invalidTokens } from '../../../tests/guards/invalid-tokens';
import { type Attack, Findings, type Run } from '../attack';
import { rejectsWith, sendAndRecord } from '../request-attack';
import { requestOf, SAMPLES } from '../requests';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Issues and forges the tokens. `foreign` is another service with other keys and the same issuer name. */
export const hostileTokens = async (
  service: SkillsServiceHandle,
  foreign: SkillsServiceHandle,
): Promise<Record<string, string>> => {
  const { identity } = service;
  const mallory = { subject: 'mallory', scopes: ['skills:write'] };
  const [, payload = '', signature = ''] = (await identity.issue(mallory)).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const { d: _, ...publicJwk } = await identity.signingKey();
  const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = otherKey.publicKey.export({ format: 'jwk' });
  const { kid } = publicJwk;
  const own = { alg: 'ES256', typ: 'at+jwt', kid };
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    ...(await invalidTokens(service)),
    'alg: None': `${part({ ...own, alg: 'None' })}.${payload}.${signature}`,
    'the public key in DER as an HMAC secret': hmac({ ...own, alg: 'HS512' }, claims, der),
    'the public JWK as an HMAC secret': hmac({ ...own, alg: 'HS256' }, claims, JSON.stringify(publicJwk)),
    'a key in the header (jwk)': signed({ ...own, jwk }, claims, otherKey.privateKey),
    'key addresses in the header (jku, x5u)': signed(
      { ...own, jku: 'http://127.0.0.1:9/keys', x5u: 'file:///dev/null' },
      claims,
      otherKey.privateKey,
    ),
    'a path as the key id': hmac({ ...own, alg: 'HS256', kid: '../../../../dev/null' }, claims, ''),
    'SQL as the key id': hmac({ ...own, alg: 'HS256', kid: "' UNION SELECT 'k" }, claims, 'k'),
    'more scopes than were signed': `${part(own)}.${part({ ...claims, scope: 'admin' })}.${signature}`,
    'a signature of zeros': `${part(own)}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
    expired: await identity.issue({ ...mallory, seconds: -60 }),
    foreign: await foreign.identity.issue(mallory),
  };
};

const hmac = (header: { alg: string; kid: string }, claims: object, secret: string | Buffer): string => {
  const data = `${part(header)}.${part(claims)}`;
  return `${data}.${createHmac(header.alg.replace('HS', 'sha'), secret).update(data).digest('base64url')}`;
};

const signed = (header: object, claims: object, key: KeyObject): string => {
  const data = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' });
  return `${data}.${signature.toString('base64url')}`;
};

/** One of the operations is a read without authorization: it must reject an invalid token too. */
const OPERATIONS = ['getSkill', 'updateSkill', 'setProgress'] as const;

const withTokens =
  (protocol: ProtocolName, wanted: (name: string) => boolean): Run =>
  async (target) => {
    const findings = new Findings();
    for (const [name, token] of Object.entries(target.hostileTokens)) {
      if (!wanted(name)) continue;
      for (const operation of OPERATIONS) {
        const request = requestOf(protocol, { operation, input: SAMPLES[operation], token });
        await sendAndRecord(findings, target, protocol, request, rejectsWith('UNAUTHENTICATED'));
      }
    }
    return findings.finding();
  };

const attackWith = (name: string, description: string, wanted: (name: string) => boolean): Attack => ({
  name,
  description,
  on: Object.fromEntries(PROTOCOL_NAMES.map((one) => [one, withTokens(one, wanted)])) as Attack['on'],
});

const isForged = (name: string): boolean => name !== 'expired' && name !== 'foreign';

export const forgedTokens = attackWith(
  'alg: none and key confusion',
  '13 forged tokens (no algorithm, our public key as a secret, keys and addresses in the header), for a read and two writes',
  isForged,
);
export const staleTokens = attackWith(
  'expired and foreign tokens',
  'An expired token of this service, and a valid token of another service with the same issuer name',
  (name) => !isForged(name),
);
