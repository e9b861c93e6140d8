/** Where oidc-provider keeps what it must find again: in our database, so that a restart loses nothing. */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Client, IdentityStore } from '../store/identity-store';

/** What is revoked with its grant. */
const OF_A_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/** `usedUp` makes what is thrown where two redeem a code at the same moment and this one is the second. */
export const databaseAdapter =
  (store: IdentityStore, usedUp: () => Error): AdapterFactory =>
  (kind) =>
    kind === 'Client' ? clientAdapter(store) : recordAdapter(store, kind, usedUp);

const recordAdapter = (store: IdentityStore, kind: string, usedUp: () => Error): Adapter => {
  const find = async (by: { id: string } | { uid: string }): Promise<AdapterPayload | undefined> => {
    const found = await store.findRecord(kind, by);
    return (
      found && { ...found.payload, ...(found.consumeTime !== undefined && { consumed: found.consumeTime }) }
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
        ...(OF_A_GRANT.has(kind) && grantId !== undefined && { grantId }),
        ...(uid !== undefined && { uid }),
        expireTime: Math.floor(Date.now() / 1000) + expiresIn,
      });
    },
    find: (id) => find({ id }),
    findByUid: (uid) => find({ uid }),
    // Of the device flow, which is off.
    findByUserCode: async () => undefined,
    consume: async (id) => {
      if (!(await store.consumeRecord(kind, id))) throw usedUp();
    },
    destroy: (id) => store.deleteRecord(kind, id),
    revokeByGrantId: (grantId) => store.deleteRecordsOfGrant(kind, grantId),
  };
};

/** Services are registered by a command and never over the network. */
const clientAdapter = (store: IdentityStore): Adapter => {
  const never = async (): Promise<undefined> => undefined;
  return {
    find: async (id) => {
      const client = await store.clientById(id);
      return client && metadataOf(client);
    },
    upsert: never,
    findByUid: never,
    findByUserCode: never,
    consume: never,
    destroy: never,
    revokeByGrantId: never,
  };
};

/** The library asks for a secret and gets its hash: compareClientSecret knows. */
const metadataOf = ({ id, name, secretHash }: Client): AdapterPayload => ({
  client_id: id,
  client_name: name,
  client_secret: secretHash,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
});
