/** Reads src/contract: interfaces from the source text, inputs from the schemas that validate them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { z } from 'zod';
import { INPUTS } from '../../../src/contract/inputs';
import { PROGRESS_STATUSES, SKILL_LEVELS, SKILL_ORDERS } from '../../../src/contract/model';
import { type Contract, ENUM_NAMES, type Line, line, perOperation, TYPE_NAMES } from './contract';

const ENUMS = {
  SkillLevel: SKILL_LEVELS,
  ProgressStatus: PROGRESS_STATUSES,
  SkillOrder: SKILL_ORDERS,
} as const satisfies Record<(typeof ENUM_NAMES)[number], readonly string[]>;

const sourceOf = (name: string): ts.SourceFile => {
  const file = path.join(__dirname, '../../../src/contract', name);
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
};

const interfaceOf = (source: ts.SourceFile, name: string): ts.InterfaceDeclaration => {
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!found) throw new Error(`src/contract has no interface ${name}`);
  return found;
};

/** `T` stands for `item`. Text whose name ends in Time is a time. */
const typeOf = (text: string, item: string, name = ''): string => {
  const list = /^readonly (.+)\[\]$/.exec(text);
  if (list) return `[${typeOf(list[1]!, item)}]`;
  if (text === 'string') return name.endsWith('Time') ? 'time' : 'text';
  return { number: 'int', T: item }[text] ?? text;
};

/** A `SkillPage` is a `Page<Skill>`. */
const linesOf = (source: ts.SourceFile, name: string): Line[] => {
  const [, item = 'Skill'] = /^(\w+)Page$/.exec(name) ?? [];
  return interfaceOf(source, name.replace(/^\w+(?=Page$)/, '')).members.map((member) => {
    if (!ts.isPropertySignature(member) || !member.type) throw new Error(`${name} has more than properties`);
    const field = member.name.getText(source);
    const type = typeOf(member.type.getText(source), item, field);
    return line(field, type, member.questionToken !== undefined);
  });
};

/** `Promise<Page<Pick<Skill, F>>>` is a SkillPage, `Promise<SkillBatch<Pick<Skill, F>>>` a SkillBatch. */
const outputOf = (type: string): string => {
  const [, value = ''] = /^Promise<(.+)>$/.exec(type.replace(/Pick<(\w+), F>/g, '$1')) ?? [];
  if (value === 'void') return 'nothing';
  return value.replace(/^Page<(\w+)>$/, '$1Page').replace(/<Skill>$/, '');
};

const kindOf = (schema: z.ZodType): string => {
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNullable) return `${kindOf(schema.unwrap() as z.ZodType)} | null`;
  if (schema instanceof z.ZodArray) return `[${kindOf(schema.element as z.ZodType)}]`;
  if (schema instanceof z.ZodNumber) return 'int';
  if (schema instanceof z.ZodEnum) {
    const values = String(schema.options);
    // Field names are an enum in the schema and text in every protocol.
    const found = ENUM_NAMES.find((name) => String(ENUMS[name]) === values);
    return found ?? 'text';
  }
  if (schema instanceof z.ZodString) return 'text';
  if (schema instanceof z.ZodObject) {
    const fields = Object.keys(schema.shape);
    if (fields.includes('note')) return 'Demonstration';
    return fields.includes('id') ? 'NewSkill' : 'SkillPatch';
  }
  throw new Error(`Unexpected kind of schema: ${schema.constructor.name}`);
};

/** The fields of a schema as lines. A field is optional if its schema accepts undefined. */
export const linesOfSchema = (schema: z.ZodObject): Line[] =>
  Object.entries(schema.shape).map(([name, field]) =>
    line(
      name,
      kindOf(withoutRequired(field as z.ZodType)),
      (field as z.ZodType).safeParse(undefined).success,
    ),
  );

const withoutRequired = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodNonOptional ? (schema.unwrap() as z.ZodType) : schema;

export const readModel = (): Contract => {
  const model = sourceOf('model.ts');
  const api = sourceOf('skills-api.ts');
  const methods = interfaceOf(api, 'SkillsApi').members.filter(ts.isMethodSignature);
  const outputs = new Map(
    methods.map((method) => [method.name.getText(api), outputOf(method.type!.getText(api))]),
  );
  return {
    operations: [...outputs.keys()],
    types: Object.fromEntries(TYPE_NAMES.map((name) => [name, linesOf(model, name)])),
    enums: ENUMS,
    inputs: perOperation((operation) => linesOfSchema(INPUTS[operation])),
    outputs: perOperation((operation) => outputs.get(operation)!),
  };
};
