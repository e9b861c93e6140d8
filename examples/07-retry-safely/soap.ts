/** SOAP: the idempotency key is a header block of the envelope, declared in the WSDL; REST has an HTTP header. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { BearerSecurity, createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const restUrl = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const token = process.env.TOKEN ?? String(process.argv[2]);
const client = await createClientAsync(`${url}?wsdl`);
client.setSecurity(new BearerSecurity(token));
const id = 'duckdb-soap';
const categoryIds = ['relational-databases'];
const key = randomUUID();

client.addSoapHeader(`<IdempotencyKey xmlns="urn:api-rosetta:skills:v1">${key}</IdempotencyKey>`);
const skill = { id, name: 'DuckDB', categoryIds: { item: categoryIds } };
const [first] = await client.CreateSkillAsync({ skill });

const retry = await fetch(`${restUrl}/skills`, {
  method: 'POST',
  headers: {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': `"${key}"`,
  },
  body: JSON.stringify({ ...skill, categoryIds }),
});
const again = (await retry.json()) as { etag: string };

const error = await client
  .CreateSkillAsync({ skill: { ...skill, name: 'Duck DB' } })
  .catch((thrown: unknown) => thrown);
const { reason } = error.root.Envelope.Body.Fault.detail.SkillsFault;
client.clearSoapHeaders();
await client.DeleteSkillAsync({ id, etag: '*' });

console.log(`created with etag ${first.skill.etag}`);
console.log(`again through REST: ${retry.status} with etag ${again.etag}`);
console.log(`the same key for another skill: ${reason}`);

assert.deepEqual([retry.status, again.etag], [201, first.skill.etag]);
assert.equal(reason, 'IDEMPOTENCY_KEY_REUSED');
