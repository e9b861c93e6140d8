/** Responses that clients have not read yet: their memory is bounded for each address and for the process. */
import { LIMITS } from '../contract/limits';
import { addressBlock } from './address-block';

interface Unsent {
  readonly bytes: number;
  readonly destroy: () => void;
}

/** A smaller response fits the buffers of the operating system and of Node, and is not counted. */
export const COUNTED_BYTES_MIN = 16 * 1024;

/** The unsent responses of an address, the oldest first. */
interface Backlog {
  readonly responses: Set<Unsent>;
  bytes: number;
}

const backlogs = new Map<string, Backlog>();
let totalBytes = 0;

/**
 * Counts the unsent bytes of a response, until the returned function is called. Over a limit, the connection whose
 * response has waited longest is destroyed: of this address, or of the address with the most unsent bytes.
 */
export const countUnsent = (address: string, bytes: number, destroy: () => void): (() => void) => {
  const block = addressBlock(address);
  const backlog = backlogs.get(block) ?? { responses: new Set(), bytes: 0 };
  backlogs.set(block, backlog);
  const unsent: Unsent = { bytes, destroy };
  add(backlog, unsent);
  while (backlog.bytes > LIMITS.addressUnsentBytesMax && backlog.responses.size > 1) destroyOldest(backlog);
  while (totalBytes > LIMITS.unsentBytesMax) {
    const largest = [...backlogs.values()].reduce((one, other) => (other.bytes > one.bytes ? other : one));
    if (largest.responses.size === 0) break;
    destroyOldest(largest);
  }
  return () => {
    remove(backlog, unsent);
    if (backlog.responses.size === 0 && backlogs.get(block) === backlog) backlogs.delete(block);
  };
};

const add = (backlog: Backlog, unsent: Unsent): void => {
  backlog.responses.add(unsent);
  backlog.bytes += unsent.bytes;
  totalBytes += unsent.bytes;
};

const remove = (backlog: Backlog, unsent: Unsent): void => {
  if (!backlog.responses.delete(unsent)) return;
  backlog.bytes -= unsent.bytes;
  totalBytes -= unsent.bytes;
};

const destroyOldest = (backlog: Backlog): void => {
  const [oldest] = backlog.responses;
  remove(backlog, oldest!);
  oldest!.destroy();
};
