export { createPool, type PostgresConnection } from "./connect.ts";
export { type InboxOptions, takeOnce } from "./inbox.ts";
export { migrate, type Migration, migrations, migrationScript, missingMigrations } from "./migrations.ts";
export { type OutboxOptions, type OutboxRelay, startOutboxRelay } from "./outbox-relay.ts";
export { createOutboxDecoder } from "./outbox-decoder.ts";
export { createOutboxSource, type OutboxSource, type OutboxSourceOptions } from "./outbox-source.ts";
export { createPostgresSink, type PostgresSinkOptions } from "./postgres-sink.ts";
export { type PostgresTableOptions, readPostgresTable } from "./table.ts";
