/** REST: a search is a query string, a skill has a URL, and `fields` selects the fields of both responses. */
import assert from 'node:assert/strict';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';

const search = await fetch(`${url}/skills?q=json+web+token&fields=id,name`);
const page = (await search.json()) as { items: { id: string; name: string }[]; totalSize: number };
const [found] = page.items;

const answer = await fetch(`${url}/skills/${found?.id}?fields=name,level,requires`);
const skill = (await answer.json()) as { name: string; level: string; requires: string[] };

console.log(`"json web token" finds ${page.totalSize}: ${found?.name}`);
console.log(`${skill.name} (${skill.level}) requires ${skill.requires.join(' and ')}`);

assert.equal(answer.status, 200);
assert.deepEqual(page.items, [{ id: 'jwt', name: 'JWT' }]);
assert.deepEqual(skill, { name: 'JWT', level: 'INTERMEDIATE', requires: ['json', 'hashing'] });
