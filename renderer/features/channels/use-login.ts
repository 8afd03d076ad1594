// Follows one login by QR code while its dialog is open: asks for a code, waits for news, gives up when it closes. Keeps
// nothing after that; the code's text is a secret.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { LoginView } from '../../../shared/ipc/channels';
import type { IpcError, IpcReply } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';

export interface LoginState {
  /** Undefined while the vendor is asked for a code. */
  readonly view?: LoginView;
  readonly error?: IpcError;
}

export interface QrLogin extends LoginState {
  /** The number that the phone shows. */
  sendCode(code: string): void;
  again(): void;
}

export function isOpen(view: LoginView): view is Extract<LoginView, { readonly qrText: string }> {
  return 'qrText' in view;
}

interface Attempt {
  isOver: boolean;
  sessionKey?: string;
}

export function useLogin(channel: string, accountId: string | undefined): QrLogin {
  const { api } = useServices();
  const [state, setState] = useState<LoginState>({});
  /** Each is a login of its own. */
  const [round, setRound] = useState(0);
  const current = useRef<Attempt>(undefined);

  /** True while it goes on. */
  const take = useCallback((attempt: Attempt, reply: IpcReply<LoginView>): boolean => {
    if (attempt.isOver) return false;
    setState(reply.ok ? { view: reply.value } : { error: reply.error });
    attempt.isOver = !reply.ok || !isOpen(reply.value);
    return !attempt.isOver;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is another login
  useEffect(() => {
    const attempt: Attempt = { isOver: false };
    current.current = attempt;
    const run = async () => {
      const target = { channel, ...(accountId === undefined ? {} : { accountId }) };
      const started = await api.call('login.start', target);
      if (!started.ok) {
        take(attempt, started);
        return;
      }
      const { sessionKey, ...code } = started.value;
      attempt.sessionKey = sessionKey;
      let goesOn = take(attempt, { ok: true, value: { state: 'wait', ...code } });
      while (goesOn) goesOn = take(attempt, await api.call('login.wait', { sessionKey }));
    };
    void run();
    return () => {
      const { isOver, sessionKey } = attempt;
      attempt.isOver = true;
      setState({});
      // A start that is under way is left alone: whoever opens the dialog again joins it, and it ends by itself.
      if (!isOver && sessionKey !== undefined) void api.call('login.cancel', { sessionKey });
    };
  }, [api, channel, accountId, round, take]);

  return {
    ...state,
    sendCode(code) {
      const attempt = current.current;
      if (attempt?.sessionKey === undefined || attempt.isOver) return;
      void api
        .call('login.wait', { sessionKey: attempt.sessionKey, code })
        .then((reply) => take(attempt, reply));
    },
    again: () => setRound((held) => held + 1),
  };
}
