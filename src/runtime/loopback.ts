/** Loopback addresses, which other machines cannot reach. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

/** Whether only this machine reaches a server that listens on this host. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
