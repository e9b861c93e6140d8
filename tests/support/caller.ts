/** The default caller of the tests: ada, a learner whose token has the scope skills:write. */

import type { SkillsServiceHandle } from '../../src/app/service';
import type { CallContext } from '../../src/contract/context';
import type { SkillsApi } from '../../src/contract/skills-api';
import { applyInterceptors } from '../../src/policy/guard';

export const ADA = { subject: 'ada', scopes: ['skills:write'] } as const;

const DAY_SECONDS = 86_400;

export const adaToken = ({ identity }: SkillsServiceHandle): Promise<string> =>
  identity.issue({ ...ADA, seconds: DAY_SECONDS });

/** The same API with default context members; the context of a call overrides them. */
export const withDefaultContext = (api: SkillsApi, defaults: CallContext): SkillsApi =>
  applyInterceptors(api, (_operation, next) => (input, context) => next(input, { ...defaults, ...context }));

/** The same service; its calls carry the token of ada unless their context has another. */
export const asAda = async (service: SkillsServiceHandle): Promise<SkillsServiceHandle> => ({
  ...service,
  api: withDefaultContext(service.api, { token: await adaToken(service) }),
});
