/** The fields of skills that a document selects: `fields` of the other protocols, so that a page ends with the same skill. */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { SKILL_FIELDS, type SkillField } from '../../contract/model';
import type { Operation } from '../../contract/skills-api';

/** The places of skills in the results of operations that return several of them. */
const PLACES: Partial<Record<Operation, readonly (readonly string[])[]>> = {
  listSkills: [['nodes'], ['edges', 'node']],
  batchGetSkills: [['skills']],
  getLearningPath: [['skills']],
};

/** Fields of the graph that are computed from another field of the skill. */
const SOURCES: Readonly<Record<string, SkillField>> = {
  nodeId: 'id',
  categories: 'categoryIds',
  learningPath: 'id',
};

type Fragments = GraphQLResolveInfo['fragments'];

type Parent = { readonly selectionSet?: SelectionSetNode | undefined } | undefined;

/** The fields in the selection sets of these nodes and of the fragments there. A skipped field counts as selected. */
const childrenOf = (parents: readonly Parent[], fragments: Fragments): FieldNode[] =>
  parents.flatMap((parent) =>
    (parent?.selectionSet?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return selection;
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      return childrenOf([isSpread ? fragments[selection.name.value] : selection], fragments);
    }),
  );

const skillFieldsOf = (
  node: FieldNode,
  places: readonly (readonly string[])[],
  fragments: Fragments,
): SkillField[] => {
  const fields = new Set<SkillField>(['id']);
  for (const place of places) {
    let nodes = [node];
    for (const step of place) nodes = childrenOf(nodes, fragments).filter(({ name }) => name.value === step);
    for (const { name } of childrenOf(nodes, fragments)) {
      const field = SOURCES[name.value] ?? (name.value as SkillField);
      if (SKILL_FIELDS.includes(field)) fields.add(field);
    }
  }
  return [...fields];
};

interface SelectedFields {
  readonly fields?: readonly SkillField[];
}

/** Apollo caches documents, so each field of a document is read once. */
const selectedByNode = new WeakMap<FieldNode, SelectedFields>();

/** `{ fields }` for an operation that returns several skills; nothing for the others, and for all fields, the default. */
export const selectedFields = (
  operation: Operation,
  { fieldNodes, fragments }: GraphQLResolveInfo,
): SelectedFields => {
  const places = PLACES[operation];
  const [node, ...others] = fieldNodes;
  // A document that repeats the field gets all fields.
  if (!places || !node || others.length > 0) return {};
  let selection = selectedByNode.get(node);
  if (!selection) {
    const fields = skillFieldsOf(node, places, fragments);
    selection = fields.length === SKILL_FIELDS.length ? {} : { fields };
    selectedByNode.set(node, selection);
  }
  return selection;
};
