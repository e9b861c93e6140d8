/** Field paths in the two spellings: `updateTime` in the domain, `update_time` in protobuf. */

/** A capital that begins a word stays: `X-Request-Id` is the name of a header. */
export const snakeCase = (path: string): string =>
  path.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const camelCase = (path: string): string =>
  path.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
