/** Who calls in tests: unless a test says otherwise, a learner who may write. */

import type { SkillsServiceHandle } from '../../src/app/service';
import type { CallContext } from '../../src/contract/context';
import type { SkillsApi } from '../../src/contract/skills-api';
import { applyInterceptors } from '../../src/policy/guard';

export const ADA = { subject: 'ada', scopes: ['skills:write'] } as const;

const DAY_SECONDS = 86_400;

export const adaToken = ({ identity }: SkillsServiceHandle): Promise<string> =>
  identity.issue({ ...ADA, seconds: DAY_SECONDS });

/** The same API, where a context says nothing else. */
export const inContext = (api: SkillsApi, defaults: CallContext): SkillsApi =>
  applyInterceptors(api, (_operation, next) => (input, context) => next(input, { ...defaults, ...context }));

/** The same service, asked by ada. */
export const asAda = async (service: SkillsServiceHandle): Promise<SkillsServiceHandle> => ({
  ...service,
  api: inContext(service.api, { token: await adaToken(service) }),
});
