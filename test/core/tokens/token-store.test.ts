import { describe, expect, it } from 'vitest';
import { Secret } from '../../../electron/core/lib/secret';
import type { CredentialLoad } from '../../../electron/core/ports';
import { settle } from '../../helpers/fake-clock';
import { MemoryRepository } from '../../helpers/memory-repository';
import { startedStore, unstartedStore } from './harness';

const routine = { reason: 'routine', graceMs: 0, by: 'panel' } as const;
const leaked = { reason: 'leaked', graceMs: 0, by: 'panel' } as const;
const ADOPTABLE = 'Kq7-vX2_pL9dRw4TzB8sNc5YhM1g';

describe('starting', () => {
  it('makes generation 1 of 43 base64url characters where there is no credential, stored before it is used', async () => {
    const { tokens, repository, changes, secret } = await startedStore();
    expect(tokens.generation).toBe(1);
    expect(secret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(repository.stored?.secret.expose()).toBe(secret());
    expect(changes).toEqual([
      { kind: 'created', generation: 1, fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/), by: 'system' },
    ]);
  });

  it('gives nothing away before it has started', () => {
    const { tokens } = unstartedStore();
    expect(tokens.status()).toEqual({ state: 'starting' });
    expect(tokens.lease()).toBeUndefined();
    expect(tokens.generation).toBe(0);
    expect(() => tokens.verify('x', 0)).toThrow();
  });

  it('keeps the credential over a restart and announces nothing', async () => {
    const before = await startedStore();
    const after = await startedStore(before.repository, before.clock);
    expect(after.secret()).toBe(before.secret());
    expect(after.changes).toEqual([]);
  });

  it('loads once, however often and at once it is started', async () => {
    const { tokens, repository } = unstartedStore();
    await Promise.all([tokens.start(), tokens.start(), tokens.start()]);
    await tokens.start();
    expect(repository.loads).toBe(1);
    expect(repository.saves).toBe(1);
  });

  it('REL-15: a load that is slow never replaces what came after it', async () => {
    const { repository, clock } = await startedStore();
    const old: CredentialLoad = { kind: 'ok', record: repository.stored! };
    let open = () => {};
    repository.beforeLoad = () => new Promise((resolve) => (open = resolve));
    repository.loadAnswer = old;
    const second = unstartedStore(repository, clock);
    const slow = second.tokens.start();
    await settle();
    // Meanwhile nothing can be rotated, so there is nothing newer that the load could overwrite.
    expect(await second.tokens.rotate(routine)).toMatchObject({ ok: false, error: { code: 'locked' } });
    const again = second.tokens.start();
    open();
    await slow;
    repository.beforeLoad = undefined;
    const rotated = await second.tokens.rotate(routine);
    await again;
    expect(rotated.ok).toBe(true);
    expect(second.tokens.generation).toBe(2);
    expect(second.secret()).toBe(repository.stored?.secret.expose());
  });

  it('says locked when a first credential cannot be stored, and comes up at the next start', async () => {
    const repository = new MemoryRepository();
    repository.saveError = { code: 'storage_full', detail: 'no room' };
    const { tokens } = unstartedStore(repository);
    expect(await tokens.start()).toMatchObject({
      state: 'locked',
      detail: expect.stringContaining('storage_full'),
    });
    expect(tokens.lease()).toBeUndefined();
    repository.saveError = undefined;
    expect(await tokens.start()).toMatchObject({ state: 'ready', generation: 1 });
  });

  it('tells where the unreadable file went when the last good copy was used', async () => {
    const { repository } = await startedStore();
    repository.loadAnswer = {
      kind: 'ok',
      record: repository.stored!,
      recovered: { setAside: 'credential.json.bad-1' },
    };
    const { tokens } = await startedStore(repository);
    expect(tokens.recoveredFrom).toBe('credential.json.bad-1');
  });
});

