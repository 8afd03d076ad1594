// The table of channels that can be set up. It is the same for the life of the app, so it is asked for once per page.

import { useCallback, useEffect, useState } from 'react';
import type { ChannelKindView } from '../../../shared/ipc/channels';
import type { IpcError } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';

export interface Kinds {
  readonly kinds?: readonly ChannelKindView[];
  readonly error?: IpcError;
  retry(): void;
}

export function useKinds(): Kinds {
  const { api } = useServices();
  const [answer, setAnswer] = useState<Omit<Kinds, 'retry'>>({});
  const ask = useCallback(() => {
    let isOver = false;
    void api.call('channels.kinds').then((reply) => {
      if (!isOver) setAnswer(reply.ok ? { kinds: reply.value } : { error: reply.error });
    });
    return () => {
      isOver = true;
    };
  }, [api]);
  useEffect(ask, [ask]);
  return { ...answer, retry: () => void ask() };
}
