/** The content of a drawing: a category's skills, a skill with its neighbours, or a learning path; at most NODES_MAX nodes. */
import type { LearningPath } from '../../api';
import type { Catalogue, MapSkill, Step } from './catalogue';

const NODES_MAX = 150;

export interface DrawnNode {
  readonly id: string;
  readonly name: string;
  readonly role: 'plain' | 'chosen' | 'outside';
  /** From 1, on a learning path. */
  readonly step?: number;
}

/** `to` requires `from`. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** Nodes without edges, drawn in a separate frame. */
  readonly framed: readonly DrawnNode[];
  readonly frameTitle: string;
  /** Number of skills that were not drawn. */
  readonly leftOut: number;
}

const edgesAmong = (ids: ReadonlySet<string>, skills: Catalogue['skills']): DrawnEdge[] =>
  [...ids].flatMap((to) =>
    (skills.get(to)?.requires ?? []).filter((from) => ids.has(from)).map((from) => ({ from, to })),
  );

/** The given skills, and their prerequisites outside the category. */
export const drawCategory = (members: readonly MapSkill[], { skills }: Catalogue): Drawing => {
  const own = new Map(members.slice(0, NODES_MAX).map((skill) => [skill.id, skill]));
  const all = new Set(members.map(({ id }) => id));
  const required = new Set(
    [...own.values()].flatMap(({ requires }) => requires).filter((id) => !all.has(id)),
  );
  const outside = [...required].slice(0, NODES_MAX - own.size);
  const drawn = new Set([...own.keys(), ...outside]);
  const edges = edgesAmong(drawn, skills).filter(({ to }) => own.has(to));
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const nodes = [...drawn].map(
    (id): DrawnNode => ({ id, name: skills.get(id)?.name ?? id, role: own.has(id) ? 'plain' : 'outside' }),
  );
  return {
    nodes: nodes.filter(({ id }) => joined.has(id)),
    edges,
    framed: nodes.filter(({ id }) => !joined.has(id)),
    frameTitle: 'No prerequisites among these',
    leftOut: members.length - own.size,
  };
};

/** Skills store only their own prerequisites, so the reverse is searched. */
export const requiredBy = (id: string, { skills }: Catalogue): string[] =>
  [...skills.values()].filter(({ requires }) => requires.includes(id)).map((skill) => skill.id);

export const drawAround = (id: string, catalogue: Catalogue): Drawing => {
  const { skills } = catalogue;
  const { requires = [], related = [] } = skills.get(id) ?? {};
  const near = [...new Set([id, ...requires, ...requiredBy(id, catalogue)])];
  const beside = related.filter((other) => !near.includes(other));
  const shown = new Set(near.slice(0, NODES_MAX));
  const framed = beside.slice(0, NODES_MAX - shown.size);
  const node = (other: string): DrawnNode => ({
    id: other,
    name: skills.get(other)?.name ?? other,
    role: other === id ? 'chosen' : 'plain',
  });
  return {
    nodes: [...shown].map(node),
    edges: edgesAmong(shown, skills),
    framed: framed.map(node),
    frameTitle: 'Related',
    leftOut: near.length + beside.length - shown.size - framed.length,
  };
};

/** If there are too many steps, the last ones are drawn: those closest to the skill. */
export const drawPath = ({ skills, edges }: LearningPath<Step>): Drawing => {
  const nodes = skills.map(({ id, name }, index): DrawnNode => {
    const role = index === skills.length - 1 ? 'chosen' : 'plain';
    return { id, name, role, step: index + 1 };
  });
  const shown = nodes.slice(-NODES_MAX);
  const ids = new Set(shown.map(({ id }) => id));
  return {
    nodes: shown,
    edges: edges
      .map(({ skillId, requiresId }) => ({ from: requiresId, to: skillId }))
      .filter(({ from }) => ids.has(from)),
    framed: [],
    frameTitle: '',
    leftOut: nodes.length - shown.length,
  };
};
