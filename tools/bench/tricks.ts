/** What each trick is worth: the built service with that trick taken out, by a replacement in a copy of dist/. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProtocolName } from '../../src/contract/protocol';

export interface Trick {
  readonly name: string;
  readonly protocols: readonly ProtocolName[];
  readonly file: string;
  readonly replace: readonly (readonly [from: string | RegExp, to: string])[];
}

/** Not a trick, but taken out in the same way: every policy but the check of inputs, which the service cannot do without. */
export const GUARDS: Trick = {
  name: 'guards',
  protocols: ['rest', 'graphql', 'grpc', 'soap'],
  file: 'policy/guard.js',
  replace: [
    [
      /\(service, observe_1\.observe, \(0, conceal_1\.conceal\)\(log\)[\s\S]*?observe_1\.observeDomain\)/,
      '(service, (0, conceal_1.conceal)(log), validate_1.validate)',
    ],
  ],
};

export const TRICKS: readonly Trick[] = [
  {
    name: 'requests and responses born with the prototypes that Express gives them',
    protocols: ['rest', 'graphql'],
    file: 'runtime/http-server.js',
    replace: [[/\.\.\.\(app\.request && \{[^}]*\}\),\s*\.\.\.\(app\.response && \{[^}]*\}\),/, '']],
  },
  {
    name: 'wire bytes remembered per skill',
    protocols: ['rest', 'grpc', 'soap'],
    file: 'adapters/common/memoize.js',
    replace: [
      ['const memoizeByIdentity = (encode) => {', 'const memoizeByIdentity = (encode) => { return encode;'],
    ],
  },
  {
    name: 'one writeHead and end per answer, instead of response.send',
    protocols: ['rest'],
    file: 'runtime/http-server.js',
    replace: [
      [
        /(?=if \(body === undefined\) \{\s*response\.writeHead\(status, headers\)\.end\(\))/,
        'if (response.send) return response.status(status).set(headers).send(body);\n',
      ],
    ],
  },
  {
    name: "Apollo's cache-control plugin off",
    protocols: ['graphql'],
    file: 'adapters/graphql/server.js',
    replace: [[/\(0, disabled_1\.ApolloServerPluginCacheControlDisabled\)\(\),/, '']],
  },
  {
    name: 'a query compiled when it comes again (graphql-jit)',
    protocols: ['graphql'],
    file: 'adapters/graphql/server.js',
    replace: [['compiledOf(schema, document))', "'not to be compiled')"]],
  },
  {
    name: 'XML by hand, instead of the soap library walking the WSDL',
    protocols: ['soap'],
    file: 'adapters/soap/server.js',
    replace: [
      [
        'return { _xml: wire.encodeResponse(operation, encode(output)) };',
        'return listsAsItems(operation === "getSkill" ? { skill: output } : output);',
      ],
      [
        /$/,
        `\nconst listsAsItems = (value) => Array.isArray(value) ? { item: value.map(listsAsItems) }
          : value && typeof value === "object"
          ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, listsAsItems(member)])) : value;`,
      ],
    ],
  },
];

/** Writes the variant beside dist/, so that it finds the same packages and contracts. Throws where nothing was replaced. */
export const buildWithout = (root: string, trick: Trick, folder: string): void => {
  cpSync(join(root, 'dist'), folder, { recursive: true });
  const file = join(folder, trick.file);
  for (const [from, to] of trick.replace) {
    const before = readFileSync(file, 'utf8');
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`${trick.name}: ${trick.file} has no ${from}`);
    writeFileSync(file, after);
  }
};
