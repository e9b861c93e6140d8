/** The memory and the open files of a process, read from /proc (Linux). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export const residentBytes = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
};

/** The open sockets, files and pipes. */
export const openHandles = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).map((number) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${number}`)
        .replace(/^.*\//, '')
        .replace(/:\[\d+\]$/, '');
    } catch {
      return 'already closed';
    }
  });
