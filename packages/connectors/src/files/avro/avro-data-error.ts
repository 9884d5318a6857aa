/** Bytes that do not fit the schema; where they are in the file, who catches it knows. */
export class AvroDataError extends Error {
  override readonly name = "AvroDataError";
}
