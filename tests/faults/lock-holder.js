/** Run by Node itself, in a process of its own: takes SQLite's write lock when it is told to, and lets go of it again. */
const Database = require('libsql');

const file = new Database(process.argv[2]);
file.exec('PRAGMA busy_timeout = 10000');

const DO = {
  take: () => file.exec('BEGIN IMMEDIATE'),
  release: () => file.exec('ROLLBACK'),
  close: () => {
    file.close();
    process.disconnect();
  },
};

process.on('message', (word) => {
  DO[word]();
  if (process.connected) process.send(word);
});
