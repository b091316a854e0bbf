// World files from objects: as much of TOML as a World needs.

/** The text of a World file. */
export function toml(world) {
  return Object.entries(world).map(([key, value]) => `${text(key)} = ${one(value)}\n`).join("");
}

// JSON's escapes are TOML's too, but for what JSON leaves as it is.
const text = (value) => JSON.stringify(value).replaceAll("\x7f", "\\u007f");

function one(value) {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(one).join(", ")}]`;
  if (value && typeof value === "object") {
    const fields = Object.entries(value).map(([key, each]) => `${text(key)} = ${one(each)}`);
    return `{ ${fields.join(", ")} }`;
  }
  throw new TypeError(`a World has no ${value === null ? "null" : typeof value}`);
}
