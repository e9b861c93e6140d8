/** A child process that takes and releases the write lock of SQLite on command. */
const Database = require('libsql');

const file = new Database(process.argv[2]);
file.exec('PRAGMA busy_timeout = 10000');

const COMMANDS = {
  take: () => file.exec('BEGIN IMMEDIATE'),
  release: () => file.exec('ROLLBACK'),
  close: () => {
    file.close();
    process.disconnect();
  },
};

process.on('message', (command) => {
  COMMANDS[command]();
  if (process.connected) process.send(command);
});
