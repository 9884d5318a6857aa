import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A component that is loaded when it is first shown; meanwhile nothing is. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element | null {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props): JSX.Element | null {
    const [, setIsThere] = useState(false);
    useEffect(() => {
      if (loaded !== null) return;
      void load().then((component) => {
        loaded = component;
        return setIsThere(true);
      });
    }, []);
    if (loaded === null) return null;
    const Loaded = loaded;
    return <Loaded {...props} />;
  };
}
