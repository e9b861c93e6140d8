/** A file of the repository with the linked lines marked, or the files of a folder. */

import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { Failed, Loading } from '../shared/Notice';
import { getData } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { rangesIn, sourceAddress } from './address';
import { fileName } from './file-name';
import { Listing } from './Listing';
import type { FileIndex, SourceFile } from './slices';
import { useTitle } from './use-title';
import './read.css';

export default function SourcePage() {
  const { path = '' } = useRoute().params;
  const index = useLoaded((signal) => getData<FileIndex>('files/index', signal), []);
  useTitle(path);
  return (
    <>
      <Breadcrumbs path={path} />
      {index.state === 'loading' && <Loading what={path} />}
      {index.state === 'failed' && <Failed {...index} />}
      {index.state === 'done' && <FileOrFolder key={path} path={path} files={index.value} />}
    </>
  );
}

/** The path of the file; each folder is a link. */
const Breadcrumbs = ({ path }: { readonly path: string }) => {
  const { of } = useLocation().query;
  const steps = path.split('/');
  const folders = steps.slice(0, -1).map((_, index) => steps.slice(0, index + 1).join('/'));
  return (
    <>
      {of && (
        <p class="small">
          <a href={`/read/${encodeURIComponent(of)}`}>Back to {of}, side by side</a>
        </p>
      )}
      <h1 class="trail">
        {folders.map((folder) => (
          <span key={folder}>
            <a href={sourceAddress(folder, [])}>{folder.split('/').at(-1)}</a>
            {' / '}
          </span>
        ))}
        {steps.at(-1)}
      </h1>
    </>
  );
};

const FileOrFolder = ({ path, files }: { readonly path: string; readonly files: FileIndex }) => {
  if (files.includes(path)) return <WholeFile path={path} />;
  const within = files.filter((file) => file.startsWith(`${path}/`));
  if (within.length > 0) {
    return (
      <ul class="read-files">
        {within.map((file) => (
          <li key={file}>
            <a href={sourceAddress(file, [])}>{file.slice(path.length + 1)}</a>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <p class="notice bad" role="alert">
      There is no such file here. The page shows the adapters, the contracts, the examples, and files that
      skills and decisions refer to: see <a href="/read">Read</a>.
    </p>
  );
};

const WholeFile = ({ path }: { readonly path: string }) => {
  const { line } = useLocation().query;
  const loaded = useLoaded((signal) => getData<SourceFile>(fileName(path), signal), [path]);
  const ranges = useMemo(() => rangesIn(line), [line]);
  const root = useRef<HTMLDivElement>(null);
  const marked = useCallback(
    (number: number) => ranges.some(([from, to]) => from <= number && number <= to),
    [ranges],
  );
  const text = loaded.state === 'done' ? loaded.value.text.trimEnd() : '';
  const stretches = useMemo(() => [{ firstLine: 1, text }], [text]);
  const [[first] = []] = ranges;
  useEffect(() => {
    if (text === '' || first === undefined) return;
    root.current?.querySelector(`[data-number="${first}"]`)?.scrollIntoView({ block: 'center' });
  }, [text, first]);
  if (loaded.state === 'loading') return <Loading what={path} />;
  if (loaded.state === 'failed') return <Failed {...loaded} />;
  return (
    <div ref={root}>
      <p class="muted small">
        {text.split('\n').length} lines
        {ranges.length > 0 && `; marked: ${ranges.map((range) => [...new Set(range)].join('–')).join(', ')}`}
      </p>
      <Listing stretches={stretches} language={loaded.value.language} label={path} marked={marked} isWhole />
    </div>
  );
};
