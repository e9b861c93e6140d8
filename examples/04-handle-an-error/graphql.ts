/** GraphQL: errors during execution have HTTP status 200; they are in `errors`, with `extensions` for programs. */
import assert from 'node:assert/strict';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';

const errorOf = async (answer: Response) => {
  const { errors } = (await answer.json()) as {
    errors: {
      message: string;
      extensions: { domainCode: string; reason: string; violations?: { field: string }[] };
    }[];
  };
  const { domainCode: code, reason, violations } = errors[0]!.extensions;
  console.log(`${answer.status} ${code} ${reason}: ${errors[0]!.message}`);
  return { code, reason, field: violations?.[0]?.field };
};

const ask = (query: string, variables: object, headers = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
const get = 'query ($id: ID!) { skill(id: $id) { name } }';
const update = `mutation ($etag: String, $patch: SkillPatch!) {
  updateSkill(id: "git", etag: $etag, patch: $patch) { etag }
}`;

const headers = { Authorization: `Bearer ${process.env.TOKEN ?? process.argv[2]}` };

const unknown = await errorOf(await ask(get, { id: 'cobol' }));
const anonymous = await errorOf(await ask(update, { patch: { summary: 'Mine' } }));
const missing = await errorOf(await ask(update, { patch: { summary: 'Mine' } }, headers));
const stale = await errorOf(
  await ask(update, { patch: { summary: 'Mine' }, etag: 'read-long-ago' }, headers),
);
const wrong = await errorOf(await ask(update, { patch: { name: '' }, etag: 'read-long-ago' }, headers));

assert.deepEqual(unknown, { code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND', field: undefined });
assert.deepEqual(anonymous, { code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED', field: undefined });
assert.deepEqual(missing, { code: 'FAILED_PRECONDITION', reason: 'ETAG_REQUIRED', field: 'etag' });
assert.deepEqual(stale, { code: 'ABORTED', reason: 'ETAG_MISMATCH', field: undefined });
assert.deepEqual(wrong, { code: 'INVALID_ARGUMENT', reason: 'INVALID_INPUT', field: 'patch.name' });
