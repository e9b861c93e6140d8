/** Places in the four contract documents: by JSON pointer, by name in the SDL and the .proto, by attribute values in the WSDL. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { type ASTNode, parse, visit } from 'graphql';
import type { Edit } from './mutant';
import type { Tree } from './tree';

const OPENAPI = 'openapi/skills.json';
const SDL = 'graphql/skills.graphql';
const PROTO = 'protos/skills/v1/skills.proto';
const WSDL = 'wsdl/skills.wsdl';

/** The file's whole text, made anew. */
const rewrite = (tree: Tree, file: string, text: string) => [
  { file, start: 0, end: tree.text(file).length, text },
];

/** A value in the OpenAPI document, by JSON pointer (RFC 6901). */
export const openapi = (pointer: string) => {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() as string;
  const edit = (operate: (parent: Record<string, unknown>) => void): Edit => ({
    changes: (tree) => {
      const document = JSON.parse(tree.text(OPENAPI));
      let parent = document;
      for (const step of steps) parent = parent?.[step];
      if (!Object.hasOwn(Object(parent), last)) throw new Error(`${OPENAPI} has no ${pointer}`);
      operate(parent);
      return rewrite(tree, OPENAPI, JSON.stringify(document, null, 2));
    },
  });
  return {
    set: (value: unknown) => edit((parent) => Object.assign(parent, { [last]: value })),
    rename: (name: string) =>
      edit((parent) => {
        parent[name] = parent[last];
        delete parent[last];
      }),
    remove: () =>
      edit((parent) => (Array.isArray(parent) ? parent.splice(Number(last), 1) : delete parent[last])),
  };
};

interface Located {
  readonly start: number;
  readonly end: number;
}

const locationOf = ({ loc }: ASTNode): Located => loc as Located;

/** A field, argument or enum value: `Skill.aliases`, `Query.skills.first`, `SkillLevel.ADVANCED`. */
export const sdl = (path: string) => {
  const find = (tree: Tree, wanted = path) => {
    const above: string[] = [];
    const found: { node: ASTNode; name: ASTNode; type?: ASTNode }[] = [];
    const isNamed = (node: ASTNode) =>
      /^(ObjectType|InputObjectType|EnumType|Field|InputValue|EnumValue)Definition$/.test(node.kind);
    visit(parse(tree.text(SDL)), {
      enter: (node) => {
        if (!isNamed(node) || !('name' in node) || !node.name) return;
        above.push(node.name.value);
        const { name } = node;
        if (above.join('.') === wanted)
          found.push({ node, name, ...('type' in node && { type: node.type }) });
      },
      leave: (node) => {
        if (isNamed(node)) above.pop();
      },
    });
    const [one, ...others] = found;
    if (!one || others.length > 0) throw new Error(`${SDL} has ${found.length} times ${wanted}`);
    return one;
  };
  const edit = (part: 'node' | 'name' | 'type', text: string): Edit => ({
    changes: (tree) => {
      const place = find(tree)[part];
      if (!place) throw new Error(`${path} has no ${part}`);
      return [{ file: SDL, ...locationOf(place), text }];
    },
  });
  return {
    rename: (name: string) => edit('name', name),
    setType: (type: string) => edit('type', type),
    remove: () => edit('node', ''),
    swapWith: (other: string): Edit => ({
      changes: (tree) => {
        const [one, two] = [locationOf(find(tree).node), locationOf(find(tree, other).node)];
        const text = ({ start, end }: Located) => tree.text(SDL).slice(start, end);
        return [
          { file: SDL, start: one.start, end: one.end, text: text(two) },
          { file: SDL, start: two.start, end: two.end, text: text(one) },
        ];
      },
    }),
  };
};

