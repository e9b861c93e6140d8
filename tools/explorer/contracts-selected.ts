/** What of GraphQL's schema an operation has to do with: as much as our client's document for it selects. */
import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  type NamedTypeNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { DOCUMENTS } from '../../src/adapters/graphql/requests';
import type { Operation } from '../../src/contract/skills-api';
import { readSource } from './sources';

export interface Selected {
  /** `Query.skill`, the document's own first. */
  readonly fields: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

const SCHEMA = buildSchema(readSource('graphql/skills.graphql'));

const select = (operation: Operation): Selected => {
  const [fields, types] = [new Set<string>(), new Set<string>()];
  const take = (name: string): void => {
    if (types.has(name)) return;
    types.add(name);
    const type = SCHEMA.getType(name);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) take(getNamedType(field.type).name);
  };
  const info = new TypeInfo(SCHEMA);
  visit(
    parse(DOCUMENTS[operation]({})),
    visitWithTypeInfo(info, {
      Field: () => {
        fields.add(`${info.getParentType()?.name}.${info.getFieldDef()?.name}`);
        take(String(getNamedType(info.getType())));
      },
      NamedType: ({ name }: NamedTypeNode) => take(name.value),
    }),
  );
  return { fields, types };
};

const known = new Map<Operation, Selected>();

export const selectedBy = (operation: Operation): Selected => {
  const selected = known.get(operation) ?? select(operation);
  known.set(operation, selected);
  return selected;
};
