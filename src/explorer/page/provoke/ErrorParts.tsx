/** The error taken apart: for each thing that it means, where each protocol says it and in which words. */
import type { ErrorPart, ProtocolName, ProtocolResult, ProvocationInfo, ProvocationResult } from '../../api';
import { ERROR_PARTS } from '../../api';
import { Columns, useNarrow } from '../shared/Columns';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import { decodedLines } from './decoded-lines';

type Standards = ProvocationInfo['standards'];
type PartName = ErrorPart['part'];

interface ErrorPartsProps {
  readonly standards: Standards;
  /** Before it came, there is what the standards say. */
  readonly result: ProvocationResult | undefined;
}

export const ErrorParts = (props: ErrorPartsProps) => {
  const isNarrow = useNarrow();
  return (
    <section class="by-meaning">
      <h2 class="hidden">By meaning</h2>
      {isNarrow ? <Tabs {...props} /> : <Table {...props} />}
    </section>
  );
};

const Table = ({ standards, result }: ErrorPartsProps) => (
  <table>
    <caption class="hidden">Where each protocol says what</caption>
    <thead>
      <tr>
        <td />
        <th scope="col">Read back as</th>
        {PROTOCOLS.map((protocol) => (
          <th key={protocol} scope="col" class={protocol}>
            {TITLES[protocol]}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      <tr>
        <th scope="row">standard</th>
        <td />
        {PROTOCOLS.map((protocol) => (
          <td key={protocol}>
            <StandardText {...standards[protocol]} />
          </td>
        ))}
      </tr>
      {result && ERROR_PARTS.map((name) => <Row key={name} meant={name} provoked={result} />)}
    </tbody>
  </table>
);

const Row = ({
  meant: name,
  provoked: result,
}: {
  readonly meant: PartName;
  readonly provoked: ProvocationResult;
}) => {
  const decoded = decodedLines(result, name);
  const isSaid = decoded.length > 0 || result.results.some((asked) => partsNamed(asked, name).length > 0);
  return (
    <tr>
      <th scope="row">{name}</th>
      {isSaid ? (
        <>
          <td>
            <Decoded lines={decoded} />
          </td>
          {result.results.map((asked) => (
            <td key={asked.protocol}>
              <PartCell asked={asked} meant={name} />
            </td>
          ))}
        </>
      ) : (
        <td class="muted" colSpan={PROTOCOLS.length + 1}>
          Not part of this error.
        </td>
      )}
    </tr>
  );
};

const Tabs = ({ standards, result }: ErrorPartsProps) => (
  <Columns label="The error, by protocol">
    {(protocol) => (
      <dl>
        <dt>standard</dt>
        <dd>
          <StandardText {...standards[protocol]} />
        </dd>
        {result && ERROR_PARTS.map((name) => <Terms key={name} {...{ name, result, protocol }} />)}
      </dl>
    )}
  </Columns>
);

const Terms = ({ name, result, protocol }: TermsProps) => {
  const decoded = decodedLines(result, name);
  const asked = result.results.find((one) => one.protocol === protocol);
  const isSaid = decoded.length > 0 || (asked && partsNamed(asked, name).length > 0);
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {isSaid && asked ? (
          <>
            <PartCell asked={asked} meant={name} />
            <p class="small muted">Read back as</p>
            <Decoded lines={decoded} />
          </>
        ) : (
          <span class="muted">Not part of this error.</span>
        )}
      </dd>
    </>
  );
};

interface TermsProps {
  readonly name: PartName;
  readonly result: ProvocationResult;
  readonly protocol: ProtocolName;
}

const StandardText = ({ text: says, source, href }: Standards[ProtocolName]) => (
  <p class="standard small">
    {says} <a href={href}>{source}</a>
  </p>
);

const Decoded = ({ lines }: { readonly lines: readonly string[] }) =>
  lines.map((line) => (
    <p key={line} class="decoded">
      {line}
    </p>
  ));

const partsNamed = ({ wire }: ProtocolResult, name: PartName): readonly ErrorPart[] =>
  wire?.errorParts?.filter(({ part: meaning }) => meaning === name) ?? [];

const PartCell = ({ asked, meant: name }: { readonly asked: ProtocolResult; readonly meant: PartName }) => {
  if (asked.requests === 0) {
    return (
      <span class="muted">
        {name === ERROR_PARTS[0] ? "Not sent: our client refused it, in the service's words." : 'Not sent.'}
      </span>
    );
  }
  const said = partsNamed(asked, name);
  if (said.length === 0) return <span class="muted">It has no place for this.</span>;
  return said.map(({ where, text }) => (
    <p key={where} class="said">
      <span class="where">{breakable(where)}</span>
      <code>{text}</code>
    </p>
  ));
};

/** A path may go on in the next line after each of its steps. */
const breakable = (path: string) =>
  path.split(/(?<=[./])/).map((step, index) => [index > 0 && <wbr key={step} />, step]);
