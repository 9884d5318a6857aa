export { type Health, healthOf } from "./health.ts";
export { type HttpOptions, type HttpServer, startHttpServer } from "./http-server.ts";
