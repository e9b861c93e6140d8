/** Every member of the context, good and bad, on every operation: all five implementations have the same outcome. */
import type { CallContext } from '../../src/contract/context';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { adaToken } from '../support/caller';
import { IMPLEMENTATION_NAMES, implementationsWithoutToken } from '../support/implementations';
import { outcomeOf } from '../support/outcome';
import { CALLS } from '../support/plain-api';

/** `ada` stands for a valid token. */
const CONTEXTS: Readonly<Record<string, CallContext>> = {
  'no token': {},
  'a valid token': { token: 'ada' },
  'an empty token': { token: '' },
  'a token of two words': { token: 'a b' },
  'a token that is not a JWT': { token: 'abc' },
  'a token with padding': { token: 'ada=' },
  'a token with a stray character': { token: 'ada~' },
  'a token with other characters of Base64': { token: 'ada+/' },
  'a token that is too long': { token: 'x'.repeat(8193) },
  'an idempotency key': { token: 'ada', idempotencyKey: 'key' },
  'an empty key': { token: 'ada', idempotencyKey: '' },
  'a key of two words': { token: 'ada', idempotencyKey: 'a b' },
  'a key with a quote': { token: 'ada', idempotencyKey: 'a"b' },
  'a key that is not ASCII': { token: 'ada', idempotencyKey: 'é' },
  'a key that is too long': { token: 'ada', idempotencyKey: 'x'.repeat(129) },
  'a request id': { token: 'ada', requestId: 'id-1' },
  'an empty request id': { token: 'ada', requestId: '' },
  'a request id of two words': { token: 'ada', requestId: 'a b' },
  'a long deadline': { token: 'ada', timeoutMs: 1e12 },
  'a deadline that has passed': { token: 'ada', timeoutMs: -1 },
  'a deadline that is not a number': { token: 'ada', timeoutMs: Number.NaN },
  'an invalid traceparent': { token: 'ada', traceparent: 'x' },
};

/** The values that differ from call to call are left out. */
const comparable = (outcome: unknown): unknown =>
  JSON.parse(JSON.stringify(outcome, (name, value) => (/^(etag|\w+Time)$/.test(name) ? undefined : value)));

export const describeContextLaw = (): void => {
  const { apiOf, service } = implementationsWithoutToken();

  describe.each(Object.entries(CONTEXTS))('%s', (_kind, given) => {
    test.each(OPERATION_NAMES)('in %s has the same outcome everywhere', async (operation) => {
      const ada = await adaToken(service().value);
      const outcomes: Record<string, unknown> = {};
      for (const implementation of IMPLEMENTATION_NAMES) {
        const context = { ...given, ...(given.token && { token: given.token.replace('ada', ada) }) };
        // A key of its own for each, because five calls with one key have one effect.
        if (context.idempotencyKey === 'key') context.idempotencyKey = `${operation}-${implementation}`;
        outcomes[implementation] = comparable(
          await outcomeOf(CALLS[operation](apiOf(implementation), context)),
        );
        // A write leaves the catalogue as it was.
        await apiOf('direct')
          .deleteSkill({ id: 'new', etag: '*' }, { token: ada })
          .catch(() => undefined);
      }
      for (const implementation of IMPLEMENTATION_NAMES)
        expect([implementation, outcomes[implementation]]).toStrictEqual([implementation, outcomes.direct]);
    });
  });
};
