/** The cost of each call: bytes in each direction by kind, time, requests and round trips. */
import type { AskResult, ByteCounts, ProtocolResult } from '../../api';
import { useNarrow } from './Columns';
import { TITLES } from './protocols';

const KINDS = ['headers', 'framing', 'body', 'trailers'] as const;
const DIRECTIONS = ['up', 'down'] as const;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const number = (value: number): string => value.toLocaleString('en');
const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;

/** A bar scaled to the largest total. It is decorative: the numbers are beside it. */
const Bar = ({ kinds, largest }: { readonly kinds: ByteCounts; readonly largest: number }) => (
  <div class="bar" aria-hidden="true" style={{ width: `${(100 * kinds.total) / largest}%` }}>
    {KINDS.map(
      (kind) => kinds[kind] > 0 && <i key={kind} class={`of-${kind}`} style={{ flexGrow: kinds[kind] }} />,
    )}
  </div>
);

const Row = ({
  result: results,
  largest,
  isNarrow,
}: {
  result: ProtocolResult;
  largest: number;
  isNarrow: boolean;
}) => {
  const { protocol, bytes, timeMs, requests, roundTrips } = results;
  return (
    <tbody class={protocol}>
      {isNarrow && (
        <tr>
          <th scope="rowgroup" colSpan={KINDS.length + 2}>
            {TITLES[protocol]}{' '}
            <span class="muted">
              {milliseconds(timeMs)}, {counted(requests, 'request')}, {counted(roundTrips, 'round trip')}
            </span>
          </th>
        </tr>
      )}
      {DIRECTIONS.map((direction) => (
        <tr key={direction}>
          {!isNarrow && direction === 'up' && (
            <th scope="rowgroup" rowSpan={2} class="protocol">
              {TITLES[protocol]}
            </th>
          )}
          <th scope="row">
            {direction}
            {isNarrow && <Bar kinds={bytes[direction]} largest={largest} />}
          </th>
          {!isNarrow && (
            <td class="drawn">
              <Bar kinds={bytes[direction]} largest={largest} />
            </td>
          )}
          {KINDS.map((kind) => (
            <td key={kind} class={bytes[direction][kind] ? 'number' : 'number muted'}>
              {number(bytes[direction][kind])}
            </td>
          ))}
          <td class="number total">{number(bytes[direction].total)}</td>
          {!isNarrow && direction === 'up' && (
            <>
              <td class="number" rowSpan={2}>
                {milliseconds(timeMs)}
              </td>
              <td class="number" rowSpan={2}>
                {requests}
              </td>
              <td class="number" rowSpan={2}>
                {roundTrips}
              </td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  );
};

interface BytesTableProps {
  readonly result: AskResult;
  /** Address of a race with this call; absent if it cannot be raced. */
  readonly race?: string | undefined;
}

export const BytesTable = ({ result: answer, race }: BytesTableProps) => {
  const isNarrow = useNarrow();
  const largest = Math.max(1, ...answer.results.flatMap(({ bytes }) => [bytes.up.total, bytes.down.total]));
  return (
    <>
      <div class="scroll" role="region" aria-label="Bytes and time" tabIndex={0}>
        <table class="bytes">
          <caption class="hidden">Bytes on the socket by kind, and the time of this one call</caption>
          <thead>
            <tr>
              {!isNarrow && <td />}
              <td />
              {!isNarrow && <td class="drawn" />}
              {KINDS.map((kind) => (
                <th key={kind} scope="col" class="number">
                  <i class={`key of-${kind}`} aria-hidden="true" /> {kind}
                </th>
              ))}
              <th scope="col" class="number">
                bytes
              </th>
              {!isNarrow && (
                <>
                  <th scope="col" class="number">
                    time
                  </th>
                  <th scope="col" class="number">
                    requests
                  </th>
                  <th scope="col" class="number">
                    round trips
                  </th>
                </>
              )}
            </tr>
          </thead>
          {answer.results.map((results) => (
            <Row key={results.protocol} result={results} largest={largest} isNarrow={isNarrow} />
          ))}
        </table>
      </div>
      <p class="small muted bytes-note">
        Bytes of the whole connection, from opening to close. The time of a single call is not a measurement
        {race === undefined ? (
          '.'
        ) : (
          <>
            : <a href={race}>race the four protocols with this call</a>.
          </>
        )}
      </p>
    </>
  );
};
