/** The progress of a run in planned seconds: a step that takes longer than planned does not move the other steps. */
export class Progress {
  private plannedSeconds = 0;

  constructor(
    private readonly totalSeconds: number,
    private readonly show: (doing: string, share: number, secondsLeft: number) => void,
  ) {}

  /** Returns a function that takes the step's own share, from 0 to 1. */
  step(doing: string, seconds: number): (share: number) => void {
    const startSeconds = this.plannedSeconds;
    this.plannedSeconds += seconds;
    const tick = (share: number): void => {
      const done = Math.min(this.totalSeconds, startSeconds + share * seconds);
      this.show(doing, done / this.totalSeconds, this.totalSeconds - done);
    };
    tick(0);
    return tick;
  }
}
