export { createPool, type PostgresConnection } from "./connect.ts";
export { type InboxOptions, takeOnce } from "./inbox.ts";
export { migrate, type Migration, migrations, migrationScript, missingMigrations } from "./migrations.ts";
export { type OutboxOptions, type OutboxRelay, startOutboxRelay } from "./outbox.ts";
export { createPostgresSink, type PostgresSinkOptions } from "./postgres-sink.ts";
export { type PostgresTableOptions, readPostgresTable } from "./table.ts";
