/** The file in `/data/files` that holds a source. The leading dot of a name is replaced, since dot files are not served. */
export const fileName = (path: string): string => `files/${path.replace(/(^|\/)\./g, '$1_.')}`;
