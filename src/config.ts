/** Everything the environment may say; wrong values stop the start, with the variable's name. */
import { PROTOCOL_NAMES, type ProtocolName } from './contract/protocol';

export interface Config {
  readonly host: string;
  /** 0 takes a free port. */
  readonly ports: Readonly<Record<ProtocolName, number>>;
  readonly dataFolder: string;
}

/** Its message is one line for the person who set the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const PORT_DEFAULTS = {
  rest: 4001,
  graphql: 4002,
  grpc: 4003,
  soap: 4004,
} as const satisfies Record<ProtocolName, number>;

const PORT_MAX = 65_535;

export const portVariable = (protocol: ProtocolName): string => `${protocol.toUpperCase()}_PORT`;

/** An empty variable counts as one that is not set. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const text = (name: string, fallback: string): string => {
    const value = environment[name] || fallback;
    if (value.trim() !== value) throw new ConfigError(`${name} must not begin or end with a space`);
    return value;
  };
  const port = (protocol: ProtocolName): number => {
    const name = portVariable(protocol);
    const value = text(name, String(PORT_DEFAULTS[protocol]));
    if (!/^\d{1,5}$/.test(value) || Number(value) > PORT_MAX) {
      throw new ConfigError(
        `${name} must be a whole number from 0 to ${PORT_MAX}, not ${JSON.stringify(value)}`,
      );
    }
    return Number(value);
  };
  return {
    host: text('HOST', '127.0.0.1'),
    ports: Object.fromEntries(PROTOCOL_NAMES.map((name) => [name, port(name)])) as Config['ports'],
    dataFolder: text('ROSETTA_DATA', './.rosetta'),
  };
};
