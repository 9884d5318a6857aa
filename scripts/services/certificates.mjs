import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { need } from "./install.mjs";
import { run } from "./process.mjs";

/**
 * Files in PEM; each `both` holds a key and its certificate.
 *
 * @typedef {{ cert: string, key: string, both: string }} Identity
 * @typedef {{ ca: string, server: Identity, elsewhere: Identity, client: Identity }} Certificates
 */

/**
 * Certificates of an authority that is made for them: of a server on this machine, of one on another, and of a client.
 *
 * @param {string} folder
 * @returns {Certificates}
 */
export function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  const openssl = need("openssl", "it makes the certificates");
  const file = (/** @type {string} */ name) => join(folder, name);
  const key = ["-newkey", "rsa:2048", "-nodes"];
  const authority = ["-keyout", file("ca.key"), "-out", file("ca.pem")];
  run(openssl, ["req", "-x509", ...key, "-days", "3", "-subj", "/CN=weir test authority", ...authority]);

  /** @param {string} name @param {string} altNames @returns {Identity} */
  const identity = (name, altNames) => {
    const paths = { cert: file(`${name}.crt`), key: file(`${name}.key`), both: file(`${name}.pem`) };
    const request = file(`${name}.csr`);
    const extensions = file(`${name}.ext`);
    writeFileSync(extensions, `subjectAltName=${altNames}\n`);
    run(openssl, ["req", ...key, "-subj", `/CN=${name}`, "-keyout", paths.key, "-out", request]);
    const signer = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"];
    run(openssl, ["x509", "-req", "-in", request, ...signer, "-days", "3", "-extfile", extensions, "-out", paths.cert]);
    writeFileSync(paths.both, readFileSync(paths.key, "utf8") + readFileSync(paths.cert, "utf8"));
    return paths;
  };
  return {
    ca: file("ca.pem"),
    server: identity("server", "DNS:localhost,IP:127.0.0.1"),
    elsewhere: identity("elsewhere", "DNS:elsewhere.example"),
    client: identity("client", "DNS:client"),
  };
}
