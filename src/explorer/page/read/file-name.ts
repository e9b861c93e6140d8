/** The file of `/data/files` that holds a source; one that began with a dot would not be served. */
export const fileName = (path: string): string => `files/${path.replace(/(^|\/)\./g, '$1_.')}`;
