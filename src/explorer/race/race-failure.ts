/** The reason why a race cannot be run or completed; the page shows it. */
export class RaceFailure extends Error {
  constructor(
    message: string,
    readonly differences?: readonly string[],
  ) {
    super(message);
  }
}
