import type { FunctionRecord } from "./function-record.ts";

const earthRadiusKm = 6371.0088;

/**
 * The great-circle distance of two places in decimal degrees, in kilometres.
 *
 * Source  the haversine formula, on a sphere with the mean radius of the Earth (IUGG).
 */
export function distanceKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const sinLat = Math.sin(radians(lat2 - lat1) / 2);
  const sinLon = Math.sin(radians(lon2 - lon1) / 2);
  const h = sinLat * sinLat + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * sinLon * sinLon;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

export const distance: FunctionRecord = {
  name: "DISTANCE_KM",
  signature: "DISTANCE_KM(lat1: NUMBER, lon1: NUMBER, lat2: NUMBER, lon2: NUMBER): NUMBER",
  doc: "The great-circle distance of two places in decimal degrees, in kilometres (haversine, R = 6371.0088 km).",
  example: "FROM rides WHERE DISTANCE_KM(from_lat, from_lon, to_lat, to_lon) > 100 EMIT LOW",
  params: [
    { name: "lat1", type: "NUMBER" },
    { name: "lon1", type: "NUMBER" },
    { name: "lat2", type: "NUMBER" },
    { name: "lon2", type: "NUMBER" },
  ],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (lat1, lon1, lat2, lon2) => distanceKm(lat1 as number, lon1 as number, lat2 as number, lon2 as number),
};

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
