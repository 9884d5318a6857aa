/** What the page needs of an editor of rules. */
export interface EditorHandle {
  setText(text: string): void;
  /** Puts the cursor there. */
  reveal(offset: number): void;
  focus(): void;
  /** Writes the rules in their usual form. */
  format(): void;
}

/** Puts an editor into an element. */
export type StartEditor = (host: HTMLElement, text: string, onEdit: (text: string) => void) => EditorHandle;
