// The guard against clicking through: a button works only after what it is about has stood unchanged in front of
// a person for a while. A window that is hidden or does not have the focus is in front of nobody.

import { useEffect, useState } from 'react';

export const ARM_AFTER_MS = 1_000;

/** `key` names everything that is shown, position included: any change of it starts the time again. */
export function useArmed(key: string): boolean {
  const [armed, setArmed] = useState<string>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const disarm = () => {
      clearTimeout(timer);
      setArmed(undefined);
    };
    const begin = () => {
      disarm();
      if (document.visibilityState === 'visible' && document.hasFocus())
        timer = setTimeout(() => setArmed(key), ARM_AFTER_MS);
    };
    begin();
    window.addEventListener('focus', begin);
    window.addEventListener('blur', disarm);
    document.addEventListener('visibilitychange', begin);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('focus', begin);
      window.removeEventListener('blur', disarm);
      document.removeEventListener('visibilitychange', begin);
    };
  }, [key]);
  return armed === key;
}
