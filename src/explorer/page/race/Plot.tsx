/** A plot on a canvas, as wide as its place and of a fixed height, in the colours of the theme. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface PlotProps {
  /** What is seen, for who does not see it. */
  readonly label: string;
  /** A plot is made anew where these are. */
  readonly options: Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: uPlot.AlignedData;
}

const HEIGHT = 320;

/** A custom property of the style sheet, as the theme has it now. */
export const colour = (plot: uPlot, name: string): string =>
  getComputedStyle(plot.root).getPropertyValue(`--${name}`);

export const FONT = '13px system-ui, sans-serif';

/** Of canvas pixels: a hook draws in those. */
export const scaledFont = (weight = 400): string => `${weight} ${13 * uPlot.pxRatio}px system-ui, sans-serif`;

/** Round values between the two, few of them, where equal steps are equal ratios. */
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
  const place = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<uPlot>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: newer data are given to the plot that is there.
  useEffect(() => {
    const element = place.current as HTMLDivElement;
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
  return <div class="plot" role="img" aria-label={label} ref={place} />;
};
