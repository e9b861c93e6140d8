/** The error taken apart: for each thing that it means, where each protocol says it and in which words. */
import type { Asked, Meaning, ProtocolName, ProvocationAbout, Provoked } from '../../api';
import { MEANINGS } from '../../api';
import { Columns, useNarrow } from '../shared/Columns';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import { decodedOf } from './decoded-lines';

type Standards = ProvocationAbout['standards'];
type Meant = Meaning['meaning'];

interface ByMeaningProps {
  readonly standards: Standards;
  /** Before it came, there is what the standards say. */
  readonly provoked: Provoked | undefined;
}

export const ByMeaning = (props: ByMeaningProps) => {
  const isNarrow = useNarrow();
  return (
    <section class="by-meaning">
      <h2 class="hidden">By meaning</h2>
      {isNarrow ? <Tabs {...props} /> : <Table {...props} />}
    </section>
  );
};

const Table = ({ standards, provoked }: ByMeaningProps) => (
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
            <ByStandard {...standards[protocol]} />
          </td>
        ))}
      </tr>
      {provoked && MEANINGS.map((meant) => <Row key={meant} meant={meant} provoked={provoked} />)}
    </tbody>
  </table>
);

const Row = ({ meant, provoked }: { readonly meant: Meant; readonly provoked: Provoked }) => {
  const decoded = decodedOf(provoked, meant);
  const isSaid = decoded.length > 0 || provoked.asked.some((asked) => saidBy(asked, meant).length > 0);
  return (
    <tr>
      <th scope="row">{meant}</th>
      {isSaid ? (
        <>
          <td>
            <Decoded lines={decoded} />
          </td>
          {provoked.asked.map((asked) => (
            <td key={asked.protocol}>
              <Said asked={asked} meant={meant} />
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

const Tabs = ({ standards, provoked }: ByMeaningProps) => (
  <Columns label="The error, by protocol">
    {(protocol) => (
      <dl>
        <dt>standard</dt>
        <dd>
          <ByStandard {...standards[protocol]} />
        </dd>
        {provoked && MEANINGS.map((meant) => <Terms key={meant} {...{ meant, provoked, protocol }} />)}
      </dl>
    )}
  </Columns>
);

const Terms = ({ meant, provoked, protocol }: TermsProps) => {
  const decoded = decodedOf(provoked, meant);
  const asked = provoked.asked.find((one) => one.protocol === protocol);
  const isSaid = decoded.length > 0 || (asked && saidBy(asked, meant).length > 0);
  return (
    <>
      <dt>{meant}</dt>
      <dd>
        {isSaid && asked ? (
          <>
            <Said asked={asked} meant={meant} />
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
  readonly meant: Meant;
  readonly provoked: Provoked;
  readonly protocol: ProtocolName;
}

const ByStandard = ({ says, source, href }: Standards[ProtocolName]) => (
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

const saidBy = ({ wire }: Asked, meant: Meant): readonly Meaning[] =>
  wire?.meaning?.filter(({ meaning }) => meaning === meant) ?? [];

const Said = ({ asked, meant }: { readonly asked: Asked; readonly meant: Meant }) => {
  if (asked.requests === 0) {
    return (
      <span class="muted">
        {meant === MEANINGS[0] ? "Not sent: our client refused it, in the service's words." : 'Not sent.'}
      </span>
    );
  }
  const said = saidBy(asked, meant);
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
