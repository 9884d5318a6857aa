import {
  type LoadSections,
  loadingSections,
  type SaveSections,
  type SavedPart,
  savingSections,
  type StateSection,
} from "../snapshot/section.ts";
import { type CompiledTexts, Source } from "./source.ts";

/** One function is not to grow without end: engines optimise small ones better. */
const mostSections = 100;

/** Makes what writes and reads the sections of a key. */
export interface SectionGlue {
  saving(sections: readonly StateSection[]): SaveSections;
  loading(stored: readonly (StateSection | null)[]): LoadSections;
}

/** As closures. */
export const closureSections: SectionGlue = { saving: savingSections, loading: loadingSections };

/**
 * As generated code that does the same, byte by byte: each part is called by name at a place of its own, so that the host can put its
 * code there. Made when a key is first written or read: engines that keep no state elsewhere do without.
 */
export function generatedSections(compiled: CompiledTexts): SectionGlue {
  return {
    saving(sections) {
      return sections.length > mostSections ? savingSections(sections) : writeSaving(sections, compiled);
    },
    loading(stored) {
      return stored.length > mostSections ? loadingSections(stored) : writeLoading(stored, compiled);
    },
  };
}

function writeSaving(sections: readonly StateSection[], compiled: CompiledTexts): SaveSections {
  const source = new Source();
  source.line("return (slot, out) => {");
  source.line("let start;");
  for (const section of sections) {
    source.line("start = out.beginBlock();");
    source.line(`${source.ref(partOf(section))}.save(slot, out);`);
    source.line("out.endBlock(start);");
  }
  source.line("};");
  return source.build(compiled) as SaveSections;
}

function writeLoading(stored: readonly (StateSection | null)[], compiled: CompiledTexts): LoadSections {
  const source = new Source();
  source.line("return (slot, input) => {");
  source.line("let end;");
  for (const section of stored) {
    source.line("end = input.block();");
    if (section === null) {
      source.line("input.skipTo(end);");
      continue;
    }
    if (section.sparse === true) source.line("if (!input.isAt(end)) {");
    source.line(`${source.ref(partOf(section))}.load(slot, input);`);
    source.line("input.expectAt(end);");
    if (section.sparse === true) source.line("}");
  }
  source.line("};");
  return source.build(compiled) as LoadSections;
}

function partOf(section: StateSection): SavedPart {
  return section.part ?? section;
}