describe('locked', () => {
  const unreadable = { kind: 'locked', locked: { reason: 'unreadable', detail: 'both bad' } } as const;

  it('leases, creates and changes nothing, and says why', async () => {
    const repository = new MemoryRepository();
    repository.loadAnswer = unreadable;
    const { tokens, changes } = await startedStore(repository);
    expect(tokens.status()).toEqual({ state: 'locked', reason: 'unreadable', detail: 'both bad' });
    expect(tokens.lease()).toBeUndefined();
    expect(await tokens.rotate(routine)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(await tokens.adopt({ secret: new Secret(ADOPTABLE), graceMs: 0, by: 'cli' })).toMatchObject({
      ok: false,
      error: { code: 'locked' },
    });
    expect(repository.saves).toBe(0);
    expect(changes).toEqual([{ kind: 'locked', generation: 0, fingerprint: '', by: 'system' }]);
  });

  it('REL-13: a keychain that is unlocked later is found within 2 s, with one event for the whole wait', async () => {
    const { repository, clock } = await startedStore();
    repository.loadAnswer = { kind: 'locked', locked: { reason: 'keychain-unavailable', detail: 'shut' } };
    const { tokens, changes } = await startedStore(repository, clock);
    await clock.advanceAsync(30_000);
    expect(tokens.status().state).toBe('locked');
    repository.loadAnswer = undefined;
    await clock.advanceAsync(2_000);
    expect(tokens.status().state).toBe('ready');
    expect(changes.map(({ kind }) => kind)).toEqual(['locked', 'unlocked']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('starts over only when asked, sets the files aside first, and makes a new generation 1', async () => {
    const repository = new MemoryRepository();
    repository.loadAnswer = unreadable;
    const { tokens, changes } = await startedStore(repository);
    expect(await tokens.startOver('panel')).toMatchObject({ ok: true, value: { generation: 1 } });
    expect(repository.setAsides).toBe(1);
    expect(tokens.status()).toMatchObject({ state: 'ready', generation: 1 });
    expect(changes.at(-1)).toMatchObject({ kind: 'created', by: 'panel' });
    expect(await tokens.startOver('panel')).toMatchObject({ ok: false });
    expect(repository.setAsides).toBe(1);
  });

  it('stays locked when the files cannot be set aside', async () => {
    const repository = new MemoryRepository();
    repository.loadAnswer = unreadable;
    repository.setAsideError = { code: 'storage_readonly', detail: 'read-only' };
    const { tokens } = await startedStore(repository);
    expect(await tokens.startOver('panel')).toMatchObject({ ok: false, error: { code: 'storage_readonly' } });
    expect(tokens.status().state).toBe('locked');
  });
});

describe('rotating', () => {
  it('REL-24: a failed save changes nothing at all', async () => {
    const { tokens, repository, changes, secret, clock } = await startedStore();
    const before = { secret: secret(), status: tokens.status(), stored: repository.stored };
    repository.saveError = { code: 'storage_full', detail: 'no room' };
    expect(await tokens.rotate({ ...routine, graceMs: 60_000 })).toEqual({
      ok: false,
      error: repository.saveError,
    });
    expect({ secret: secret(), status: tokens.status(), stored: repository.stored }).toEqual(before);
    expect(tokens.verify(before.secret, 1).ok).toBe(true);
    expect(changes).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('swaps memory only after the disk has the new record, and tells before it answers', async () => {
    const { tokens, repository, secret } = await startedStore();
    const first = secret();
    let open = () => {};
    repository.beforeSave = () => new Promise((resolve) => (open = resolve));
    const order: string[] = [];
    tokens.onChanged((change) => {
      order.push(`${change.kind} ${tokens.generation}`);
      expect(secret()).not.toBe(first);
    });
    const rotation = tokens.rotate(routine).then(() => order.push('answered'));
    await settle();
    expect(secret()).toBe(first);
    expect(tokens.verify(first, 1)).toMatchObject({ ok: true, generation: 1 });
    open();
    await rotation;
    expect(order).toEqual(['rotated 2', 'answered']);
    expect(repository.stored?.secret.expose()).toBe(secret());
  });

  it('REL-21: 100 at once run one after another, each with its own generation, the last one stays', async () => {
    const { tokens, repository, secret } = await startedStore();
    let inside = 0;
    repository.beforeSave = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await settle();
      inside -= 1;
    };
    const results = await Promise.all(Array.from({ length: 100 }, () => tokens.rotate(routine)));
    expect(results.map((result) => result.ok && result.value.generation)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 2),
    );
    expect(new Set(results.map((result) => result.ok && result.value.fingerprint)).size).toBe(100);
    expect(tokens.generation).toBe(101);
    expect(repository.stored?.secret.expose()).toBe(secret());
    expect(tokens.status()).toMatchObject({ past: { length: 20 } });
  });

  it('waits for a rotation in flight when it stops, then refuses', async () => {
    const { tokens, repository } = await startedStore();
    let open = () => {};
    repository.beforeSave = () => new Promise((resolve) => (open = resolve));
    const rotation = tokens.rotate(routine);
    await settle();
    const stopped = tokens.stop();
    expect(await tokens.rotate(routine)).toMatchObject({ ok: false, error: { code: 'stopped' } });
    open();
    expect(await rotation).toMatchObject({ ok: true });
    await stopped;
    await tokens.stop();
    expect(tokens.generation).toBe(2);
  });

  it('a listener that throws spoils neither the rotation nor the other listeners', async () => {
    const { tokens, changes } = await startedStore();
    tokens.onChanged(() => {
      throw new Error('listener');
    });
    expect((await tokens.rotate(routine)).ok).toBe(true);
    expect(changes.at(-1)).toMatchObject({ kind: 'rotated', generation: 2, reason: 'routine', by: 'panel' });
  });

  it('masks the new token and the one before it in logs', async () => {
    const { tokens, redactor, secret } = await startedStore();
    const first = secret();
    await tokens.rotate(routine);
    expect(redactor.redact(`a ${first} b ${secret()} c`)).toBe('a [secret] b [secret] c');
  });

  it('shows no token in status, changes or verdicts', async () => {
    const { tokens, changes, secret } = await startedStore();
    const first = secret();
    await tokens.rotate({ ...routine, graceMs: 60_000 });
    const shown = JSON.stringify([
      tokens.status(),
      changes,
      tokens.lease(),
      tokens.verify(first, 2),
      tokens.verify(first.slice(0, 20), 2),
    ]);
    for (const token of [first, secret()]) expect(shown).not.toContain(token.slice(0, 16));
  });
});

describe('verifying by the generation of the challenge', () => {
  it('accepts every generation that has been current since then, and no earlier one', async () => {
    const { tokens, secret } = await startedStore();
    const secrets = [secret()];
    for (let i = 0; i < 4; i += 1) {
      await tokens.rotate(routine);
      secrets.push(secret());
    }
    for (let pinned = 1; pinned <= 5; pinned += 1) {
      secrets.forEach((text, index) => {
        const generation = index + 1;
        const verdict = tokens.verify(text, pinned);
        if (generation >= pinned) expect(verdict).toMatchObject({ ok: true, generation });
        else
          expect(verdict).toMatchObject({
            ok: false,
            reason: 'token_mismatch',
            presentedAs: 'previous-generation',
            matchedGeneration: generation,
          });
      });
    }
  });

  it('T-9: an old token is never accepted by a handshake that began after the rotation', async () => {
    const { tokens, secret } = await startedStore();
    let accepted = 0;
    for (let i = 0; i < 2_000; i += 1) {
      const old = secret();
      await tokens.rotate(routine);
      if (tokens.verify(old, tokens.generation).ok) accepted += 1;
    }
    expect(accepted).toBe(0);
  });

  it('accepts a probe that leased before 2,000 rotations and is compared after them', async () => {
    const { tokens, secret } = await startedStore();
    const leased = secret();
    for (let i = 0; i < 2_000; i += 1) await tokens.rotate(routine);
    expect(tokens.verify(leased, 1)).toMatchObject({
      ok: true,
      generation: 1,
      comparedGeneration: 1,
      presentedAs: 'current',
    });
  });

  it('forgets a replaced generation once no handshake can be left from its time', async () => {
    const { tokens, secret, clock } = await startedStore();
    const leased = secret();
    await tokens.rotate(routine);
    clock.advance(15_000);
    expect(tokens.verify(leased, 1).ok).toBe(true);
    clock.advance(5_001);
    expect(tokens.verify(leased, 1)).toMatchObject({
      ok: false,
      reason: 'token_mismatch',
      presentedAs: 'previous-generation',
    });
  });

  it('a leaked rotation cuts handshakes in flight: superseded for what was right, token_mismatch for what was not', async () => {
    const { tokens, secret } = await startedStore();
    const first = secret();
    await tokens.rotate(routine);
    const second = secret();
    await tokens.rotate(leaked);
    for (const [text, generation] of [
      [first, 1],
      [second, 2],
    ] as const) {
      expect(tokens.verify(text, 1)).toMatchObject({
        ok: false,
        reason: 'superseded',
        matchedGeneration: generation,
        presentedAs: 'previous-generation',
      });
      expect(tokens.verify(text, 3)).toMatchObject({
        ok: false,
        reason: 'token_mismatch',
        presentedAs: 'previous-generation',
      });
    }
    expect(tokens.verify(first, 2)).toMatchObject({ reason: 'token_mismatch' });
    expect(tokens.verify('something else entirely', 1)).toMatchObject({
      reason: 'token_mismatch',
      presentedAs: 'unknown',
    });
    expect(tokens.verify(secret(), 1).ok).toBe(true);
  });

  it('a routine rotation after a leaked one revives nothing', async () => {
    const { tokens, secret } = await startedStore();
    const first = secret();
    await tokens.rotate(leaked);
    const second = secret();
    await tokens.rotate(routine);
    expect(tokens.verify(first, 1)).toMatchObject({ ok: false, reason: 'superseded' });
    expect(tokens.verify(second, 1)).toMatchObject({ ok: true, generation: 2 });
  });

  it('a rotation landing at any point between lease and comparison refuses nobody (2,000 times)', async () => {
    const { tokens } = await startedStore();
    let refused = 0;
    for (let i = 0; i < 2_000; i += 1) {
      const pinned = tokens.generation;
      const at = i % 4;
      if (at === 0) await tokens.rotate(routine);
      const lease = tokens.lease()!;
      const rotation = at === 1 ? tokens.rotate(routine) : undefined;
      if (at === 2) await tokens.rotate(routine);
      if (at === 3) await Promise.all([tokens.rotate(routine), tokens.rotate(routine)]);
      if (!tokens.verify(lease.secret.expose(), pinned).ok) refused += 1;
      await rotation;
      if (!tokens.verify(lease.secret.expose(), pinned).ok) refused += 1;
    }
    expect(refused).toBe(0);
  });
});

describe('grace', () => {
  const MINUTE = 60_000;

  it('accepts exactly one previous generation until its end, then announces the end', async () => {
    const { tokens, secret, clock, changes } = await startedStore();
    const first = secret();
    const rotated = await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    expect(rotated).toMatchObject({ ok: true, value: { graceUntil: clock.now() + 10 * MINUTE } });
    clock.advance(10 * MINUTE - 1);
    expect(tokens.verify(first, 2)).toMatchObject({ ok: true, generation: 1, presentedAs: 'grace' });
    expect(tokens.isAccepted(1)).toBe(true);
    expect(tokens.status()).toMatchObject({ grace: { generation: 1 } });
    clock.advance(1);
    expect(tokens.verify(first, 2).ok).toBe(false);
    expect(tokens.isAccepted(1)).toBe(false);
    expect(changes.at(-1)).toMatchObject({ kind: 'grace-ended', generation: 1, by: 'system' });
    expect(tokens.status()).not.toHaveProperty('grace');
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps only the digest of the previous token', async () => {
    const { tokens, repository, secret } = await startedStore();
    const first = secret();
    await tokens.rotate({ ...routine, graceMs: MINUTE });
    expect(JSON.stringify(repository.stored)).not.toContain(first);
    expect(repository.stored?.grace?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is ended early by the next rotation', async () => {
    const { tokens, secret, clock } = await startedStore();
    const first = secret();
    await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    const second = secret();
    await tokens.rotate({ ...routine, graceMs: MINUTE });
    expect([1, 2, 3].map((generation) => tokens.isAccepted(generation))).toEqual([false, true, true]);
    expect(tokens.verify(first, 3).ok).toBe(false);
    expect(tokens.verify(second, 3).ok).toBe(true);
    clock.advance(MINUTE);
    expect(tokens.isAccepted(2)).toBe(false);
  });

  it('a leaked rotation has none, whatever was asked, and ends the one that ran', async () => {
    const { tokens, secret } = await startedStore();
    await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    const second = secret();
    const result = await tokens.rotate({ ...leaked, graceMs: 10 * MINUTE });
    expect(result.ok && result.value.graceUntil).toBeUndefined();
    expect([1, 2].map((generation) => tokens.isAccepted(generation))).toEqual([false, false]);
    expect(tokens.verify(second, 3).ok).toBe(false);
  });

  it('"retire now" ends it on disk before it ends it in memory', async () => {
    const { tokens, repository, changes, secret } = await startedStore();
    const first = secret();
    await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    repository.saveError = { code: 'storage_full', detail: 'no room' };
    expect(await tokens.retireGrace('panel')).toMatchObject({ ok: false });
    expect(tokens.isAccepted(1)).toBe(true);
    repository.saveError = undefined;
    expect(await tokens.retireGrace('panel')).toEqual({ ok: true, value: undefined });
    expect(tokens.isAccepted(1)).toBe(false);
    expect(tokens.verify(first, 2).ok).toBe(false);
    expect(repository.stored).not.toHaveProperty('grace');
    expect(changes.at(-1)).toMatchObject({ kind: 'grace-ended', generation: 1, by: 'panel' });
    const { saves } = repository;
    expect(await tokens.retireGrace('panel')).toEqual({ ok: true, value: undefined });
    expect(repository.saves).toBe(saves);
  });

  it('survives a restart with its end unchanged, and is dropped when the end has passed meanwhile', async () => {
    const { tokens, repository, secret, clock } = await startedStore();
    const first = secret();
    await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    await tokens.stop();
    clock.advance(4 * MINUTE);
    const second = await startedStore(repository, clock);
    expect(second.tokens.verify(first, 2)).toMatchObject({ ok: true, presentedAs: 'grace' });
    clock.advance(6 * MINUTE);
    expect(second.tokens.verify(first, 2).ok).toBe(false);
    const third = await startedStore(repository, clock);
    expect(third.tokens.status()).not.toHaveProperty('grace');
    expect(third.tokens.isAccepted(1)).toBe(false);
    expect(third.changes).toEqual([]);
  });

  it('REL-60: is not prolonged by a clock that is set back, and notices a clock set forward within 30 s', async () => {
    const { tokens, clock } = await startedStore();
    await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    clock.stepWall(-24 * 60 * MINUTE);
    clock.advance(10 * MINUTE);
    expect(tokens.isAccepted(1)).toBe(false);

    await tokens.rotate({ ...routine, graceMs: 10 * MINUTE });
    clock.stepWall(24 * 60 * MINUTE);
    expect(tokens.isAccepted(2)).toBe(false);
    clock.advance(30_000);
    expect(tokens.status()).not.toHaveProperty('grace');
  });
});

describe('adopting', () => {
  const adopt = (text: string, graceMs = 0) => ({ secret: new Secret(text), graceMs, by: 'cli' });

  it('takes over a good secret, trimmed, as the next generation', async () => {
    const { tokens, secret, changes } = await startedStore();
    const shown = tokens.inspect(`  ${ADOPTABLE}\n`);
    expect(await tokens.adopt(adopt(`  ${ADOPTABLE}\n`))).toMatchObject({
      ok: true,
      value: { generation: 2, fingerprint: shown.ok && shown.value.fingerprint },
    });
    expect(secret()).toBe(ADOPTABLE);
    expect(tokens.status()).toMatchObject({
      origin: 'adopted',
      past: [{ generation: 1, reason: 'adopted' }],
    });
    expect(changes.at(-1)).toMatchObject({ kind: 'adopted', generation: 2, by: 'cli' });
    expect(tokens.verify(` ${ADOPTABLE} `, 2)).toMatchObject({ ok: true, presentedAs: 'current' });
  });

  it('refuses what is current, what is retired and what is weak, and stores nothing', async () => {
    const { tokens, repository, secret } = await startedStore();
    const first = secret();
    await tokens.rotate(routine);
    const { saves } = repository;
    const cases = [
      [secret(), 'unchanged'],
      [first, 'reused'],
      ['', 'empty'],
      ['short', 'too-short'],
      ['a'.repeat(40), 'too-weak'],
    ] as const;
    for (const [text, problem] of cases) {
      expect(await tokens.adopt(adopt(text))).toEqual({ ok: false, error: { code: 'refused', problem } });
    }
    expect(repository.saves).toBe(saves);
    expect(tokens.generation).toBe(2);
  });

  it('remembers a retired secret by fingerprint over a restart', async () => {
    const { tokens, repository, secret, clock } = await startedStore();
    const first = secret();
    await tokens.rotate(routine);
    clock.advance(3 * 24 * 3_600_000);
    const again = await startedStore(repository, clock);
    expect(again.tokens.inspect(first)).toEqual({ ok: false, error: 'reused' });
    expect(again.tokens.verify(first, 2)).toMatchObject({
      ok: false,
      presentedAs: 'previous-generation',
      matchedGeneration: 1,
      matchedRetiredAt: expect.any(Number),
    });
  });
});
