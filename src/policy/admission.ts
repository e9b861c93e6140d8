/** Admission: every request pays points when it arrives, before the server reads it. */
import type { Admit, ArrivalKind } from '../contract/admission';
import { bearerToken, type Caller, type Charge, type VerifyToken } from '../contract/context';
import type { ConsumePoints, Payer } from '../contract/rate-limit';
import { chargePoints } from './rate-limit';

/** Points, which an operation of the request later uses up. */
const ARRIVAL_COST = { call: 1, stream: 1, upgrade: 1 } as const satisfies Record<ArrivalKind, number>;

/**
 * A request pays from the bucket of its token's subject if the token was verified before, and from that of its address
 * otherwise. An address without points left is still admitted with a valid token.
 */
export const createAdmission =
  (consumePoints: ConsumePoints, verify: VerifyToken): Admit =>
  ({ kind, peer, authorization }) => {
    const points = ARRIVAL_COST[kind];
    const token = authorization === undefined ? undefined : bearerToken(authorization);
    const payBy = (payer: Payer, verification?: Caller | Promise<Caller>) => {
      const charge = new ArrivalCharge(consumePoints, payer, points, token, verification);
      const paid = chargePoints(consumePoints, payer, points);
      return paid ? paid.then(() => charge) : charge;
    };
    const address = peer ? { address: peer } : undefined;
    if (token === undefined) return address && payBy(address);
    const verification = startVerification(verify, token);
    if ('subject' in verification) return payBy({ subject: verification.subject }, verification);
    const payBySubject = () =>
      verification.then((caller) => payBy({ subject: caller.subject }, verification));
    if (!address) return payBySubject();
    const payByEither = async () => {
      try {
        return await payBy(address, verification);
      } catch (rateLimited) {
        await verification.catch(() => {
          throw rateLimited;
        });
        return payBySubject();
      }
    };
    return payByEither();
  };

/** The rejection of an invalid token is reported by the authentication policy, if the request gets there. */
const startVerification = (verify: VerifyToken, token: string): Caller | Promise<Caller> => {
  let verification: Caller | Promise<Caller>;
  try {
    verification = verify(token);
  } catch (error) {
    verification = Promise.reject(error);
  }
  if (!('subject' in verification)) verification.catch(() => undefined);
  return verification;
};

/** A class and not closures: one is created for every request. */
class ArrivalCharge implements Charge {
  constructor(
    private readonly consumePoints: ConsumePoints,
    private payer: Payer,
    private points: number,
    readonly token: string | undefined,
    readonly verification: Caller | Promise<Caller> | undefined,
  ) {}

  raiseTo(points: number): void | Promise<void> {
    const more = points - this.points;
    if (more <= 0) return;
    this.points = points;
    return chargePoints(this.consumePoints, this.payer, more);
  }

  settle(payer: Payer, points: number): void | Promise<void> {
    const { points: paid } = this;
    this.points = Math.max(0, paid - points);
    if (isSame(this.payer, payer)) return paid < points ? this.consume(points - paid) : undefined;
    void this.consumePoints(this.payer, -paid);
    this.payer = payer;
    return this.consume(Math.max(paid, points));
  }

  private consume(points: number): void | Promise<void> {
    return chargePoints(this.consumePoints, this.payer, points);
  }
}

const isSame = (one: Payer, other: Payer): boolean =>
  'subject' in one
    ? 'subject' in other && one.subject === other.subject
    : 'address' in other && one.address === other.address;
