/** SOAP: the token is an HTTP header; absent elements of the patch are kept, and an element without items empties a list. */
import assert from 'node:assert/strict';
import { BearerSecurity, createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const client = await createClientAsync(`${url}?wsdl`);
client.setSecurity(new BearerSecurity(process.env.TOKEN ?? String(process.argv[2])));
const id = 'sqlite-soap';

const skill = {
  id,
  name: 'SQLite',
  categoryIds: { item: ['relational-databases'] },
  tags: { item: ['sql'] },
};
const [creation] = await client.CreateSkillAsync({ skill });
const created = { ...creation.skill, tags: creation.skill.tags.item };

const patch = { tags: {}, level: 'BEGINNER' };
const [update] = await client.UpdateSkillAsync({ id, etag: created.etag, patch });
const updated = { ...update.skill, tags: update.skill.tags?.item ?? [] };

await client.DeleteSkillAsync({ id, etag: updated.etag });
const error = await client.GetSkillAsync({ id }).catch((thrown: unknown) => thrown);
const { code } = error.root.Envelope.Body.Fault.detail.SkillsFault;

console.log(`created ${created.id} with tags [${created.tags}], etag ${created.etag}`);
console.log(`updated it to ${updated.level} and tags [${updated.tags}], etag ${updated.etag}`);
console.log(`deleted it: ${code}`);

assert.deepEqual(created.tags, ['sql']);
assert.deepEqual([updated.name, updated.level, updated.tags], ['SQLite', 'BEGINNER', []]);
assert.notEqual(updated.etag, created.etag);
assert.equal(code, 'NOT_FOUND');
