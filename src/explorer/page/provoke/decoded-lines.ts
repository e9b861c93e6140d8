/** The parts of an error as the clients decoded them; one line per protocol if they differ. */
import type { ErrorAnswer, ErrorPart, ProvocationResult } from '../../api';
import { TITLES } from '../shared/protocols';

type PartName = ErrorPart['part'];

interface Details {
  readonly violations?: readonly { readonly field: string; readonly description: string }[];
  readonly retryDelayMs?: number;
  readonly scope?: string;
  readonly resource?: { readonly type: string; readonly id: string };
}

const LINES: Readonly<Record<PartName, (error: ErrorAnswer, details: Details) => readonly string[]>> = {
  code: ({ code }) => [code],
  reason: ({ reason }, { scope }) => [reason, ...(scope === undefined ? [] : [`scope ${scope}`])],
  message: ({ message }) => [message],
  field: (_, { violations = [] }) => violations.map(({ field, description }) => `${field} ${description}`),
  retry: (_, { retryDelayMs }) => (retryDelayMs === undefined ? [] : [`in ${retryDelayMs} ms`]),
  resource: (_, { resource }) => (resource ? [`${resource.type} ${resource.id}`] : []),
};

export const decodedLines = ({ results }: ProvocationResult, name: PartName): readonly string[] => {
  const each = results.map(({ protocol, answer }) => {
    const lines = 'error' in answer ? LINES[name](answer.error, answer.error.details) : ['no error'];
    return { protocol, lines };
  });
  const [first] = each;
  const isSame = each.every(({ lines }) => lines.join('\n') === first?.lines.join('\n'));
  if (isSame) return first?.lines ?? [];
  return each.map(({ protocol, lines }) => `${TITLES[protocol]}: ${lines.join('; ') || 'nothing'}`);
};
