/** How far a run is, in seconds of a plan: steps that take longer or shorter than planned do not move the others. */
export class Progress {
  private done = 0;

  constructor(
    private readonly totalSeconds: number,
    private readonly show: (doing: string, share: number, secondsLeft: number) => void,
  ) {}

  /** Call what it returns with the step's own share, from 0 to 1. */
  step(doing: string, seconds: number): (share: number) => void {
    const before = this.done;
    this.done += seconds;
    const tick = (share: number): void => {
      const done = Math.min(this.totalSeconds, before + share * seconds);
      this.show(doing, done / this.totalSeconds, this.totalSeconds - done);
    };
    tick(0);
    return tick;
  }
}
