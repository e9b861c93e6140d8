/** Where the servers of an explanation listen: nothing but this machine asks them, and any free port will do. */
export const LOOPBACK = { host: '127.0.0.1', port: 0 } as const;
