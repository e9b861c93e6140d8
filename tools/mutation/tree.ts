/** The files that mutants change, read and parsed once each. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export class Tree {
  private readonly texts = new Map<string, string>();
  private readonly sources = new Map<string, ts.SourceFile>();
  private readonly listings = new Map<string, readonly string[]>();

  constructor(readonly root: string) {}

  text(file: string): string {
    let text = this.texts.get(file);
    if (text === undefined) {
      text = readFileSync(path.join(this.root, file), 'utf8');
      this.texts.set(file, text);
    }
    return text;
  }

  source(file: string): ts.SourceFile {
    let source = this.sources.get(file);
    if (!source) {
      source = ts.createSourceFile(file, this.text(file), ts.ScriptTarget.Latest, true);
      this.sources.set(file, source);
    }
    return source;
  }

  /** The TypeScript files of a folder and its subfolders, or the file of that name. */
  files(place: string): readonly string[] {
    let files = this.listings.get(place);
    if (!files) {
      files = this.list(place);
      this.listings.set(place, files);
    }
    return files;
  }

  private list(place: string): readonly string[] {
    const full = path.join(this.root, place);
    const found = statSync(full, { throwIfNoEntry: false });
    if (!found) throw new Error(`there is no ${place}`);
    if (found.isFile()) return [place];
    return readdirSync(full, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(place, name))
      .sort();
  }
}
