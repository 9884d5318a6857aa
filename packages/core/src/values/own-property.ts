/** Sets an own property of any name: a plain assignment to `__proto__` would set the prototype. */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else object[name] = value;
}
