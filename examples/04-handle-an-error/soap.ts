/** SOAP: an error is a fault with HTTP status 500; faultcode distinguishes only Client and Server, the detail has the rest. */
import assert from 'node:assert/strict';
import { BearerSecurity, createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const client = await createClientAsync(`${url}?wsdl`);

const errorOf = async (answer: Promise<never>) => {
  const error = await answer.catch((thrown) => thrown);
  const { faultcode, faultstring, detail } = error.root.Envelope.Body.Fault;
  const { code, reason, violations } = detail.SkillsFault;
  console.log(`${faultcode} ${code} ${reason}: ${faultstring}`);
  // The library parses faults without a schema: a list of one is a single value.
  return { code, reason, field: [violations?.item].flat()[0]?.field };
};

const unknown = await errorOf(client.GetSkillAsync({ id: 'cobol' }));
const update = { id: 'git', patch: { summary: 'Mine' } };
const old = { ...update, etag: 'read-long-ago' };
const anonymous = await errorOf(client.UpdateSkillAsync(update));
client.setSecurity(new BearerSecurity(process.env.TOKEN ?? String(process.argv[2])));
const missing = await errorOf(client.UpdateSkillAsync(update));
const stale = await errorOf(client.UpdateSkillAsync(old));
const wrong = await errorOf(client.UpdateSkillAsync({ ...old, patch: { name: '' } }));

assert.deepEqual(unknown, { code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND', field: undefined });
assert.deepEqual(anonymous, { code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED', field: undefined });
assert.deepEqual(missing, { code: 'FAILED_PRECONDITION', reason: 'ETAG_REQUIRED', field: 'etag' });
assert.deepEqual(stale, { code: 'ABORTED', reason: 'ETAG_MISMATCH', field: undefined });
assert.deepEqual(wrong, { code: 'INVALID_ARGUMENT', reason: 'INVALID_INPUT', field: 'patch.name' });
