/** The target of the explorer: four servers, and the tokens to call them with. */

import { connect } from '../calls/clients';
import { requiresToken } from '../calls/tokens';
import { REQUIREMENTS, WRITE_SCOPE } from '../contract/authorization';
import type { IssueToken } from '../contract/context';
import type { ConnectOptions, ProtocolName, SkillsClient } from '../contract/protocol';
import { OPERATION_NAMES, type Operation } from '../contract/skills-api';
import type { Identity } from './api';

export interface ExplorerTarget {
  /** The explorer calls no other servers. */
  readonly addresses: Readonly<Record<ProtocolName, string>>;
  /** Client options for servers with TLS. */
  readonly trust?: ConnectOptions['tls'];
  /** Issues tokens that those servers accept. Absent if the visitor must supply a token. */
  readonly issue?: IssueToken;
  /** Issues a well-formed token of an issuer that those servers do not trust. */
  readonly untrustedToken: () => Promise<string>;
  /** Folder of the catalogue that those servers serve; a race starts its own servers with it. */
  readonly dataFolder: string;
}

/** The least identity that an operation requires. */
export const REQUIRED_IDENTITY = Object.fromEntries(
  OPERATION_NAMES.map((name) => [
    name,
    requiresToken(name) ? (REQUIREMENTS[name] === 'scope' ? 'writer' : 'learner') : 'anonymous',
  ]),
) as Record<Operation, Identity>;

/** Longer than a single call or preparation takes. */
const TOKEN_SECONDS = 600;

/** Undefined for anonymous, and if the target has no `issue`. */
export const tokenFor = async (
  { issue }: ExplorerTarget,
  as: Identity,
  subject = 'explorer',
): Promise<string | undefined> =>
  as === 'anonymous'
    ? undefined
    : issue?.({ subject, scopes: as === 'writer' ? [WRITE_SCOPE] : [], seconds: TOKEN_SECONDS });

export const connectTo = ({ addresses, trust }: ExplorerTarget, protocol: ProtocolName): SkillsClient =>
  connect(protocol, addresses[protocol], trust && { tls: trust });
