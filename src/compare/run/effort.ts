/** The effort for each protocol, counted in the source tree: lines of this project, and npm packages. */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import { sum } from '../latency/statistics';
import type { Effort } from './result';

/** This project's contracts, without the .proto files that gRPC's errors take from Google. */
const CONTRACTS = {
  rest: 'openapi/skills.json',
  graphql: 'graphql/skills.graphql',
  grpc: 'protos/skills/v1/skills.proto',
  soap: 'wsdl/skills.wsdl',
} as const satisfies Record<ProtocolName, string>;

/** Folders whose code several protocols share. */
const SHARED = ['src/adapters/common', 'src/runtime'];

/**
 * Undefined without the sources, or without the packages that npm installs for them. Blank lines are not counted. Shared
 * lines and packages count for every protocol that reaches them by its imports, so the protocols do not add up.
 */
export const measureEffort = (root = join(__dirname, '../../..')): Effort[] | undefined => {
  const adapters = join(root, 'src/adapters');
  if (!existsSync(adapters)) return undefined;
  const bytesOf = memoize(measureFolderBytes);
  const efforts = PROTOCOL_NAMES.map((protocol): Effort | undefined => {
    const own = listSources(join(adapters, protocol));
    const { files, libraries } = followImports(own, [
      join(adapters, protocol),
      ...SHARED.map((folder) => join(root, folder)),
    ]);
    const packages = resolvePackages(adapters, libraries);
    return (
      packages && {
        protocol,
        adapterLines: sum(own.map(countLines)),
        sharedLines: sum([...files].filter((file) => !own.includes(file)).map(countLines)),
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

/** Imports that stay in the program: types are gone at run time, so an import of types brings in no file or package. */
const IMPORT = /^(?:import|export)\s+(?!type\s)[^;]*?\sfrom '([^']+)';/gm;

/**
 * The files and packages that these files reach by their imports. Imports are followed inside the given folders only: no
 * other folder of src/ that an adapter may import has a library of a protocol.
 */
const followImports = (
  sources: readonly string[],
  folders: readonly string[],
): { readonly files: ReadonlySet<string>; readonly libraries: ReadonlySet<string> } => {
  const libraries = new Set<string>();
  const files = new Set(sources);
  // A Set iterates over members that are added meanwhile.
  for (const file of files) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (name.startsWith('.')) {
        const target = resolve(dirname(file), name);
        const imported = [`${target}.ts`, join(target, 'index.ts')].find((path) => existsSync(path));
        if (imported && folders.some((folder) => imported.startsWith(folder + sep))) files.add(imported);
      } else if (!isBuiltin(name)) {
        libraries.add(toPackageName(name));
      }
    }
  }
  return { files, libraries };
};

/** `@apollo/server/plugin/disabled` is in the package `@apollo/server`. */
const toPackageName = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** The folder from which Node loads a package for a file in `from`, also if the package does not export its package.json. */
export const findPackage = (name: string, from: string): string | undefined => {
  for (let folder = resolve(from), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return undefined;
};

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/** The folders of these packages and of all their dependencies; undefined if one of them is not installed. */
const resolvePackages = (from: string, libraries: Iterable<string>): string[] | undefined => {
  const folders = new Set<string>();
  const add = (name: string, user: string, optional = false): boolean => {
    const folder = findPackage(name, user);
    if (folder) folders.add(folder);
    return folder !== undefined || optional;
  };
  if (![...libraries].every((name) => add(name, from))) return undefined;
  for (const folder of folders) {
    const { dependencies, optionalDependencies = {} } = readJson<Manifest>(join(folder, 'package.json'));
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    if (!names.every((name) => add(name, folder, name in optionalDependencies))) return undefined;
  }
  return [...folders];
};

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** The total length of its files, without its node_modules, whose packages are counted separately. */
const measureFolderBytes = (folder: string): number =>
  sum(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name !== 'node_modules')
      .map((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? measureFolderBytes(path) : lstatSync(path).size;
      }),
  );

const memoize = (measure: (folder: string) => number): ((folder: string) => number) => {
  const known = new Map<string, number>();
  return (folder) => known.get(folder) ?? known.set(folder, measure(folder)).get(folder)!;
};
