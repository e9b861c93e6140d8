/** The result of a call: whether the answers are equal, the bytes and times, and the messages of all protocols. */
import { useId, useMemo, useState } from 'preact/hooks';
import type { AskResult, Paste, ProtocolName, ProtocolResult } from '../../api';
import './answers.css';
import { Banner } from './Banner';
import { BytesTable } from './BytesTable';
import { Columns } from './Columns';
import { CopyButton } from './CopyButton';
import { HighlightContext } from './highlight';
import { Message, type MessageView } from './Messages';
import { TITLES } from './protocols';
import { RawBytes } from './RawBytes';
import { Values } from './Values';

interface AnswersProps {
  readonly result: AskResult;
  /** Address of a race with this call; absent if it cannot be raced. */
  readonly race?: string | undefined;
}

export const Answers = ({ result: answer, race }: AnswersProps) => (
  <div class="answers">
    <Banner answer={answer} />
    <BytesTable result={answer} race={race} />
    <Wires answer={answer} />
  </div>
);

/** Only the messages of all protocols, for pages with their own summary. */
export const Wires = ({ answer }: { readonly answer: AskResult }) => {
  const [highlighted, highlight] = useState<string | undefined>();
  const [looks, setLooks] = useState<MessageView>({ isPretty: true, showsHeaders: false });
  const context = useMemo(() => ({ highlighted, highlight }), [highlighted]);
  const exchanges = Math.max(0, ...answer.results.map(({ wire }) => wire?.exchanges.length ?? 0));
  return (
    <HighlightContext.Provider value={context}>
      <Values answer={answer} />
      <Toolbar looks={looks} change={setLooks} />
      <div class="wires" style={{ '--exchanges': exchanges }}>
        <Columns label="Messages by protocol">
          {(protocol) => (
            <WireColumn
              result={answer.results.find((results) => results.protocol === protocol)}
              {...{ protocol, exchanges, looks }}
            />
          )}
        </Columns>
      </div>
    </HighlightContext.Provider>
  );
};

const Toolbar = ({ looks, change }: { looks: MessageView; change: (looks: MessageView) => void }) => {
  const name = useId();
  return (
    <div class="toolbar" role="group" aria-label="How the messages are shown">
      {[true, false].map((isPretty) => (
        <label key={String(isPretty)}>
          <input
            type="radio"
            name={name}
            checked={looks.isPretty === isPretty}
            onChange={() => change({ ...looks, isPretty })}
          />
          {isPretty ? 'Formatted' : 'As sent'}
        </label>
      ))}
      <label>
        <input
          type="checkbox"
          checked={looks.showsHeaders}
          onChange={() => change({ ...looks, showsHeaders: !looks.showsHeaders })}
        />
        Headers
      </label>
    </div>
  );
};

const PARTS = [
  ['request', 'Request'],
  ['response', 'Response'],
] as const;

interface WireColumnProps {
  readonly result: ProtocolResult | undefined;
  readonly protocol: ProtocolName;
  /** The largest number among the protocols, which keeps the rows aligned. */
  readonly exchanges: number;
  readonly looks: MessageView;
}

const WireColumn = ({ result: results, protocol, exchanges, looks }: WireColumnProps) => {
  const { wire } = results ?? {};
  if (!wire) return <p class="muted">Not called.</p>;
  if (wire.exchanges.length === 0 && wire.raw.up === '') return <p class="muted">Nothing was sent.</p>;
  const title = TITLES[protocol];
  return (
    <>
      {Array.from({ length: exchanges }, (_, index) => {
        const exchange = wire.exchanges[index];
        const nth = wire.exchanges.length > 1 ? ` ${index + 1}` : '';
        return PARTS.map(([part, heading]) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an exchange is identified by its position in the connection.
          <section key={`${index} ${part}`} class="part">
            {exchange && (
              <>
                <h3>{`${heading}${nth}`}</h3>
                <Message title={`${title} ${part}${nth}`} message={exchange[part]} {...looks} />
              </>
            )}
          </section>
        ));
      })}
      <div class="part">
        <Pastes pastes={wire.pastes} title={title} />
        <RawBytes raw={wire.raw} title={title} />
      </div>
    </>
  );
};

const Pastes = ({ pastes, title }: { readonly pastes: readonly Paste[]; readonly title: string }) =>
  pastes.length > 0 ? (
    <div class="pastes" role="group" aria-label={`${title}: copy as`}>
      <span class="small muted">Copy as</span>
      {pastes.map(({ form, text }) => (
        <CopyButton key={form} text={text} label={`Copy as ${form}, ${title}`}>
          {form}
        </CopyButton>
      ))}
    </div>
  ) : null;
