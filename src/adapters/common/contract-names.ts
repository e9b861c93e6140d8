/** Errors in the names of a contract: the server says the protocol's fields and values, and the client the domain's again. */
import { type FieldViolation, ONE_OF, SkillsError, sentencesOf } from '../../contract/errors';

/**
 * Names of the domain and of a contract, each with the other side's. A name is always replaced, also where only the other
 * side has it: `q` in the domain is `text` in REST. So two texts never become one, and a client can reverse it.
 */
export type Names = ReadonlyMap<string, string>;
type NameTable = Readonly<Record<string, string>>;
type Translate = (violation: FieldViolation) => FieldViolation;

const inBothDirections = (table: NameTable): Names =>
  new Map(Object.entries(table).flatMap(([domain, wire]) => [[domain, wire] as const, [wire, domain]]));

/** The other side's name; the text itself if it is not a name. */
export const otherName = (names: Names, text: string): string => names.get(text) ?? text;

export interface ContractNames<Field extends string = never> {
  /** The values of each field. */
  readonly values: Readonly<Record<Field, Names>>;
  otherField(path: string): string;
  readonly encodeViolation: Translate;
  readonly decodeViolation: Translate;
}

/** `fields` are beginnings of paths, and `values` belong to the last field of a path, both by their names in the domain. */
export const contractNames = <Field extends string = never>(
  fields: NameTable,
  values = {} as Readonly<Record<Field, NameTable>>,
): ContractNames<Field> => {
  const paths = inBothDirections(fields);
  const tables = Object.entries<NameTable>(values).map(
    ([field, table]) => [field, inBothDirections(table)] as const,
  );
  const valuesOf = new Map(tables);
  const beginning = new RegExp(`^(?:${[...paths.keys()].join('|').replaceAll('.', '\\.')})(?=[.[]|$)`);
  const otherField = (path: string) => path.replace(beginning, (name) => otherName(paths, name));
  const otherValues = (field: string, description: string) => {
    const names = valuesOf.get(/(\w*)(?:\[\d+\])?$/.exec(field)?.[1] ?? '');
    if (!names || !description.startsWith(ONE_OF)) return description;
    const listed = description.slice(ONE_OF.length).split(', ');
    return ONE_OF + listed.map((value) => otherName(names, value)).join(', ');
  };
  return {
    values: Object.fromEntries(tables) as Record<Field, Names>,
    otherField,
    encodeViolation: ({ field, description }) => ({
      field: otherField(field),
      description: otherValues(field, description),
    }),
    decodeViolation: ({ field: wireField, description }) => {
      const field = otherField(wireField);
      return { field, description: otherValues(field, description) };
    },
  };
};

/** The same error with other names in its violations, and in a message that begins with them. */
export const translateError = (error: SkillsError, translate: Translate): SkillsError => {
  const { code, reason, message, details } = error;
  if (!details.violations) return error;
  const violations = details.violations.map(translate);
  const translated = translateMessage(message, details.violations, violations);
  return new SkillsError(code, reason, translated, { ...details, violations });
};

/** A message that begins with the sentences of its violations, with those of the others in their place. */
export const translateMessage = (
  message: string,
  violations: readonly FieldViolation[],
  others: readonly FieldViolation[],
): string => {
  const sentences = sentencesOf(violations);
  return message.startsWith(sentences) ? sentencesOf(others) + message.slice(sentences.length) : message;
};
