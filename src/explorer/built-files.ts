/** Serves the files that `npm run build:page` wrote, compressed with gzip if the browser accepts it. */
import path from 'node:path';
import express, { type RequestHandler, type Response } from 'express';
import { ExplorerError } from './requests';

type Part = 'site' | 'consoles';

const folderOf = (part: Part): string => path.join(__dirname, '../../dist/explorer', part);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Addresses of the page's views have no file extension, except paths of sources. */
const isPageAddress = (url: string): boolean =>
  path.posix.extname(url) === '' || /^\/(source|decisions)\//.test(url);

/** Files in `assets` have a hash in their names and never change. */
const setHeaders = (response: Response, file: string): void => {
  const isImmutable = file.includes(`${path.sep}assets${path.sep}`);
  response.set('Cache-Control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.vary('Accept-Encoding');
  if (!file.endsWith('.gz')) return;
  response.set('Content-Encoding', 'gzip');
  response.type(TYPES[path.extname(file.slice(0, -'.gz'.length))] ?? 'application/octet-stream');
};

/** A file without a `.gz` twin is sent uncompressed. */
export const serveBuiltFiles = (part: Part): RequestHandler => {
  const files = express.static(folderOf(part), { index: false, redirect: false, setHeaders });
  return (request, response, next) => {
    const { url } = request;
    const [name = '', query] = url.split('?');
    const zipped = request.acceptsEncodings('gzip') === 'gzip' && path.posix.extname(name) in TYPES;
    if (!zipped) return files(request, response, next);
    request.url = `${name}.gz${query === undefined ? '' : `?${query}`}`;
    files(request, response, (error) => {
      request.url = url;
      if (error) next(error);
      else files(request, response, next);
    });
  };
};

/** Serves index.html for every address of the page. */
export const servePage = (part: Part): RequestHandler => {
  const files = serveBuiltFiles(part);
  return (request, response, next) => {
    if (!isPageAddress(request.path)) throw new ExplorerError(404, 'There is no such file.');
    request.url = '/index.html';
    files(request, response, (error) => {
      next(error ?? new ExplorerError(503, 'The page has not been built; run npm run build:page.'));
    });
  };
};
