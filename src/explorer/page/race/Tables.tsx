/** The figures of a race as tables. */
import type { RaceRow, SweptQuantity } from '../../api';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import type { Point, RaceState } from './race-state';
import { isTie, QUANTITIES, rankByMedian, shortNumber, threeDigits } from './result-text';

const NONE = '–';
const range = ([low, high]: readonly [number, number]): string => `${threeDigits(low)}–${threeDigits(high)}`;

/** All rows exist from the start, so the layout does not move when they are filled. */
export const StandingTable = ({ rows }: { readonly rows: readonly RaceRow[] }) => {
  const fastest = rankByMedian(rows)[0]?.protocol;
  return (
    <section class="scroll" aria-label="Figures" tabIndex={0}>
      <table class="standing">
        <caption>Times in ms with 95% intervals; ratios to the fastest; lower is better</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Protocol</span>
            </th>
            <th scope="col" class="number">
              Calls
            </th>
            <th scope="col" class="number">
              Median
            </th>
            <th scope="col" class="number">
              p99
            </th>
            <th scope="col" class="number">
              Ratio
            </th>
            <th scope="col" class="number">
              Bytes
            </th>
          </tr>
        </thead>
        <tbody>
          {PROTOCOLS.map((protocol) => {
            const row = rows.find((one) => one.protocol === protocol);
            return (
              <tr key={protocol} class={protocol}>
                <th scope="row">{TITLES[protocol]}</th>
                <td class="number">{row ? row.calls.toLocaleString('en') : NONE}</td>
                <td class="number">
                  {row ? threeDigits(row.medianMs) : NONE}
                  <small>{row ? range(row.interval) : NONE}</small>
                </td>
                <td class="number">{row ? threeDigits(row.p99Ms) : NONE}</td>
                <td class="number">{row ? <Ratio row={row} isFastest={protocol === fastest} /> : NONE}</td>
                <td class="number">{row ? Math.round(row.bytes).toLocaleString('en') : NONE}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};

const Ratio = ({ row, isFastest }: { readonly row: RaceRow; readonly isFastest: boolean }) => {
  if (isFastest) return <>fastest</>;
  return (
    <>
      {isTie(row.ratioInterval) ? 'tied' : `× ${threeDigits(row.ratio)}`}
      <small>{range(row.ratioInterval)}</small>
    </>
  );
};

interface SweepTableProps {
  readonly race: RaceState;
  readonly sweep: SweptQuantity;
}

export const SweepTable = ({ race: { positions, points }, sweep }: SweepTableProps) => {
  const { axis } = QUANTITIES[sweep];
  return (
    <section class="scroll" aria-label="Medians" tabIndex={0}>
      <table class="standing sweep">
        <caption>
          Median in ms, lower is better; bold: the fastest and those statistically tied with it
        </caption>
        <thead>
          <tr>
            <th scope="col">{axis}</th>
            {PROTOCOLS.map((protocol) => (
              <th key={protocol} scope="col" class="number">
                {TITLES[protocol]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {positions.map((at) => (
            <Medians key={at} at={at} point={points.find((point) => point.at === at)} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

/** The fastest and those statistically tied with it are bold. */
const Medians = ({ at, point }: { readonly at: number; readonly point: Point | undefined }) => (
  <tr>
    <th scope="row">{shortNumber(at)}</th>
    {PROTOCOLS.map((protocol) => {
      const row = point?.rows.find((one) => one.protocol === protocol);
      return (
        <td key={protocol} class="number">
          {row && isTie(row.ratioInterval) ? (
            <strong>{threeDigits(row.medianMs)}</strong>
          ) : row ? (
            threeDigits(row.medianMs)
          ) : (
            NONE
          )}
        </td>
      );
    })}
  </tr>
);
