/** The port of rate limiting: buckets of points, which src/rate-limit implements in memory and in Redis. */

/** The bucket whose points a call consumes: that of a subject, of an address, or of both. An IPv6 /64 block counts as one address. */
export type Payer =
  | { readonly subject: string }
  | { readonly address: string }
  | { readonly subject: string; readonly address: string };

/**
 * Returns undefined, or, if the payer has too few points left, the milliseconds until all points are back. Negative points
 * are given back. It returns a promise only if Redis counts.
 */
export type ConsumePoints = (
  payer: Payer,
  points: number,
) => number | undefined | Promise<number | undefined>;

export interface Bucket {
  readonly consume: ConsumePoints;
  /** Gives the payer all points back. */
  reset(payer: Payer): void | Promise<void>;
}

export interface BucketSettings {
  readonly keyPrefix: string;
  /** Points of each payer. */
  readonly points: number;
  /** Seconds after the first consumption until all points are back. */
  readonly durationSeconds: number;
}

export type OpenBucket = (settings: BucketSettings) => Bucket;
