/** Reads wsdl/skills.wsdl: the elements of a sequence are fields, and a list is an element with items. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import {
  type Contract,
  ENUM_NAMES,
  type Line,
  line,
  lowerFirst,
  perOperation,
  TYPE_NAMES,
  upperFirst,
} from './contract';

// biome-ignore lint/suspicious/noExplicitAny: parsed XML has no types.
type Xml = any;

const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  isArray: (name, _path, _leaf, isAttribute) =>
    !isAttribute && /^(element|complexType|simpleType|operation|message|enumeration)$/.test(name),
});

const { definitions } = PARSER.parse(readFileSync(path.join(__dirname, '../../../wsdl/skills.wsdl'), 'utf8'));
const { schema } = definitions.types;

const byName = (all: Xml[]): Map<string, Xml> => new Map(all.map((one) => [one.name, one]));
const COMPLEX = byName(schema.complexType);
const SIMPLE = byName(schema.simpleType);
const ELEMENTS = byName(schema.element);

const TYPES: Record<string, string> = {
  'xs:string': 'text',
  'xs:int': 'int',
  'xs:dateTime': 'time',
  'tns:TextList': '[text]',
};

const typeOf = (qualified: string): string => {
  const name = qualified.replace('tns:', '');
  if (TYPES[qualified]) return TYPES[qualified];
  if (!name.endsWith('List')) return name;
  const [item] = elementsOf(COMPLEX.get(name));
  expect(item).toMatchObject({ name: 'item', minOccurs: '0', maxOccurs: 'unbounded' });
  return `[${typeOf(item.type)}]`;
};

const elementsOf = (type: Xml): Xml[] => type.sequence?.element ?? [];

/** Types in responses. `fields` can leave out any element, so all of them are optional in the schema. */
const PARTIAL = ['Category', 'Skill'];

const lineOf = (element: Xml, partial: boolean): Line => {
  const absent = element.minOccurs === '0';
  if (partial) expect([element.name, absent]).toStrictEqual([element.name, true]);
  const optional = partial ? element.annotation?.appinfo === 'optional' : absent;
  return line(element.name, typeOf(element.type) + (element.nillable === 'true' ? ' | null' : ''), optional);
};

const linesOfType = (name: string): Line[] =>
  elementsOf(COMPLEX.get(name)).map((element) => lineOf(element, PARTIAL.includes(name)));

const linesOfElement = (name: string): Line[] => {
  const [type] = ELEMENTS.get(name).complexType;
  return elementsOf(type).map((element) => lineOf(element, false));
};

/** A message's one part names its element (WS-I Basic Profile, document/literal wrapped). */
const elementOfMessage = (message: string): string => {
  const found = definitions.message.find(({ name }: Xml) => `tns:${name}` === message);
  return found.part.element.replace('tns:', '');
};

const PORT = byName(definitions.portType.operation);

/** A response with exactly one element is read as the type of that element. */
const outputOf = (name: string): string => {
  const lines = linesOfElement(name);
  if (lines.length === 0) return 'nothing';
  return lines.length === 1 ? lines[0]!.replace(/^.*: /, '') : name;
};

export const readWsdl = (typeNames: Readonly<Record<string, string>>): Contract => ({
  operations: [...PORT.keys()].map(lowerFirst),
  types: Object.fromEntries(
    TYPE_NAMES.map((name) => [name, typeNames[name] ? linesOfElement(typeNames[name]) : linesOfType(name)]),
  ),
  enums: Object.fromEntries(
    ENUM_NAMES.map((name) => [name, SIMPLE.get(name).restriction.enumeration.map(({ value }: Xml) => value)]),
  ),
  inputs: perOperation((operation) =>
    linesOfElement(elementOfMessage(PORT.get(upperFirst(operation)).input.message)),
  ),
  outputs: perOperation((operation) => {
    const name = outputOf(elementOfMessage(PORT.get(upperFirst(operation)).output.message));
    return Object.keys(typeNames).find((type) => typeNames[type] === name) ?? name;
  }),
});

/** The operations of the binding with their SOAPAction. */
export const BINDING: [string, string][] = definitions.binding.operation.map((one: Xml) => [
  lowerFirst(one.name),
  one.operation[0].soapAction,
]);

/** The type of a text element and the base type of that type. */
export const typeOfElement = (name: string): [string, string] => {
  const { type } = ELEMENTS.get(name);
  return [type, SIMPLE.get(type.replace('tns:', '')).restriction.base];
};
