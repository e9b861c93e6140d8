/** Converts the .proto and the WSDL into tables of operations and types. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { Enum, type NamespaceBase, parse, type ReflectionObject, Service, Type } from 'protobufjs';
import type {
  ReadableContract,
  ReadableMember,
  ReadableType,
} from '../../src/explorer/page/docs/readable-contract';

const ROOT = path.join(__dirname, '../..');
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

const commentOf = ({ comment }: ReflectionObject): string | undefined =>
  comment?.replace(/\s+/g, ' ').trim() || undefined;

const all = (within: NamespaceBase): ReflectionObject[] =>
  within.nestedArray.flatMap((object) => [
    object,
    ...('nestedArray' in object ? all(object as NamespaceBase) : []),
  ]);

/** Descriptions are the comments above each declaration. */
export const readableProto = (): ReadableContract => {
  const file = 'protos/skills/v1/skills.proto';
  const { root } = parse(read(file), {
    keepCase: true,
    alternateCommentMode: true,
    preferTrailingComment: true,
  });
  const objects = all(root);
  const types = objects.flatMap((object): ReadableType[] => {
    const description = commentOf(object);
    if (object instanceof Enum) {
      const members = Object.entries(object.values).map(
        ([name, number]): ReadableMember => ({
          name,
          type: String(number),
          ...(object.comments[name] && { description: object.comments[name] }),
        }),
      );
      return [{ name: object.name, kind: 'enum', members, ...(description && { description }) }];
    }
    if (!(object instanceof Type)) return [];
    const members = object.fieldsArray.map((field): ReadableMember => {
      const note = commentOf(field);
      const isOptional = field.options?.proto3_optional === true;
      return {
        name: field.name,
        number: field.id,
        type: field.type,
        ...(field.repeated ? { occurs: 'repeated' } : isOptional && { occurs: 'optional' }),
        ...(note && { description: note }),
      };
    });
    return [{ name: object.name, kind: 'message', members, ...(description && { description }) }];
  });
  const services = objects.filter((object) => object instanceof Service);
  return {
    file,
    description: services.map(commentOf).join(' '),
    operations: services.flatMap(({ methodsArray }) =>
      methodsArray.map((method) => {
        const description = commentOf(method);
        return {
          name: method.name,
          request: method.requestType,
          response: method.responseType,
          ...(description && { about: description }),
        };
      }),
    ),
    types,
  };
};

/** An element of fast-xml-parser: attributes begin with @, child elements are lists. */
interface Element {
  readonly [name: string]: Element[] | string | undefined;
}
const children = (element: Element | undefined, name: string): Element[] =>
  (element?.[name] as Element[]) ?? [];
const attribute = (element: Element | undefined, name: string): string =>
  (element?.[`@${name}`] as string) ?? '';
const plain = (name: string): string => name.replace(/^(tns|xs):/, '');

const documentation = (element: Element, prefix: 'xs' | 'wsdl'): { about?: string } => {
  const holder = prefix === 'xs' ? children(element, 'xs:annotation')[0] : element;
  const [content] = (holder?.[`${prefix}:documentation`] as unknown as unknown[]) ?? [];
  const text = typeof content === 'string' ? content : (content as Element | undefined)?.['#text'];
  return typeof text === 'string' ? { about: text.replace(/\s+/g, ' ').trim() } : {};
};

const occurs = (element: Element): { occurs?: string } => {
  if (attribute(element, 'maxOccurs') === 'unbounded') return { occurs: 'any number' };
  return attribute(element, 'minOccurs') === '0' ? { occurs: 'optional' } : {};
};

/** Descriptions are the xs:documentation and wsdl:documentation of each declaration. */
export const readableWsdl = (): ReadableContract => {
  const file = 'wsdl/skills.wsdl';
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  });
  const [definitions] = children(parser.parse(read(file)) as Element, 'wsdl:definitions');
  const schemas = children(children(definitions, 'wsdl:types')[0], 'xs:schema');
  const member = (element: Element): ReadableMember => ({
    name: attribute(element, 'name') || plain(attribute(element, 'ref')),
    type: plain(attribute(element, 'type')) || 'see its members',
    ...occurs(element),
    ...documentation(element, 'xs'),
  });
  const parts = (type: Element): ReadableMember[] => {
    const group = children(type, 'xs:sequence')[0] ?? children(type, 'xs:all')[0];
    return children(group, 'xs:element').map(member);
  };
  const simple = schemas
    .flatMap((schema) => children(schema, 'xs:simpleType'))
    .map((type): ReadableType => {
      const [restriction] = children(type, 'xs:restriction');
      const values = children(restriction, 'xs:enumeration').map((value) => attribute(value, 'value'));
      return {
        name: attribute(type, 'name'),
        kind: values.length > 0 ? 'enum' : 'simple type',
        members: values.map((name) => ({ name, type: '' })),
        ...documentation(type, 'xs'),
      };
    });
  const complex = schemas
    .flatMap((schema) => children(schema, 'xs:complexType'))
    .map(
      (type): ReadableType => ({
        name: attribute(type, 'name'),
        kind: 'complex type',
        members: parts(type),
        ...documentation(type, 'xs'),
      }),
    );
  const elements = schemas
    .flatMap((schema) => children(schema, 'xs:element'))
    .map((element): ReadableType => {
      const [type] = children(element, 'xs:complexType');
      const named = attribute(element, 'type');
      return {
        name: attribute(element, 'name'),
        kind: 'element',
        members: type ? parts(type) : named ? [{ name: 'of type', type: plain(named) }] : [],
        ...documentation(element, 'xs'),
      };
    });
  const portTypes = children(definitions, 'wsdl:portType');
  return {
    file,
    description: portTypes.map((type) => documentation(type, 'wsdl').about).join(' '),
    operations: portTypes
      .flatMap((type) => children(type, 'wsdl:operation'))
      .map((operation) => ({
        name: attribute(operation, 'name'),
        request: plain(attribute(children(operation, 'wsdl:input')[0], 'message')),
        response: plain(attribute(children(operation, 'wsdl:output')[0], 'message')),
        ...documentation(operation, 'wsdl'),
      })),
    types: [...elements, ...complex, ...simple],
  };
};
