/** Charges a request at its arrival, on HTTP/1.1 and HTTP/2 alike. */
import type { Arrival } from '../contract/admission';
import type { Charge } from '../contract/context';
import type { ServeOptions } from '../contract/protocol';

/** Calls `proceed` or `reject` at once, unless admission has to wait for Redis or for the verification of a token. */
export const admitArrival = (
  admit: ServeOptions['admit'],
  arrival: Arrival,
  proceed: (charge: Charge | undefined) => void,
  reject: (thrown: unknown) => void,
): void => {
  let charge: Charge | undefined | Promise<Charge | undefined>;
  try {
    charge = admit?.(arrival);
  } catch (thrown) {
    reject(thrown);
    return;
  }
  const proceedVerified = (paid: Charge | undefined) => {
    const verification = paid?.verification;
    if (!(verification instanceof Promise)) return proceed(paid);
    // The calls that wait for one verification would otherwise all start together when it ends, and not in turns.
    const go = () => proceed(paid);
    verification.then(go, go);
  };
  if (charge instanceof Promise) charge.then(proceedVerified, reject);
  else proceedVerified(charge);
};
