/** Why a race is none: told to whoever wanted to see it. */
export class RaceFailure extends Error {
  constructor(
    message: string,
    readonly differences?: readonly string[],
  ) {
    super(message);
  }
}
