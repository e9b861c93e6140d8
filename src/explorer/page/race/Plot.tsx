/** A plot on a canvas, as wide as its container, of a fixed height, in the theme's colours. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface PlotProps {
  /** Accessible description of the plot. */
  readonly label: string;
  /** New options create a new plot. */
  readonly options: Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: uPlot.AlignedData;
}

const HEIGHT = 320;

/** The current value of a CSS custom property of the theme. */
export const colour = (plot: uPlot, name: string): string =>
  getComputedStyle(plot.root).getPropertyValue(`--${name}`);

export const FONT = '13px system-ui, sans-serif';

/** Font in canvas pixels, for drawing hooks. */
export const scaledFont = (weight = 400): string => `${weight} ${13 * uPlot.pxRatio}px system-ui, sans-serif`;

/** A few round values between `low` and `high`, for a logarithmic axis. */
export const logTicks = (low: number, high: number): number[] => {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(low)) + index),
  );
  const within = (mantissas: readonly number[]): number[] =>
    decades
      .flatMap((decade) => mantissas.map((mantissa) => Number((mantissa * decade).toPrecision(3))))
      .filter((tick) => tick >= low && tick <= high);
  const choices = [
    [1],
    [1, 3],
    [1, 2, 5],
    [1, 1.5, 2, 3, 4, 5, 7],
    Array.from({ length: 45 }, (_, n) => 1 + n / 5),
  ];
  return choices.map(within).find((ticks) => ticks.length >= 3) ?? within(choices.at(-1) ?? []);
};

export const Plot = ({ label, options, data }: PlotProps) => {
  const container = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<uPlot>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: new data are passed to the existing plot.
  useEffect(() => {
    const element = container.current as HTMLDivElement;
    const made = new uPlot({ ...options, width: element.clientWidth, height: HEIGHT }, data, element);
    setPlot(made);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== made.width) made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [options]);
  useEffect(() => plot?.setData(data), [plot, data]);
  useEffect(() => {
    const redraw = () => plot?.redraw(true, true);
    const system = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(redraw);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    system.addEventListener('change', redraw);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', redraw);
    };
  }, [plot]);
  return <div class="plot" role="img" aria-label={label} ref={container} />;
};
