/** The Map page's state in its address: `/map/graphql?via=grpc&category=apis&view=path`. */
import type { ProtocolName } from '../../api';
import { PROTOCOLS } from '../shared/protocols';

export const VIEWS = ['around', 'path'] as const;
/** For a chosen skill: its neighbours, or its learning path. */
export type View = (typeof VIEWS)[number];

export interface MapState {
  readonly skill?: string;
  readonly category?: string;
  readonly via: ProtocolName;
  readonly view: View;
}

type Query = Readonly<Record<string, string>>;

/** Unknown values are ignored. */
export const readState = (skill: string | undefined, { via, view, category }: Query): MapState => ({
  ...(skill && { skill }),
  ...(category && { category }),
  via: PROTOCOLS.find((name) => name === via) ?? 'rest',
  view: VIEWS.find((name) => name === view) ?? 'around',
});

export const mapAddress = ({ skill, category, via, view }: MapState): string => {
  const query = new URLSearchParams({
    ...(via !== 'rest' && { via }),
    ...(category && { category }),
    ...(skill && view !== 'around' && { view }),
  });
  return `/map${skill ? `/${encodeURIComponent(skill)}` : ''}${query.size > 0 ? `?${query}` : ''}`;
};

/** The page's address after a change of its state. */
export type AddressOf = (change: Partial<MapState>) => string;
