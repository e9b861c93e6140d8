/** A text field with suggestions from the catalogue (WAI-ARIA, "Combobox Pattern"); other values are permitted too. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { Suggestion, SuggestionKind } from '../../api';
import { suggest } from '../shared/server';

interface ComboboxProps {
  readonly id: string;
  readonly value: string;
  readonly change: (text: string) => void;
  /** Called when a suggestion is selected; defaults to `change`. */
  readonly choose?: (text: string) => void;
  /** Without it, the field has no suggestions. */
  readonly kind?: SuggestionKind | undefined;
  readonly label?: string;
  readonly violationId?: string | undefined;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly onBlur?: () => void;
}

/** Delay after a key press, so that not every letter causes a request. */
const WAIT_MS = 120;

const useSuggested = (kind: SuggestionKind | undefined, text: string, isOpen: boolean) => {
  const [options, setOptions] = useState<readonly Suggestion[]>([]);
  useEffect(() => {
    if (!isOpen || !kind) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      suggest(kind, text, controller.signal).then(setOptions, () => {
        if (!controller.signal.aborted) setOptions([]);
      });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [kind, text, isOpen]);
  return isOpen ? options : [];
};

export const Combobox = (props: ComboboxProps) => {
  const { id, value, change, choose = change, kind, label, violationId, onKeyDown, onBlur } = props;
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const listId = useId();
  const options = useSuggested(kind, value, isOpen);
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const select = (option: Suggestion) => {
    choose(option.value);
    close();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = options[at];
    if (kind && step) {
      event.preventDefault();
      setOpen(true);
      if (options.length > 0) setAt((at + step + options.length) % options.length);
    } else if (event.key === 'Enter' && option && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      select(option);
    } else if (event.key === 'Escape' && isOpen) {
      close();
    } else {
      onKeyDown?.(event);
    }
  };
  return (
    <div class="combobox">
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-label={label}
        aria-invalid={violationId !== undefined}
        aria-describedby={violationId}
        {...(kind && {
          role: 'combobox',
          'aria-autocomplete': 'list',
          'aria-expanded': options.length > 0,
          'aria-controls': listId,
          'aria-activedescendant': options[at] && `${listId}-${at}`,
        })}
        onInput={({ currentTarget }) => {
          setOpen(true);
          setAt(-1);
          change(currentTarget.value);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={press}
        onBlur={() => {
          close();
          onBlur?.();
        }}
      />
      {kind && (
        <div
          id={listId}
          role="listbox"
          aria-label="Suggestions"
          tabIndex={-1}
          class="suggestions"
          hidden={options.length === 0}
          // The list must not take the focus, which would close it.
          onMouseDown={(event) => event.preventDefault()}
          onMouseUp={({ target }) => {
            const index = (target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset.index;
            const option = options[Number(index)];
            if (option) select(option);
          }}
        >
          {options.map((option, index) => (
            <div
              key={option.value}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              data-index={index}
              aria-selected={index === at}
            >
              {option.value}
              {option.label !== option.value && <span class="muted"> {option.label}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
};
