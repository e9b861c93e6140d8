/** The figures of a race, for all who read rather than look. */
import type { RaceRow, SweptQuantity } from '../../api';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import type { Point, RaceState } from './race-state';
import { isTie, QUANTITIES, rankByMedian, shortNumber, threeDigits } from './result-text';

const NONE = '–';
const range = ([low, high]: readonly [number, number]): string => `${threeDigits(low)}–${threeDigits(high)}`;

/** Its rows are there from the beginning, so that nothing moves when they are filled. */
export const StandingTable = ({ rows }: { readonly rows: readonly RaceRow[] }) => {
  const quickest = rankByMedian(rows)[0]?.protocol;
  return (
    <section class="scroll" aria-label="Figures" tabIndex={0}>
      <table class="standing">
        <caption>Times in ms; 95% intervals; ratios are to the quickest</caption>
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
                <td class="number">{row ? <Ratio row={row} isQuickest={protocol === quickest} /> : NONE}</td>
                <td class="number">{row ? Math.round(row.bytes).toLocaleString('en') : NONE}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};

const Ratio = ({ row, isQuickest }: { readonly row: RaceRow; readonly isQuickest: boolean }) => {
  if (isQuickest) return <>quickest</>;
  return (
    <>
      {isTie(row.ratioInterval) ? 'no difference' : `× ${threeDigits(row.ratio)}`}
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
        <caption>Median in ms; what does not differ from the quickest is bold</caption>
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

/** The quickest stands out, and what does not differ from it. */
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
