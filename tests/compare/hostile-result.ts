/** The sample with markup of every kind in all free text, as a result file of another author may hold. */
import type { ComparisonResult } from '../../src/compare/run/result';
import { sampleResult } from './sample-result';

export const HOSTILE = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>|`**&amp;';

export const hostileResult = (): ComparisonResult => {
  const result = sampleResult();
  const [one, nested, naive, well, failed] = result.scenarios as Required<typeof result.scenarios>;
  const explanation = one!.explanation!;
  return {
    ...result,
    store: HOSTILE,
    commit: HOSTILE,
    libraries: { [HOSTILE]: HOSTILE },
    ended: 'failed',
    failure: HOSTILE,
    scenarios: [
      {
        ...one!,
        name: HOSTILE,
        question: HOSTILE,
        explanation: {
          ...explanation,
          arms: explanation.arms.map((arm) => ({ ...arm, name: HOSTILE, separates: HOSTILE })),
        },
      },
      { ...nested!, noLoad: HOSTILE, noExplanation: HOSTILE },
      { ...naive!, rows: naive!.rows.map((row) => ({ ...row, void: HOSTILE })) },
      well!,
      { ...failed!, differences: [`</pre>\n${HOSTILE}`] },
    ],
  };
};
