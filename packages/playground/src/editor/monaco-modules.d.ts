// These parts of the editor come without types, and are loaded for what they register.
declare module "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
declare module "monaco-editor/features/*";
declare module "*?worker" {
  const WorkerClass: new () => Worker;
  export default WorkerClass;
}
