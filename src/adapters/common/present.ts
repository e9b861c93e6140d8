/** Absent fields stay absent: helpers that leave out members. */

/** The same object without the members that are undefined. */
export const present = <T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T => {
  const result: Partial<T> = {};
  for (const name in value) if (value[name] !== undefined) result[name] = value[name];
  return result as T;
};

/** The present members that the read mask names; all of them if the mask is empty or absent (AIP-157). */
export const presentFields = <T extends object>(
  { fields }: { readonly fields?: readonly (keyof T)[] },
  value: { readonly [K in keyof T]: T[K] | undefined },
): T => {
  const result = present<T>(value);
  if (fields?.length) for (const name in result) if (!fields.includes(name)) delete result[name];
  return result;
};
