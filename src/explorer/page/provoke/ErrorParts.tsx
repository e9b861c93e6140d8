/** The parts of an error: for each part, its place and its text in every protocol. */
import type { ErrorPart, ProtocolName, ProtocolResult, ProvocationInfo, ProvocationResult } from '../../api';
import { ERROR_PARTS } from '../../api';
import { Columns, useNarrow } from '../shared/Columns';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import { decodedLines } from './decoded-lines';

type Standards = ProvocationInfo['standards'];
type PartName = ErrorPart['part'];

interface ErrorPartsProps {
  readonly standards: Standards;
  /** Without it, only the standards are shown. */
  readonly result: ProvocationResult | undefined;
}

export const ErrorParts = (props: ErrorPartsProps) => {
  const isNarrow = useNarrow();
  return (
    <section class="error-parts">
      <h2 class="hidden">Parts of the error</h2>
      {isNarrow ? <Tabs {...props} /> : <Table {...props} />}
    </section>
  );
};

const Table = ({ standards, result }: ErrorPartsProps) => (
  <table>
    <caption class="hidden">Parts of the error by protocol</caption>
    <thead>
      <tr>
        <td />
        <th scope="col">Decoded by the client</th>
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
  const isPresent =
    decoded.length > 0 ||
    result.results.some((protocolResult) => partsNamed(protocolResult, name).length > 0);
  return (
    <tr>
      <th scope="row">{name}</th>
      {isPresent ? (
        <>
          <td>
            <Decoded lines={decoded} />
          </td>
          {result.results.map((protocolResult) => (
            <td key={protocolResult.protocol}>
              <PartCell asked={protocolResult} meant={name} />
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
  <Columns label="The error by protocol">
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
  const protocolResult = result.results.find((one) => one.protocol === protocol);
  const isPresent = decoded.length > 0 || (protocolResult && partsNamed(protocolResult, name).length > 0);
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {isPresent && protocolResult ? (
          <>
            <PartCell asked={protocolResult} meant={name} />
            <p class="small muted">Decoded by the client</p>
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

const PartCell = ({
  asked: protocolResult,
  meant: name,
}: {
  readonly asked: ProtocolResult;
  readonly meant: PartName;
}) => {
  if (protocolResult.requests === 0) {
    return (
      <span class="muted">
        {name === ERROR_PARTS[0]
          ? 'Not sent: the client rejected the call, with the same error as the service.'
          : 'Not sent.'}
      </span>
    );
  }
  const found = partsNamed(protocolResult, name);
  if (found.length === 0) return <span class="muted">This protocol does not carry it.</span>;
  return found.map(({ where, text }) => (
    <p key={where} class="place">
      <span class="where">{breakable(where)}</span>
      <code>{text}</code>
    </p>
  ));
};

/** Permits line breaks after each step of a path. */
const breakable = (path: string) =>
  path.split(/(?<=[./])/).map((step, index) => [index > 0 && <wbr key={step} />, step]);
