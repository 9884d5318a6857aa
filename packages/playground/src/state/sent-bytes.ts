import { signal } from "@preact/signals";

/** Bytes of request bodies since the page was opened. */
export const sentBytes = signal(0);

/** Counts what `fetch`, beacons and requests of the page send; the content security policy allows no other way out. */
export function countSentBytes(): void {
  const { fetch: original } = globalThis;
  globalThis.fetch = (input, init) => {
    sentBytes.value += sizeOf(init?.body);
    return original(input, init);
  };
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the request it belongs to
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function counted(body) {
    sentBytes.value += sizeOf(body);
    send.call(this, body);
  };
  const beacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, data) => {
    sentBytes.value += sizeOf(data);
    return beacon(url, data);
  };
}

function sizeOf(body: unknown): number {
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return body === null || body === undefined ? 0 : 1;
}
