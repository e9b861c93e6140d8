/** REST: token and etag are headers (ETag in responses, If-Match in requests); the body is a JSON Merge Patch (RFC 7396). */
import assert from 'node:assert/strict';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const Authorization = `Bearer ${process.env.TOKEN ?? process.argv[2]}`;
const id = 'sqlite-rest';

interface Skill {
  id: string;
  name: string;
  level?: string;
  tags: string[];
  etag: string;
}

const creation = await fetch(`${url}/skills`, {
  method: 'POST',
  headers: { Authorization, 'Content-Type': 'application/json' },
  body: JSON.stringify({ id, name: 'SQLite', categoryIds: ['relational-databases'], tags: ['sql'] }),
});
const created = (await creation.json()) as Skill;

const update = await fetch(`${url}/skills/${id}`, {
  method: 'PATCH',
  headers: {
    Authorization,
    'Content-Type': 'application/merge-patch+json',
    'If-Match': creation.headers.get('ETag') ?? '',
  },
  body: JSON.stringify({ level: 'BEGINNER', tags: [] }),
});
const updated = (await update.json()) as Skill;

const headers = { Authorization, 'If-Match': update.headers.get('ETag') ?? '' };
const deletion = await fetch(`${url}/skills/${id}`, { method: 'DELETE', headers });
const { code } = (await (await fetch(`${url}/skills/${id}`)).json()) as { code: string };

console.log(`created ${created.id} with tags [${created.tags}], etag ${created.etag}`);
console.log(`updated it to ${updated.level} and tags [${updated.tags}], etag ${updated.etag}`);
console.log(`deleted it: ${code}`);

assert.deepEqual([creation.status, update.status, deletion.status], [201, 200, 204]);
assert.deepEqual(created.tags, ['sql']);
assert.deepEqual([updated.name, updated.level, updated.tags], ['SQLite', 'BEGINNER', []]);
assert.notEqual(updated.etag, created.etag);
assert.equal(code, 'NOT_FOUND');
