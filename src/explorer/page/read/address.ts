/** The Read page's state in its address: the protocols shown, and the open rows. */
import { useLocation } from 'preact-iso';
import type { ProtocolName } from '../../api';
import { PROTOCOLS } from '../shared/protocols';
import type { Row } from './slices';

export interface ReadState {
  readonly shown: readonly ProtocolName[];
  readonly open: readonly Row[];
  readonly show: (shown: readonly ProtocolName[]) => void;
  readonly setOpen: (open: readonly Row[]) => void;
  readonly read: (operation: string) => void;
}

/** Rows that are open by default. */
const OPEN: readonly Row[] = ['contract'];

const listed = <T extends string>(text: string | undefined): readonly T[] | undefined =>
  text === undefined ? undefined : (text.split(',').filter(Boolean) as T[]);

export const useReadState = (): ReadState => {
  const { path, query, route } = useLocation();
  const listedProtocols = listed<ProtocolName>(query.show) ?? [];
  const shown = PROTOCOLS.filter((protocol) => listedProtocols.includes(protocol));
  const go = (to: string, changes: Readonly<Record<string, string>>) => {
    const search = new URLSearchParams({ ...query, ...changes }).toString().replaceAll('%2C', ',');
    route(search === '' ? to : `${to}?${search}`, true);
  };
  return {
    shown: shown.length > 0 ? shown : PROTOCOLS,
    open: listed<Row>(query.open) ?? OPEN,
    show: (protocols) => go(path, { show: protocols.join() }),
    setOpen: (rows) => go(path, { open: rows.join() }),
    read: (operation) => go(`/read/${operation}`, {}),
  };
};

/** The address of a whole file, with a slice marked in it. */
export const sourceAddress = (
  path: string,
  ranges: readonly (readonly [number, number])[],
  operation?: string,
) => {
  const query = new URLSearchParams({
    ...(ranges.length > 0 && { line: ranges.map((range) => range.join('-')).join() }),
    ...(operation && { of: operation }),
  });
  return `/source/${path}?${query}`.replaceAll('%2C', ',').replace(/\?$/, '');
};

/** Parses `12-20,31`; malformed parts are ignored. */
export const rangesIn = (text = ''): [number, number][] =>
  text.split(',').flatMap((range): [number, number][] => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    return from === undefined ? [] : [[Number(from), Number(to)]];
  });
