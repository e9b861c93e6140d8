/** Validates the page's requests. The service validates the inputs of operations. */
import { z } from 'zod';
import { requiresToken } from '../calls/tokens';
import { isToken } from '../contract/context';
import { fieldPath } from '../contract/inputs';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { OPERATION_NAMES, OPERATIONS } from '../contract/skills-api';
import type { AskRequest, RaceRequest } from './api';

/** An error that is sent to the page, with an HTTP status. */
export class ExplorerError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const question = {
  operation: z.enum(OPERATION_NAMES),
  input: z.record(z.string(), z.unknown()),
};

const ASK = z.strictObject({
  ...question,
  protocols: z.array(z.enum(PROTOCOL_NAMES)).min(1).optional(),
  as: z.enum(['anonymous', 'learner', 'writer']).optional(),
  token: z.string().refine(isToken, 'is not a bearer token').optional(),
  idempotencyKey: z.string().optional(),
  wire: z.boolean().optional(),
});

const RACE = z.strictObject({
  ...question,
  operation: z
    .enum(OPERATION_NAMES)
    .refine(
      (name) => OPERATIONS[name] === 'read',
      'must be a read: repeating a write would change the catalogue',
    )
    .refine((name) => !requiresToken(name), 'must not need a token: races send none'),
  rttMs: z.number().min(0).max(500),
  bandwidthMbit: z.number().min(0.1).max(10_000).optional(),
  seconds: z.number().min(1).max(60),
  sweep: z.enum(['rtt', 'bandwidth', 'pageSize', 'fields']).optional(),
});

const parse = <T extends z.ZodType>(schema: T, body: unknown): z.infer<T> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ExplorerError(400, `${fieldPath(issue?.path ?? []) || 'The body'}: ${issue?.message}`);
};

export const parseAskRequest = (body: unknown): AskRequest => parse(ASK, body) as AskRequest;
export const parseRaceRequest = (body: unknown): RaceRequest => parse(RACE, body) as RaceRequest;
