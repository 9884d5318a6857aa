/** A sample: rules and a recording that come with the site. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly rules: string;
  readonly recording: string;
  readonly stream: string;
}

export const samples: readonly Sample[] = [
  { id: "ssh", title: "SSH log-ins", rules: "ssh.weir", recording: "ssh.ndjson", stream: "auth" },
  { id: "fraud", title: "Card fraud", rules: "fraud.weir", recording: "fraud.ndjson", stream: "transactions" },
  { id: "web", title: "Web shop", rules: "web.weir", recording: "web.ndjson", stream: "requests" },
  { id: "iot", title: "Cold rooms", rules: "iot.weir", recording: "iot.ndjson", stream: "readings" },
  { id: "ops", title: "Service health", rules: "ops.weir", recording: "ops.ndjson", stream: "requests" },
];

export const firstSample = "ssh";

/** Rules and recording of a sample, from the site itself. */
export async function fetchSample(sample: Sample): Promise<{ readonly rules: string; readonly recording: Blob }> {
  const [rules, recording] = await Promise.all([fetchOwn(sample.rules), fetchOwn(sample.recording)]);
  return { rules: await rules.text(), recording: await recording.blob() };
}

async function fetchOwn(name: string): Promise<Response> {
  const response = await fetch(new URL(`samples/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`the sample file ${name} is not there: HTTP ${response.status}`);
  return response;
}
