/** What each protocol takes, counted in the tree as it stands: lines of ours, and packages of others. */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import { sum } from '../latency/statistics';
import type { Effort } from './result';

/** Ours alone: what gRPC takes over from Google for its errors is not counted. */
const CONTRACTS = {
  rest: 'openapi/skills.json',
  graphql: 'graphql/skills.graphql',
  grpc: 'protos/skills/v1/skills.proto',
  soap: 'wsdl/skills.wsdl',
} as const satisfies Record<ProtocolName, string>;

/**
 * Undefined where the sources are not at hand, or not what npm installs for them. Lines are those that are not blank;
 * those of src/adapters/common, which the protocols share, count for none. A package counts for every protocol that
 * needs it, so the protocols do not add up.
 */
export const measureEffort = (root = join(__dirname, '../../..')): Effort[] | undefined => {
  const adapters = join(root, 'src/adapters');
  if (!existsSync(adapters)) return undefined;
  const bytesOf = remembered(measureFolderBytes);
  const efforts = PROTOCOL_NAMES.map((protocol): Effort | undefined => {
    const files = listSources(join(adapters, protocol));
    const packages = resolvePackages(adapters, librariesOf(files, [adapters, join(root, 'src/runtime')]));
    return (
      packages && {
        protocol,
        adapterLines: sum(files.map(countLines)),
        contractLines: countLines(join(root, CONTRACTS[protocol])),
        dependencies: packages.length,
        installBytes: sum(packages.map(bytesOf)),
      }
    );
  });
  return efforts.every((effort) => effort !== undefined) ? efforts : undefined;
};

const listSources = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));

const countLines = (file: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '').length;

/** What stays in the program: types are gone when it runs, and so must not bring a package in by way of common/. */
const IMPORT = /^(?:import|export)\s+(?!type\s)[^;]*?\sfrom '([^']+)';/gm;

/**
 * The packages that these files import. Imports are followed inside adapters/ and runtime/, so that undici counts for the
 * three that send through common/http-client, and not for gRPC; elsewhere in src/ there is no library of a protocol.
 */
const librariesOf = (files: readonly string[], followed: readonly string[]): Set<string> => {
  const libraries = new Set<string>();
  const waiting = new Set(files);
  for (const file of waiting) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (name.startsWith('.')) {
        const imported = `${resolve(dirname(file), name)}.ts`;
        const isFollowed = followed.some((folder) => imported.startsWith(folder + sep));
        if (isFollowed && existsSync(imported)) waiting.add(imported);
      } else if (!isBuiltin(name)) {
        libraries.add(toPackageName(name));
      }
    }
  }
  return libraries;
};

/** `@apollo/server/plugin/disabled` is in the package `@apollo/server`. */
const toPackageName = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** The folder that Node takes a package from, for a file in `from`; whether or not it lets its package.json be asked for. */
export const findPackage = (name: string, from: string): string | undefined => {
  for (let folder = resolve(from), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpathSync(found);
  }
  return undefined;
};

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/** Folders of these packages and of all that they depend on; undefined where one of them is not installed. */
const resolvePackages = (from: string, libraries: Iterable<string>): string[] | undefined => {
  const folders = new Set<string>();
  const need = (name: string, user: string, optional = false): boolean => {
    const folder = findPackage(name, user);
    if (folder) folders.add(folder);
    return folder !== undefined || optional;
  };
  if (![...libraries].every((name) => need(name, from))) return undefined;
  for (const folder of folders) {
    const { dependencies, optionalDependencies = {} } = readJson<Manifest>(join(folder, 'package.json'));
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    if (!names.every((name) => need(name, folder, name in optionalDependencies))) return undefined;
  }
  return [...folders];
};

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** Lengths of its files. What it has in a node_modules of its own are other packages, and count by themselves. */
const measureFolderBytes = (folder: string): number =>
  sum(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name !== 'node_modules')
      .map((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? measureFolderBytes(path) : lstatSync(path).size;
      }),
  );

const remembered = (measure: (folder: string) => number): ((folder: string) => number) => {
  const known = new Map<string, number>();
  return (folder) => known.get(folder) ?? known.set(folder, measure(folder)).get(folder)!;
};
