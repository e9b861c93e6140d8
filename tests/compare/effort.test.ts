/** The effort, checked against the lockfile in this tree, and against known lines and packages in a small tree. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { measureEffort } from '../../src/compare/run/effort';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { tempFolder } from '../support/temp';

const ROOT = path.join(__dirname, '../..');

const effortOf = (protocol: ProtocolName, root?: string) =>
  measureEffort(root)!.find((effort) => effort.protocol === protocol)!;

describe('in this tree', () => {
  /** The libraries of each adapter, listed by hand, so that a new library of a protocol shows up here. */
  const HTTP = ['cors', 'helmet', 'ipaddr.js', 'proxy-addr', 'undici'] as const;
  const LIBRARIES = {
    rest: [...HTTP, 'express', 'fast-xml-parser'],
    graphql: [
      ...HTTP,
      '@apollo/server',
      '@as-integrations/express5',
      '@escape.tech/graphql-armor-max-aliases',
      '@escape.tech/graphql-armor-max-depth',
      'express',
      'graphql',
      'graphql-jit',
      'graphql-query-complexity',
    ],
    grpc: [
      '@grpc/grpc-js',
      '@grpc/proto-loader',
      '@grpc/reflection',
      'grpc-health-check',
      'ipaddr.js',
      'protobufjs',
      'proxy-addr',
    ],
    soap: [...HTTP, 'saxes', 'soap'],
  } as const satisfies Record<ProtocolName, readonly string[]>;

  type Locked = Record<string, { dependencies?: object; optionalDependencies?: object }>;
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Locked;
  };

  /** Keys of the lockfile are folders: `node_modules/soap/node_modules/undici`. */
  const lockedFor = (libraries: readonly string[]): Set<string> => {
    const found = new Set<string>();
    const add = (name: string, user: string): void => {
      const key = `${user && `${user}/`}node_modules/${name}`;
      if (!packages[key] || !existsSync(path.join(ROOT, key))) {
        if (user) add(name, user.slice(0, Math.max(0, user.lastIndexOf('/node_modules/'))));
      } else if (!found.has(key)) {
        found.add(key);
        const { dependencies, optionalDependencies } = packages[key];
        for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) add(next, key);
      }
    };
    for (const library of libraries) add(library, '');
    return found;
  };

  /** Uses Node's own recursion, in contrast to the tested code. */
  const bytesBelow = (folder: string): number =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !path.relative(folder, file).split(path.sep).includes('node_modules'))
      .reduce((sum, file) => sum + statSync(file).size, 0);

  test.each(PROTOCOL_NAMES)('%s has the packages that the lockfile lists for its libraries', (protocol) => {
    const locked = [...lockedFor(LIBRARIES[protocol])];
    const { dependencies, installBytes } = effortOf(protocol);
    expect(dependencies).toBe(locked.length);
    expect(installBytes).toBe(locked.reduce((sum, key) => sum + bytesBelow(path.join(ROOT, key)), 0));
  });

  test('every adapter has more than 300 own lines without the blank ones, shared lines and a contract', () => {
    for (const { protocol, adapterLines, sharedLines, contractLines } of measureEffort()!) {
      const folder = path.join(ROOT, 'src/adapters', protocol);
      const all = readdirSync(folder).map(
        (file) => readFileSync(path.join(folder, file), 'utf8').split('\n').length,
      );
      expect(adapterLines).toBeGreaterThan(300);
      expect(adapterLines).toBeLessThan(all.reduce((sum, lines) => sum + lines, 0));
      expect(sharedLines).toBeGreaterThan(100);
      expect(contractLines).toBeGreaterThan(100);
    }
  });

  test('a second measurement gives the same figures, in less than a second', () => {
    const first = measureEffort();
    const start = performance.now();
    expect(measureEffort()).toStrictEqual(first);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('in a small tree', () => {
  const MANIFEST = (dependencies: string[] = [], optional: string[] = []): string =>
    JSON.stringify({
      dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
      optionalDependencies: Object.fromEntries(optional.map((name) => [name, '*'])),
    });

  const LEAF = MANIFEST();
  const HTTP = MANIFEST(['leaf']);
  const TREE: Record<string, string> = {
    'openapi/skills.json': '{\n\n}\n',
    'graphql/skills.graphql': 'type Query {\n  a: Int\n}',
    'protos/skills/v1/skills.proto': 'one\n',
    'wsdl/skills.wsdl': '\n  \n',
    'src/adapters/common/client.ts': "import { send } from 'http-library';\nexport * from './more';\n",
    'src/adapters/common/more.ts': "import type { OnlyForTypes } from 'not-there';\nimport '../../domain';\n",
    'src/runtime/listen.ts': "import { bind } from './sockets';\n\nexport const a = 1;\n",
    'src/runtime/sockets/index.ts': 'export const bind = 1;\n',
    'src/runtime/unused.ts': 'export const unused = 1;\n',
    'src/adapters/rest/client.ts':
      "import {\n  a,\n\n  b,\n} from '../common/client';\nimport fs from 'node:fs';\n",
    'src/adapters/rest/notes.md': 'no\ncode\n',
    'src/adapters/graphql/server.ts': "import { x } from '@scope/library/part';\n\t\nexport {};\n",
    'src/adapters/grpc/client.ts':
      "import type { T } from '../common/client';\nimport { a } from '../../runtime/listen';\n",
    'src/adapters/soap/client.ts': "import { a } from 'circle';\n",
    'node_modules/http-library/package.json': HTTP,
    'node_modules/http-library/lib/deep/a.js': '12345',
    'node_modules/http-library/node_modules/leaf/package.json': LEAF,
    'node_modules/http-library/node_modules/leaf/b.js': '1234567',
    'node_modules/leaf/package.json': LEAF,
    'node_modules/leaf/b.js': '1',
    'node_modules/@scope/library/package.json': MANIFEST(['leaf', 'http-library'], ['not-installed']),
    'node_modules/circle/package.json': MANIFEST(['circle-too']),
    'node_modules/circle-too/package.json': MANIFEST(['circle']),
  };

  const plant = (): string => {
    const root = tempFolder();
    for (const [file, text] of Object.entries(TREE)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return root;
  };

  test('own lines, shared lines, nested packages and imports through common are counted; types and blank lines are not', () => {
    const httpBytes = HTTP.length + 5 + LEAF.length + 7;
    const library = TREE['node_modules/@scope/library/package.json']!.length;
    const circle = MANIFEST(['circle-too']).length + MANIFEST(['circle']).length;
    expect(measureEffort(plant())).toStrictEqual([
      {
        protocol: 'rest',
        adapterLines: 5,
        sharedLines: 4,
        contractLines: 2,
        dependencies: 2,
        installBytes: httpBytes,
      },
      {
        protocol: 'graphql',
        adapterLines: 2,
        sharedLines: 0,
        contractLines: 3,
        dependencies: 4,
        installBytes: library + LEAF.length + 1 + httpBytes,
      },
      {
        protocol: 'grpc',
        adapterLines: 2,
        sharedLines: 3,
        contractLines: 1,
        dependencies: 0,
        installBytes: 0,
      },
      {
        protocol: 'soap',
        adapterLines: 1,
        sharedLines: 0,
        contractLines: 0,
        dependencies: 2,
        installBytes: circle,
      },
    ]);
  });

  test('an installed package without sources has no effort', () => {
    const root = plant();
    rmSync(path.join(root, 'src'), { recursive: true });
    expect(measureEffort(root)).toBeUndefined();
  });

  test('a package that is not installed leaves no effort, instead of one that is too small', () => {
    const root = plant();
    rmSync(path.join(root, 'node_modules/circle-too'), { recursive: true });
    expect(measureEffort(root)).toBeUndefined();
  });

  test('packages are found in the folders above, as Node does', () => {
    const root = plant();
    const inner = path.join(root, 'inner');
    for (const folder of ['src', 'openapi', 'graphql', 'protos', 'wsdl']) {
      cpSync(path.join(root, folder), path.join(inner, folder), { recursive: true });
    }
    expect(measureEffort(inner)).toStrictEqual(measureEffort(root));
  });
});
