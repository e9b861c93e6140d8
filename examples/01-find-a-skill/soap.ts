/** SOAP: the client gets its methods and the address of the server from the WSDL; a list is an element with items. */
import assert from 'node:assert/strict';
import { createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const client = await createClientAsync(`${url}?wsdl`);

const [page] = await client.ListSkillsAsync({ text: 'json web token', fields: { item: ['id', 'name'] } });
const [found] = page.items.item;

const [answer] = await client.GetSkillAsync({
  id: found.id,
  fields: { item: ['name', 'level', 'requires'] },
});
const skill = { ...answer.skill, requires: answer.skill.requires.item };

console.log(`"json web token" finds ${page.totalSize}: ${found.name}`);
console.log(`${skill.name} (${skill.level}) requires ${skill.requires.join(' and ')}`);

assert.deepEqual(page.items.item, [{ id: 'jwt', name: 'JWT' }]);
assert.deepEqual(skill, { name: 'JWT', level: 'INTERMEDIATE', requires: ['json', 'hashing'] });
