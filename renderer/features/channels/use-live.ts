// Something about messages that is asked for at once and again whenever messages came: one question at a time, however
// many come. Keeps the last good answer beside the last error.

import { useEffect, useState } from 'react';
import type { IpcError, IpcReply } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';

export interface Live<T> {
  readonly value?: T;
  readonly error?: IpcError;
}

/** `ask` must stay the same function for as long as it asks the same. */
export function useLive<T>(ask: () => Promise<IpcReply<T>>): Live<T> {
  const { api } = useServices();
  const [live, setLive] = useState<Live<T>>({});
  useEffect(() => {
    let isOver = false;
    let isAsking = false;
    let again = false;
    const reload = async () => {
      again = true;
      if (isAsking) return;
      isAsking = true;
      while (again && !isOver) {
        again = false;
        const reply = await ask();
        if (isOver) return;
        setLive((held) => (reply.ok ? { value: reply.value } : { ...held, error: reply.error }));
      }
      isAsking = false;
    };
    const off = api.on('messages.changed', () => void reload());
    void reload();
    return () => {
      isOver = true;
      off();
    };
  }, [api, ask]);
  return live;
}
