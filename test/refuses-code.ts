import { mayGenerate } from "../packages/core/src/generate/source.ts";

// A run that generated code would show nothing about closures.
if (mayGenerate()) throw new Error("the project `interpreted` is to run where text cannot become code");
