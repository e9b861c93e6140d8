/** What the explorer explores: four servers, and tokens to call them with. */

import { connect } from '../calls/clients';
import { needsToken } from '../calls/tokens';
import { REQUIREMENTS, WRITE_SCOPE } from '../contract/authorization';
import type { IssueToken } from '../contract/context';
import type { ConnectOptions, ProtocolName, SkillsClient } from '../contract/protocol';
import { OPERATION_NAMES, type Operation } from '../contract/skills-api';
import type { Identity } from './api';

export interface ExplorerTarget {
  /** No others are ever called. */
  readonly addresses: Readonly<Record<ProtocolName, string>>;
  /** How those addresses are called, where they want TLS. */
  readonly trust?: ConnectOptions['tls'];
  /** Makes tokens that those servers believe. Absent where whoever asks is to bring one. */
  readonly issue?: IssueToken;
  /** Makes a well-formed token whose issuer those servers do not trust. */
  readonly untrustedToken: () => Promise<string>;
  /** Of the catalogue that those servers serve; a race starts servers of its own on it. */
  readonly dataFolder: string;
}

/** Whose token an operation needs. */
export const REQUIRED_IDENTITY = Object.fromEntries(
  OPERATION_NAMES.map((name) => [
    name,
    needsToken(name) ? (REQUIREMENTS[name] === 'scope' ? 'writer' : 'learner') : 'nobody',
  ]),
) as Record<Operation, Identity>;

/** Longer than a page is open. */
const TOKEN_SECONDS = 600;

/** Undefined for nobody, and where no tokens are made. */
export const tokenFor = async (
  { issue }: ExplorerTarget,
  as: Identity,
  subject = 'explorer',
): Promise<string | undefined> =>
  as === 'nobody'
    ? undefined
    : issue?.({ subject, scopes: as === 'writer' ? [WRITE_SCOPE] : [], seconds: TOKEN_SECONDS });

export const connectTo = ({ addresses, trust }: ExplorerTarget, protocol: ProtocolName): SkillsClient =>
  connect(protocol, addresses[protocol], trust && { tls: trust });
