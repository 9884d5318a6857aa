/** Keeps the site for use without a network, once it has loaded. */
export function startServiceWorker(): void {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  addEventListener("load", () => void navigator.serviceWorker.register("sw.js").catch(() => {}), { once: true });
}
