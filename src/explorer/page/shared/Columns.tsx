/** One column per protocol, side by side; tabs on a narrow page. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { ProtocolName } from '../../api';
import { PROTOCOLS, TITLES } from './protocols';

const NARROW = '(max-width: 60rem)';

export const useNarrow = (): boolean => {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const change = () => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return isNarrow;
};

interface ColumnsProps {
  readonly label: string;
  readonly children: (protocol: ProtocolName) => ComponentChildren;
}

export const Columns = ({ label, children }: ColumnsProps) => {
  const isNarrow = useNarrow();
  const [chosen, choose] = useState<ProtocolName>('rest');
  const id = useId();
  if (!isNarrow) {
    return (
      <div class="columns" role="group" aria-label={label}>
        {PROTOCOLS.map((protocol) => (
          <div key={protocol} class={`column ${protocol}`} role="group" aria-labelledby={`${id}-${protocol}`}>
            <h2 id={`${id}-${protocol}`} class="column-title">
              {TITLES[protocol]}
            </h2>
            {children(protocol)}
          </div>
        ))}
      </div>
    );
  }
  return (
    <div class="tabbed">
      <Tabs label={label} id={id} chosen={chosen} choose={choose} />
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-tab-${chosen}`}
        class={`column ${chosen}`}
      >
        {children(chosen)}
      </div>
    </div>
  );
};

interface TabsProps {
  readonly label: string;
  /** Prefix of element ids: the panel's ends with `-panel`, a tab's with `-tab-rest`. */
  readonly id: string;
  readonly chosen: ProtocolName;
  readonly choose: (protocol: ProtocolName) => void;
}

export const Tabs = ({ label, id, chosen, choose }: TabsProps) => {
  /** Arrow keys move between tabs (WAI-ARIA, "Tabs Pattern"). */
  const turn = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = (PROTOCOLS.indexOf(chosen) + step + PROTOCOLS.length) % PROTOCOLS.length;
    choose(PROTOCOLS[at] as ProtocolName);
    document.getElementById(`${id}-tab-${PROTOCOLS[at]}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} class="tabs">
      {PROTOCOLS.map((protocol) => (
        <button
          key={protocol}
          type="button"
          role="tab"
          id={`${id}-tab-${protocol}`}
          class={protocol}
          aria-selected={protocol === chosen}
          aria-controls={`${id}-panel`}
          tabIndex={protocol === chosen ? 0 : -1}
          onClick={() => choose(protocol)}
          onKeyDown={turn}
        >
          {TITLES[protocol]}
        </button>
      ))}
    </div>
  );
};
