import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { dialog } from "../state/dialogs.ts";
import { Icon } from "./icon.tsx";

/** A modal dialog; Escape and the cross close it. */
export function Dialog(props: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
  }, []);
  const close = (): void => {
    dialog.value = null;
  };
  return (
    <dialog ref={element} aria-label={props.title} onClose={close}>
      <header>
        <h2>{props.title}</h2>
        <button type="button" class="icon quiet" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="dialog-body">{props.children}</div>
    </dialog>
  );
}
