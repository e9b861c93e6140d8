/** The storage of oidc-provider: records and clients in this project's database, so that they survive a restart. */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Client, IdentityStore } from '../store/identity-store';

/** The kinds of records that are revoked together with their grant. */
const GRANTED_KINDS = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/** `alreadyUsedError` creates the error for the second of two requests that redeem one code. */
export const databaseAdapter =
  (store: IdentityStore, alreadyUsedError: () => Error): AdapterFactory =>
  (kind) =>
    kind === 'Client' ? clientAdapter(store) : recordAdapter(store, kind, alreadyUsedError);

const recordAdapter = (store: IdentityStore, kind: string, alreadyUsedError: () => Error): Adapter => {
  const find = async (by: { id: string } | { uid: string }): Promise<AdapterPayload | undefined> => {
    const record = await store.findRecord(kind, by);
    return (
      record && {
        ...record.payload,
        ...(record.consumeTime !== undefined && { consumed: record.consumeTime }),
      }
    );
  };
  return {
    upsert: (id, payload, expiresIn) => {
      if (expiresIn === undefined) throw new Error(`A record of kind ${kind} must expire.`);
      const { grantId, uid } = payload;
      return store.putRecord({
        kind,
        id,
        payload,
        ...(GRANTED_KINDS.has(kind) && grantId !== undefined && { grantId }),
        ...(uid !== undefined && { uid }),
        expireTime: Math.floor(Date.now() / 1000) + expiresIn,
      });
    },
    find: (id) => find({ id }),
    findByUid: (uid) => find({ uid }),
    // Belongs to the device flow, which is disabled.
    findByUserCode: async () => undefined,
    consume: async (id) => {
      if (!(await store.consumeRecord(kind, id))) throw alreadyUsedError();
    },
    destroy: (id) => store.deleteRecord(kind, id),
    revokeByGrantId: (grantId) => store.deleteRecordsOfGrant(kind, grantId),
  };
};

/** Clients are read only: the operator registers services by a command, never over the network. */
const clientAdapter = (store: IdentityStore): Adapter => {
  const unsupported = async (): Promise<undefined> => undefined;
  return {
    find: async (id) => {
      const client = await store.clientById(id);
      return client && metadataOf(client);
    },
    upsert: unsupported,
    findByUid: unsupported,
    findByUserCode: unsupported,
    consume: unsupported,
    destroy: unsupported,
    revokeByGrantId: unsupported,
  };
};

/** The library expects a secret and gets its hash, which compareClientSecret in provider.ts checks. */
const metadataOf = ({ id, name, secretHash }: Client): AdapterPayload => ({
  client_id: id,
  client_name: name,
  client_secret: secretHash,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
});
