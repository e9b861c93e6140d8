/** REST: fetch does not reject; the HTTP status gives the kind of error, and problem details the rest (RFC 9457). */
import assert from 'node:assert/strict';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const Authorization = `Bearer ${process.env.TOKEN ?? process.argv[2]}`;

const errorOf = async (answer: Response) => {
  const problem = (await answer.json()) as {
    code: string;
    reason: string;
    detail: string;
    errors?: { pointer?: string; parameter?: string }[];
  };
  const { code, reason, detail, errors } = problem;
  console.log(`${answer.status} ${code} ${reason}: ${detail}`);
  return { code, reason, field: errors?.[0]?.pointer ?? errors?.[0]?.parameter };
};

/** The field is a pointer into the body (the patch), or the name of a header. */
const patch = (skill: object, headers: Record<string, string>) =>
  fetch(`${url}/skills/git`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/merge-patch+json', ...headers },
    body: JSON.stringify(skill),
  });

const unknown = await errorOf(await fetch(`${url}/skills/cobol`));
const anonymous = await errorOf(await patch({ summary: 'Mine' }, {}));
const missing = await errorOf(await patch({ summary: 'Mine' }, { Authorization }));
const old = { Authorization, 'If-Match': '"read-long-ago"' };
const stale = await errorOf(await patch({ summary: 'Mine' }, old));
const wrong = await errorOf(await patch({ name: '' }, old));

assert.deepEqual(unknown, { code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND', field: undefined });
assert.deepEqual(anonymous, { code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED', field: undefined });
assert.deepEqual(missing, { code: 'FAILED_PRECONDITION', reason: 'ETAG_REQUIRED', field: 'If-Match' });
assert.deepEqual(stale, { code: 'ABORTED', reason: 'ETAG_MISMATCH', field: undefined });
assert.deepEqual(wrong, { code: 'INVALID_ARGUMENT', reason: 'INVALID_INPUT', field: '#/name' });
