import { bareConsumer } from "./bare-consumer.ts";
import { type Job, tell } from "./measured.ts";
import { pipeline } from "./pipeline.ts";
import { formatOf } from "./workload.ts";

// One job in a process of its own, so that its CPU time is that of what is measured alone: `node process.ts JOB`, the job as JSON.
const job = JSON.parse(process.argv[2] ?? "") as Job;
const format = formatOf(job.format, job.registry, job.schemaId);
const taken = await (job.kind === "pipeline" ? pipeline(job, format) : bareConsumer(job, format));
tell({ kind: "done", taken });
