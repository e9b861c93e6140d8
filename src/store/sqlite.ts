/** One SQLite file through libsql, shared by any number of processes on one machine. docs/decisions/0001-sqlite-driver.md */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import Database from 'libsql';
import type { Tables } from './migrations';
import { type InitialData, prepareDatabase, sqlStore } from './sql-store';
import type { Store } from './store';

export const FILE_NAME = 'rosetta.sqlite';

export interface SqliteOptions {
  /** Created where there is none. */
  readonly folder: string;
  /** Asked for once, by the process that creates the file. */
  readonly initialData: () => InitialData;
  /** How long a write waits for other processes' writes. */
  readonly busyMsMax?: number;
  readonly pollMs?: number;
}

const BUSY_MS_MAX = 5000;
const POLL_MS = 50;
const OPENING_MS_MAX = 10_000;

/** Rejects with an Error of one line where the folder or the file can not be used. */
export const openSqliteStore = async (options: SqliteOptions): Promise<Store> => {
  const { folder, initialData: beginning, busyMsMax = BUSY_MS_MAX, pollMs = POLL_MS } = options;
  try {
    const name = path.join(folder, FILE_NAME);
    // Not for others: it holds the key that tokens are signed with.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(name, 'a', 0o600));
    const file = await opened(name);
    const db = new Kysely<Tables>({ dialect: new LibsqlDialect(file) });
    await alone(file, () => prepareDatabase(db, beginning));
    // From here on it is the store that waits.
    file.exec('PRAGMA busy_timeout = 0');
    const store = sqlStore({ db, isBusy, busyMsMax, watch: (wrote) => watch(file, pollMs, wrote) });
    const close = async () => {
      checkpoint(file);
      await store.close();
    };
    return { ...store, close };
  } catch (error) {
    const reason = String(error).replace(/\s+/g, ' ');
    throw new Error(`Cannot use the data folder ${folder}: ${reason}`, { cause: error });
  }
};

type File = InstanceType<typeof Database>;

/** Two processes that switch a new file to WAL at once may refuse each other without waiting, so we try again. */
const opened = async (name: string): Promise<File> => {
  const giveUpAt = Date.now() + OPENING_MS_MAX;
  for (;;) {
    const file = new Database(name);
    try {
      file.exec(`PRAGMA busy_timeout = ${OPENING_MS_MAX}`);
      file.exec('PRAGMA journal_mode = WAL');
      file.exec('PRAGMA synchronous = FULL');
      file.exec('PRAGMA foreign_keys = ON');
      return file;
    } catch (error) {
      file.close();
      if (!isBusy(error) || Date.now() > giveUpAt) throw error;
      await sleep(10);
    }
  }
};

const alone = async (file: File, work: () => Promise<void>): Promise<void> => {
  file.exec('BEGIN EXCLUSIVE');
  try {
    await work();
    file.exec('COMMIT');
  } catch (error) {
    file.exec('ROLLBACK');
    file.close();
    throw error;
  }
};

/** libsql closes a file a little later than it says. By then all is in it, and nothing only in its log: it can be copied. */
const checkpoint = (file: File): void => {
  if (!file.open) return;
  try {
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    // Other processes have it open, and the last of them will.
    if (!isBusy(error)) throw error;
  }
};

const isBusy = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  String(error.code).startsWith('SQLITE_BUSY');

/** SQLite counts the commits of other connections. Where it can not say, the next tick asks again. */
const watch = (file: File, pollMs: number, wrote: () => void): (() => void) => {
  let seen = '';
  const version = () => {
    try {
      return JSON.stringify(file.pragma('data_version'));
    } catch {
      return seen;
    }
  };
  seen = version();
  const timer = setInterval(() => {
    const now = version();
    if (now === seen) return;
    seen = now;
    wrote();
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
  override async beginTransaction(_connection: DatabaseConnection): Promise<void> {
    this.file.exec('BEGIN IMMEDIATE');
  }
}