/** A statement of the .proto: `Skill.etag`, `SkillsService.GetSkill`, `SkillLevel.SKILL_LEVEL_ADVANCED`, or a block's name. */
export const proto = (path: string) => {
  const [block, name] = path.split('.') as [string, string?];
  const find = (tree: Tree, wanted = name): Located => {
    const text = tree.text(PROTO);
    const opening = new RegExp(`\\b(message|enum|service) ${block} \\{`).exec(text);
    if (!opening) throw new Error(`${PROTO} has no ${block}`);
    if (wanted === undefined) return { start: opening.index, end: opening.index + opening[0].length };
    const from = opening.index + opening[0].length;
    const body = text.slice(from, text.indexOf('}', from));
    const statement = new RegExp(`[^;{}\\n]*(\\brpc ${wanted}\\(|\\b${wanted} = )[^;]*;`).exec(body);
    if (!statement) throw new Error(`${PROTO} has no ${block}.${wanted}`);
    const start = from + statement.index;
    return { start, end: start + statement[0].length };
  };
  const edit = (operate: (statement: string) => string): Edit => ({
    changes: (tree) => {
      const { start, end } = find(tree);
      return [{ file: PROTO, start, end, text: operate(tree.text(PROTO).slice(start, end)) }];
    },
  });
  return {
    rename: (to: string) =>
      edit((text) => text.replace(new RegExp(`\\b${name ?? block}(?=\\(| = | \\{)`), to)),
    setNumber: (number: number) => edit((text) => text.replace(/= \d+/, `= ${number}`)),
    /** `optional` or `repeated`. */
    removeLabel: () => edit((text) => text.replace(/\b(optional|repeated) /, '')),
    remove: () => edit(() => ''),
    swapWith: (other: string): Edit => ({
      changes: (tree) => {
        const [one, two] = [find(tree), find(tree, other)];
        const text = ({ start, end }: Located) => tree.text(PROTO).slice(start, end);
        return [
          { file: PROTO, ...one, text: text(two) },
          { file: PROTO, ...two, text: text(one) },
        ];
      },
    }),
  };
};

const XML = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: true,
};

/** An element as fast-xml-parser gives it in document order. */
interface XmlElement {
  readonly ':@'?: Record<string, string>;
  readonly [tag: string]: readonly XmlElement[] | Record<string, string> | undefined;
}

const childrenOf = (element: XmlElement): XmlElement[] =>
  Object.entries(element).flatMap(([tag, value]) => (tag !== ':@' && Array.isArray(value) ? value : []));

/** Below these elements, at any depth, those that have an attribute of this value. */
const withAttribute = (elements: readonly XmlElement[], value: string): XmlElement[] =>
  elements
    .flatMap(childrenOf)
    .flatMap((child) => [
      ...(Object.values(child[':@'] ?? {}).includes(value) ? [child] : []),
      ...withAttribute([child], value),
    ]);

/** An element of the WSDL, by values of attributes of its ancestors and itself: `wsdl('SkillPatch', 'level')`. */
export const wsdl = (...values: readonly string[]) => {
  const edit = (operate: (element: XmlElement, attributes: Record<string, string>) => void): Edit => ({
    changes: (tree) => {
      const document: XmlElement[] = new XMLParser({ ...XML, parseAttributeValue: false }).parse(
        tree.text(WSDL),
      );
      const [element, ...others] = values.reduce(withAttribute, [{ document }]);
      if (!element || others.length > 0)
        throw new Error(`${WSDL} has ${element ? others.length + 1 : 0} elements ${values.join(', ')}`);
      operate(element, element[':@'] ?? {});
      return rewrite(tree, WSDL, new XMLBuilder(XML).build(document));
    },
  });
  return {
    set: (attribute: string, value: string) =>
      edit((_element, attributes) => {
        attributes[attribute] = value;
      }),
    removeAttribute: (attribute: string) =>
      edit((_element, attributes) => {
        if (!(attribute in attributes)) throw new Error(`${values.join(', ')} has no ${attribute}`);
        delete attributes[attribute];
      }),
  };
};

/** Every time that a text stands in the WSDL. */
export const everywhereInWsdl = (text: string, replacement: string): Edit => ({
  changes: (tree) => rewrite(tree, WSDL, tree.text(WSDL).replaceAll(text, replacement)),
});
