/** A city where people live and pay: name, country, latitude, longitude. */
export interface City {
  readonly name: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

const table = `
London GB 51.507 -0.128|Paris FR 48.857 2.352|Berlin DE 52.520 13.405|Madrid ES 40.417 -3.704|Rome IT 41.903 12.496
Vienna AT 48.208 16.373|Warsaw PL 52.230 21.012|Budapest HU 47.498 19.040|Prague CZ 50.076 14.438|Hamburg DE 53.551 9.994
Munich DE 48.135 11.582|Milan IT 45.464 9.190|Barcelona ES 41.388 2.169|Lyon FR 45.764 4.836|Marseille FR 43.296 5.370
Amsterdam NL 52.370 4.895|Brussels BE 50.850 4.352|Stockholm SE 59.329 18.069|Copenhagen DK 55.676 12.568|Oslo NO 59.914 10.752
Helsinki FI 60.170 24.938|Dublin IE 53.350 -6.260|Lisbon PT 38.722 -9.139|Athens GR 37.984 23.728|Zurich CH 47.377 8.542
Bucharest RO 44.427 26.103|Sofia BG 42.698 23.322|Istanbul TR 41.008 28.978|Kyiv UA 50.450 30.524|Manchester GB 53.481 -2.242
New_York US 40.713 -74.006|Chicago US 41.878 -87.630|Los_Angeles US 34.052 -118.244|Houston US 29.760 -95.370|Miami US 25.762 -80.192
Seattle US 47.606 -122.332|Denver US 39.739 -104.990|Toronto CA 43.653 -79.383|Vancouver CA 49.283 -123.121|Mexico_City MX 19.433 -99.133
Bogota CO 4.711 -74.072|Lima PE -12.046 -77.043|Santiago CL -33.449 -70.669|Buenos_Aires AR -34.604 -58.382|Sao_Paulo BR -23.551 -46.633
Rio_de_Janeiro BR -22.907 -43.173|Cairo EG 30.044 31.236|Lagos NG 6.524 3.379|Nairobi KE -1.292 36.822|Johannesburg ZA -26.204 28.047
Dubai AE 25.205 55.271|Tel_Aviv IL 32.085 34.782|Mumbai IN 19.076 72.878|Delhi IN 28.614 77.209|Bangalore IN 12.972 77.595
Bangkok TH 13.756 100.502|Singapore SG 1.352 103.820|Jakarta ID -6.209 106.846|Manila PH 14.600 120.984|Hong_Kong HK 22.319 114.169
Shanghai CN 31.230 121.474|Beijing CN 39.904 116.407|Seoul KR 37.567 126.978|Tokyo JP 35.676 139.650|Osaka JP 34.694 135.502
Sydney AU -33.869 151.209|Melbourne AU -37.814 144.963|Perth AU -31.951 115.861|Auckland NZ -36.849 174.763|Honolulu US 21.307 -157.858`;

/** In the order in which people live there: the first are the homes of most. */
export const cities: readonly City[] = table
  .trim()
  .split(/[|\n]/)
  .map((line) => {
    const [name = "", country = "", lat = "", lon = ""] = line.split(" ");
    return { name: name.replaceAll("_", " "), country, lat: Number(lat), lon: Number(lon) };
  });
