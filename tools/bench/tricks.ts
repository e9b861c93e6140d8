/** What each trick is worth: variants of the built service without one trick, made by an edit of its source. */
import { cpSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { nodesIn } from '../house/sources';
import {
  insertBefore,
  isCallOf,
  locate,
  locateBody,
  replace,
  type SourceEdit,
  writeEdited,
} from './source-edits';

export interface Trick {
  readonly name: string;
  readonly protocols: readonly ProtocolName[];
  /** Takes the trick out. Throws where the source has no longer what is to be edited. */
  readonly removal: (root: string) => readonly SourceEdit[];
}

/** Validation changes inputs and `hideInternalErrors` keeps their texts in the log, so the service needs both. */
const NEEDED_POLICIES = ['hideInternalErrors', 'validateInput'];

/** Not a trick, but removed in the same way: every policy that the service can do without. */
export const GUARDS: Trick = {
  name: 'guards',
  protocols: PROTOCOL_NAMES,
  removal: (root) => {
    const { file, source, node } = locateBody(root, 'src/policy', 'guardService');
    const [call] = nodesIn(node, isCallOf('applyInterceptors'));
    const [service, ...policies] = call?.arguments ?? [];
    const needed = policies.filter((policy) =>
      NEEDED_POLICIES.includes((ts.isCallExpression(policy) ? policy.expression : policy).getText(source)),
    );
    if (!call || !service || needed.length !== NEEDED_POLICIES.length) {
      throw new Error(
        `${file}: guardService does not call applyInterceptors with ${NEEDED_POLICIES.join(' and ')}`,
      );
    }
    const kept = [service, ...needed].map((argument) => argument.getText(source));
    return [replace({ file, source, node: call }, `applyInterceptors(${kept.join(', ')})`)];
  },
};

export const TRICKS: readonly Trick[] = [
  {
    name: 'requests and responses born with the prototypes that Express gives them',
    protocols: ['rest', 'graphql'],
    removal: (root) =>
      ['IncomingMessage', 'ServerResponse'].map((name) =>
        replace(locate(root, 'src/runtime', `the option ${name}`, isOption(name)), `${name}: ${name}`),
      ),
  },
  {
    name: 'wire bytes remembered per skill',
    protocols: ['rest', 'grpc', 'soap'],
    removal: (root) => [
      replace(locateBody(root, 'src/adapters/common', 'memoizeByIdentity'), '{ return encode; }'),
    ],
  },
  {
    name: 'one writeHead and end per answer, instead of response.send',
    protocols: ['rest'],
    removal: (root) => {
      const { file, source, node } = locateBody(root, 'src/runtime', 'send');
      const last = ts.isBlock(node) && node.statements.at(-1);
      if (!last) throw new Error(`${file}: send has no statements`);
      const viaExpress = 'if (response.send) return response.status(status).set(headers).send(body);\n';
      return [insertBefore({ file, source, node: last }, viaExpress)];
    },
  },
  {
    name: "Apollo's cache-control plugin off",
    protocols: ['graphql'],
    removal: (root) => [
      replace(
        locate(
          root,
          'src/adapters/graphql',
          'the plugin',
          isCallOf('ApolloServerPluginCacheControlDisabled'),
        ),
        '...[]',
      ),
    ],
  },
  {
    name: 'a query compiled when it comes again (graphql-jit)',
    protocols: ['graphql'],
    // Without a member `query`, a result of `compileQuery` is taken for a query that cannot be compiled.
    removal: (root) => [
      replace(
        locate(root, 'src/adapters/graphql', 'a call of graphql-jit', isCallOf('compileQuery')),
        '({})',
      ),
    ],
  },
  {
    name: 'XML by hand, instead of the soap library walking the WSDL',
    protocols: ['soap'],
    removal: (root) => {
      const { file, source, node } = locate(
        root,
        'src/adapters/soap',
        'a call of encodeResponseElement',
        isCallOf('encodeResponseElement'),
      );
      const end = source.end;
      return [
        replace({ file, source, node }, 'walkWsdl(library.wsdl, operation, output)'),
        { file, start: end, end, text: WALK_WSDL },
      ];
    },
  },
];

const isOption =
  (name: string) =>
  (node: ts.Node): node is ts.PropertyAssignment =>
    ts.isPropertyAssignment(node) && node.name.getText() === name;

/** The WSDL's lists are elements `item`. */
const WALK_WSDL = `
const walkWsdl = (wsdl, operation, output) =>
  wsdl.objectToDocumentXML(
    ROUTES[operation] + 'Response',
    listsAsItems(operation === 'getSkill' ? { skill: output } : output),
    'tns',
    wsdl.definitions.$targetNamespace,
  );
const listsAsItems = (value) =>
  Array.isArray(value) ? { item: value.map(listsAsItems) }
  : value && typeof value === 'object'
  ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, listsAsItems(member)]))
  : value;
`;

/** Writes the variant beside dist/, where it finds the same packages and contracts. */
export const buildWithout = (root: string, trick: Trick, folder: string): void => {
  cpSync(path.join(root, 'dist'), folder, { recursive: true });
  writeEdited(root, trick.removal(root), folder);
};
