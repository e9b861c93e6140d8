/** JSON that the store has written into a column. */

/** A row that this program did not write: the file is damaged, or another program has changed it. */
export class DamagedRowError extends Error {}

/** Throws a DamagedRowError that names the value. */
export const parseStored = <T>(text: string, name: string): T => {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new DamagedRowError(`${name} in the database is not JSON`, { cause });
  }
};

export const parseStoredList = <T>(text: string, name: string): T[] => {
  const list = parseStored<unknown>(text, name);
  if (Array.isArray(list)) return list;
  throw new DamagedRowError(`${name} in the database is not a list`);
};
