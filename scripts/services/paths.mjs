import { createHash } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../tool.mjs";

/** What was downloaded once, for every checkout on this machine. */
export const installFolder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "weir");

// Not below the home folder: PostgreSQL runs as another user, who may not look into it.
/** Data, logs and pids of the servers of this checkout. */
export const stateFolder =
  process.env["WEIR_SERVICES_FOLDER"] ??
  join(tmpdir(), `weir-services-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`);

/** Where the servers that run are written down, as a `Services`. */
export const servicesFile = join(stateFolder, "services.json");
