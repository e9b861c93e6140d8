/** The SQLite engine: one file, opened by libsql, shared by all processes of one machine. docs/decisions/0001-sqlite-driver.md */
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import Database from 'libsql';
import { ensureDataFolder } from './data-folder';
import type { Tables } from './migrations';
import { type InitialData, prepareDatabase, sqlStore } from './sql-store';
import { DEFAULT_RETENTION, type Retention, type Store } from './store';

export const FILE_NAME = 'rosetta.sqlite';

export interface SqliteOptions {
  /** Created if it does not exist. */
  readonly folder: string;
  /** Called by the process that creates the file. */
  readonly initialData: () => InitialData;
  /** How long a write waits for other processes' writes. */
  readonly busyMsMax?: number;
  readonly pollMs?: number;
  readonly retention?: Retention;
  /** Gets an Error when the database fails, and a sentence when it works again. Standard error by default. */
  readonly report?: (message: unknown) => void;
}

const BUSY_MS_MAX = 5000;
const POLL_MS = 50;
const OPENING_MS_MAX = 10_000;
/** The write-ahead log is cut to this size after a large write. */
const LOG_BYTES_MAX = 16 * 2 ** 20;

/** Rejects with an Error whose message is one line if the folder or the file cannot be used. */
export const openSqliteStore = async (options: SqliteOptions): Promise<Store> => {
  const { folder, initialData, busyMsMax = BUSY_MS_MAX, pollMs = POLL_MS } = options;
  const { retention = DEFAULT_RETENTION, report = (message) => console.error(message) } = options;
  try {
    const name = path.join(folder, FILE_NAME);
    ensureDataFolder(folder);
    // Only the owner may read it: it holds the key that signs tokens.
    closeSync(openSync(name, 'a', 0o600));
    const file = await openFile(name);
    const db = new Kysely<Tables>({ dialect: new LibsqlDialect(file) });
    await withExclusiveLock(file, () => prepareDatabase(db, initialData));
    // From here on the store itself waits for locks.
    file.exec('PRAGMA busy_timeout = 0');
    const store = sqlStore(
      { db, isBusy, failureOf, busyMsMax, watch: (onWrite) => watch(file, pollMs, onWrite) },
      { folder, retention, report },
    );
    const close = async () => {
      checkpoint(file);
      await store.close();
    };
    return { ...store, close };
  } catch (error) {
    throw dataFolderError(folder, error);
  }
};

/** An error whose message is one line. */
export const dataFolderError = (folder: string, cause: unknown): Error => {
  const reason = String(cause).replace(/\s+/g, ' ');
  return new Error(`Cannot use the data folder ${folder}: ${reason}`, { cause });
};

type File = InstanceType<typeof Database>;

/** Two processes that switch a new file to WAL at once may fail with SQLITE_BUSY without waiting; this retries. */
const openFile = async (name: string): Promise<File> => {
  const giveUpAt = Date.now() + OPENING_MS_MAX;
  for (;;) {
    const file = new Database(name);
    try {
      file.exec(`PRAGMA busy_timeout = ${OPENING_MS_MAX}`);
      file.exec('PRAGMA journal_mode = WAL');
      file.exec('PRAGMA synchronous = FULL');
      file.exec(`PRAGMA journal_size_limit = ${LOG_BYTES_MAX}`);
      file.exec('PRAGMA foreign_keys = ON');
      return file;
    } catch (error) {
      file.close();
      if (!isBusy(error) || Date.now() > giveUpAt) throw error;
      await sleep(10);
    }
  }
};

const withExclusiveLock = async (file: File, work: () => Promise<void>): Promise<void> => {
  file.exec('BEGIN EXCLUSIVE');
  try {
    await work();
    file.exec('COMMIT');
  } catch (error) {
    if (file.inTransaction) file.exec('ROLLBACK');
    file.close();
    throw error;
  }
};

/** Moves the write-ahead log into the file, so that a closed store can be copied: libsql closes the file with a delay. */
const checkpoint = (file: File): void => {
  if (!file.open) return;
  try {
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    // Other processes have the file open, or the disk is full: the last of them, or the next start, moves the log.
    if (!isBusy(error) && failureOf(error) === undefined) throw error;
  }
};

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY');

/** The disk, its permissions or the file's contents, with SQLite's extended codes. */
const FAILURE = /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|PERM|NOMEM)/;

const failureOf = (error: unknown): string | undefined => {
  const code = codeOf(error);
  return FAILURE.test(code) ? `${(error as Error).message} (${code})` : undefined;
};

/** Polls `data_version`, which SQLite changes with each commit of another connection. A failed read is retried at the next poll. */
const watch = (file: File, pollMs: number, onWrite: () => void): (() => void) => {
  let lastVersion = '';
  const readVersion = () => {
    try {
      return JSON.stringify(file.pragma('data_version'));
    } catch {
      return lastVersion;
    }
  };
  lastVersion = readVersion();
  const timer = setInterval(() => {
    const now = readVersion();
    if (now === lastVersion) return;
    lastVersion = now;
    onWrite();
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
};

class LibsqlDialect extends SqliteDialect {
  private readonly config: SqliteDialectConfig;

  constructor(private readonly file: File) {
    const config = { database: file as unknown as SqliteDialectConfig['database'] };
    super(config);
    this.config = config;
  }

  override createDriver(): SqliteDriver {
    return new LibsqlDriver(this.config, this.file);
  }
}

class LibsqlDriver extends SqliteDriver {
  constructor(
    config: SqliteDialectConfig,
    private readonly file: File,
  ) {
    super(config);
  }

  /**
   * Takes the write lock at once, and through `exec`: libsql leaves a prepared statement that failed with SQLITE_BUSY
   * open, and while it is open the connection sees an old snapshot and every later write fails.
   */
  override async beginTransaction(
    _connection: DatabaseConnection,
    { accessMode }: TransactionSettings = {},
  ): Promise<void> {
    this.file.exec(accessMode === 'read only' ? 'BEGIN' : 'BEGIN IMMEDIATE');
  }

  override async commitTransaction(): Promise<void> {
    this.file.exec('COMMIT');
  }

  /** SQLite has rolled back already after some failures, for example on a full disk. */
  override async rollbackTransaction(): Promise<void> {
    if (this.file.inTransaction) this.file.exec('ROLLBACK');
  }
}
