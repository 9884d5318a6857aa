/**
 * Why TLS did not come about:
 *
 *   authority    the certificate is signed by nobody who is known here
 *   name         it is for another name
 *   time         it has expired, or is not valid yet
 *   client       the other side wants a certificate, or another one
 *   not-tls      the other side does not speak TLS
 */
export type TlsProblem = "authority" | "name" | "time" | "client" | "not-tls";

const problems: readonly (readonly [RegExp, TlsProblem])[] = [
  [/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT/, "authority"],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, "name"],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, "time"],
  [/ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)|CERTIFICATE_REQUIRED/, "client"],
  [/alert (bad certificate|certificate required|unknown ca|handshake failure)/, "client"],
  [/WRONG_VERSION_NUMBER|wrong version number|before secure TLS connection was established/, "not-tls"],
];

/** What an error of `node:tls`, or one with such a cause, says of TLS; `null` where that is not what is wrong. */
export function tlsProblem(error: unknown): TlsProblem | null {
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    const code = "code" in current && typeof current.code === "string" ? current.code : "";
    const found = problems.find(([pattern]) => pattern.test(`${code} ${(current as Error).message}`));
    if (found !== undefined) return found[1];
    current = current.cause ?? ("originalError" in current ? current.originalError : undefined);
  }
  return null;
}
