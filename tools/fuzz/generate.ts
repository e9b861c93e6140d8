/** Generates GraphQL documents and variables over a schema. Most are valid, and some are invalid in one place. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export interface GeneratedRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** The values that ids, texts and numbers are taken from. */
export type Pools = Readonly<Record<'ID' | 'String' | 'Int', readonly unknown[]>>;

interface Variable {
  readonly name: string;
  readonly declaration: string;
  /** Absent if the request has no value for it. */
  readonly value?: unknown;
}

interface Definition {
  readonly text: string;
  readonly variables: ReadonlySet<Variable>;
  readonly fragments: ReadonlySet<string>;
}

interface Fragment extends Definition {
  readonly name: string;
  readonly type: string;
}

const DEPTH_MAX = 5;
const FRAGMENT_TYPES = ['Query', 'Skill', 'Skill', 'Category', 'SkillConnection', 'LearningPath', 'Node'];
const ALIASES = ['a', 'b', 'a_b', 'id', 'skill', 'related', 'toString'];

/** One request. The same sequence of random numbers gives the same request. */
export class RequestGenerator {
  #variables: Variable[] = [];
  #fragments: Fragment[] = [];
  /** The arguments of each field, so that most repetitions of a field can be merged. */
  #arguments = new Map<string, string>();
  #used = { variables: new Set<Variable>(), fragments: new Set<string>() };
  /** Half of the requests are what clients usually send: short, without directives, defaults and literals. */
  #isPlain = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: () => number,
    private readonly pools: Pools,
  ) {}

  next(): GeneratedRequest {
    this.#variables = [];
    this.#fragments = [];
    this.#arguments = new Map();
    this.#isPlain = this.#chance(0.5);
    const query = this.schema.getQueryType()!;
    for (let count = this.#below(4); count > 0; count -= 1) {
      const type = this.#pick(FRAGMENT_TYPES);
      const name = `F${count}`;
      const definition = this.#define(() => this.#selection(this.schema.getType(type)!, 2));
      this.#fragments.push({ name, type, ...definition });
    }
    const names = this.#chance(0.1) ? ['One', 'Two'] : [this.#chance(0.5) ? '' : 'One'];
    const operations = names.map((name) => ({ name, ...this.#define(() => this.#selection(query, 0)) }));
    const texts = operations.map((operation) => {
      const variables = [...this.#reachable(operation)].flatMap((one) => [...one.variables]);
      const declarations = [...new Set(variables)].map(({ declaration }) => declaration);
      return `query ${operation.name}${declarations.length > 0 ? `(${declarations.join(', ')})` : ''} ${operation.text}`;
    });
    const spread = new Set(operations.flatMap((operation) => [...this.#reachable(operation)]));
    const fragments = this.#fragments.filter((one) => spread.has(one));
    const values = this.#variables.flatMap((one) => ('value' in one ? [[one.name, one.value]] : []));
    return {
      query: [
        ...texts,
        ...fragments.map(({ name, type, text }) => `fragment ${name} on ${type} ${text}`),
      ].join('\n'),
      variables: Object.fromEntries(values),
      ...(names.length > 1 && { operationName: this.#pick(names) }),
    };
  }

  #define(write: () => string): Definition {
    this.#used = { variables: new Set(), fragments: new Set() };
    return { text: write(), ...this.#used };
  }

  /** A definition and the fragments that it spreads, directly or not. */
  #reachable(from: Definition, reached = new Set<Definition>()): Set<Definition> {
    reached.add(from);
    for (const name of from.fragments) {
      const fragment = this.#fragments.find((one) => one.name === name)!;
      if (!reached.has(fragment)) this.#reachable(fragment, reached);
    }
    return reached;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const count = 1 + this.#below(this.#isPlain || depth === 0 ? 3 : 5);
    return `{ ${Array.from({ length: count }, () => this.#selected(type, depth)).join(' ')} }`;
  }

  #selected(type: GraphQLNamedType, depth: number): string {
    const fragment = this.#pick(this.#fragments);
    if (fragment && this.#chance(0.15) && this.#canSpread(fragment.type, type)) {
      this.#used.fragments.add(fragment.name);
      return `...${fragment.name}${this.#directive()}`;
    }
    if (this.#chance(0.08) && depth < DEPTH_MAX) {
      const condition = this.#chance(0.4) ? '' : ` on ${this.#conditionFor(type)}`;
      const inner = condition === '' ? type : this.schema.getType(condition.slice(4))!;
      return `...${condition}${this.#directive()} ${this.#selection(inner, depth + 1)}`;
    }
    if (this.#chance(0.06)) return `__typename${this.#directive()}`;
    return this.#field(type, depth);
  }

  #canSpread(fragmentType: string, type: GraphQLNamedType): boolean {
    return (
      fragmentType === type.name || (fragmentType === 'Node' && ['Skill', 'Category'].includes(type.name))
    );
  }

  #conditionFor(type: GraphQLNamedType): string {
    if (type.name === 'Node') return this.#pick(['Skill', 'Category', 'Node']);
    return ['Skill', 'Category'].includes(type.name) && this.#chance(0.3) ? 'Node' : type.name;
  }

  #field(type: GraphQLNamedType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
    const isSeldom = (name: string) => this.#isPlain && name === 'learningPath' && this.#chance(0.8);
    const all = Object.values(type.getFields()).filter(({ name }) => !isSeldom(name));
    const leaves = all.filter((field) => !isComposite(field));
    const field = this.#pick(depth < DEPTH_MAX || leaves.length === 0 ? all : leaves);
    const alias = this.#chance(0.08) ? `${this.#alias(field.name)}: ` : '';
    const inner = isComposite(field) ? ` ${this.#selection(getNamedType(field.type), depth + 1)}` : '';
    return `${alias}${field.name}${this.#argumentsOf(type.name, field)}${this.#directive()}${inner}`;
  }

  #alias(field: string): string {
    return this.#chance(0.7) ? `${field}${this.#below(10)}` : this.#pick(ALIASES);
  }

  #argumentsOf(type: string, field: GraphQLField<unknown, unknown>): string {
    const key = `${type}.${field.name}`;
    const known = this.#arguments.get(key);
    if (known !== undefined && this.#chance(0.97)) {
      // A variable that only another definition uses so far.
      for (const variable of this.#variables) {
        if (
          known.includes(`$${variable.name})`) ||
          known.includes(`$${variable.name},`) ||
          known.includes(`$${variable.name} `)
        ) {
          this.#used.variables.add(variable);
        }
      }
      return known;
    }
    const given = field.args.filter((one) => isNonNullType(one.type) || this.#chance(0.4));
    const texts = given.map((one) => `${one.name}: ${this.#argument(one)}`);
    const text = texts.length > 0 ? `(${texts.join(', ')})` : '';
    this.#arguments.set(key, text);
    return text;
  }

  #argument({ type }: GraphQLArgument): string {
    return this.#isPlain || this.#chance(0.5) ? this.#variable(type) : this.#literal(type);
  }

  #variable(type: GraphQLInputType): string {
    const inner = isNonNullType(type) ? type.ofType : type;
    const name = `v${this.#variables.length}`;
    const hasDefault = !this.#isPlain && this.#chance(0.25);
    const isRequired = isNonNullType(type) ? !hasDefault || this.#chance(0.5) : this.#chance(0.2);
    const defaultValue = hasDefault ? ` = ${this.#constant(inner)}` : '';
    const declaration = `$${name}: ${inner}${isRequired ? '!' : ''}${defaultValue}`;
    const value = this.#chance(0.9) || this.#isPlain ? { value: this.#value(inner) } : this.#oddValue();
    const variable = { name, declaration, ...value };
    this.#variables.push(variable);
    this.#used.variables.add(variable);
    return `$${name}`;
  }

  /** Null, absent, or of a wrong type. */
  #oddValue(): { value?: unknown } {
    return this.#pick([{ value: null }, {}, {}, { value: { odd: [1.5] } }]);
  }

  #directive(): string {
    if (this.#isPlain || !this.#chance(0.08)) return '';
    const condition = this.#chance(0.5) ? this.#pick(['true', 'false']) : this.#condition();
    return ` @${this.#pick(['skip', 'include'])}(if: ${condition})`;
  }

  #condition(): string {
    const name = `v${this.#variables.length}`;
    const hasDefault = this.#chance(0.5);
    const declaration = `$${name}: Boolean${hasDefault ? ` = ${this.#chance(0.5)}` : '!'}`;
    const value = this.#chance(0.8) ? { value: this.#chance(0.5) } : this.#pick([{ value: null }, {}]);
    const variable = { name, declaration, ...value };
    this.#variables.push(variable);
    this.#used.variables.add(variable);
    return `$${name}`;
  }

  /** A literal, in which a part may be a variable. */
  #literal(type: GraphQLInputType, canHaveVariables = true): string {
    if (canHaveVariables && this.#chance(0.1)) return this.#variable(type);
    if (isNonNullType(type)) return this.#literal(type.ofType, canHaveVariables);
    if (this.#chance(0.04)) return 'null';
    if (isListType(type)) {
      const items = Array.from({ length: this.#below(4) }, () =>
        this.#literal(type.ofType, canHaveVariables),
      );
      return items.length === 1 && this.#chance(0.3) ? items[0]! : `[${items.join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (one) => isNonNullType(one.type) || this.#chance(0.4),
      );
      return `{ ${fields.map((one) => `${one.name}: ${this.#literal(one.type, canHaveVariables)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return this.#pick(type.getValues()).name;
    return type.name === 'Boolean'
      ? `${this.#chance(0.5)}`
      : JSON.stringify(this.#pick(this.#poolOf(type.name)));
  }

  #constant(type: GraphQLInputType): string {
    return this.#literal(type, false);
  }

  #value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (isListType(type)) return Array.from({ length: 1 + this.#below(4) }, () => this.#value(type.ofType));
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (one) => isNonNullType(one.type) || this.#chance(0.4),
      );
      return Object.fromEntries(fields.map((one) => [one.name, this.#value(one.type)]));
    }
    if (isEnumType(type)) return this.#pick(type.getValues()).name;
    return type.name === 'Boolean' ? this.#chance(0.5) : this.#pick(this.#poolOf(type.name));
  }

  #poolOf(name: string): readonly unknown[] {
    return this.pools[name as keyof Pools] ?? this.pools.String;
  }

  #below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  #chance(probability: number): boolean {
    return this.random() < probability;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }
}

const isComposite = (field: GraphQLField<unknown, unknown>): boolean => {
  const type = getNamedType(field.type);
  return isObjectType(type) || isInterfaceType(type);
};
