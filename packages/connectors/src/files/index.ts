// File readers and writers are listed here one by one.
export {};
