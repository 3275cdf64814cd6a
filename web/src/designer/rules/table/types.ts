/** What a column that is no field of a record may hold. */
export const TYPES = ["text", "number", "money", "boolean", "date", "moment", "choice"] as const;
