using System.Collections.Immutable;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Verification.Sessions;

/// <summary>What is remembered of one way to connect: a token, or why a login was refused. Both belong to the secrets they came from.</summary>
/// <remarks>Everything but <see cref="Turn"/> and <see cref="Peek"/> is touched only by the holder of <see cref="Turn"/>.</remarks>
internal sealed class SessionSlot : IDisposable
{
    private byte[] _secrets = [];
    private Secret? _token;
    private Conclusion? _refusal;
    private DateTimeOffset _refusalEnds;
    private long _since;
    private TimeSpan _lifetime;
    private byte[] _accepted = [];
    private DateTimeOffset _acceptedAt;

    // What was kept last, for readers without the turn; swapped as a whole.
    private volatile Kept? _kept;

    public SemaphoreSlim Turn { get; } = new(1, 1);

    public Secret? TokenFor(byte[] secrets, TimeProvider time) =>
        Belongs(secrets) && _token is not null && time.GetElapsedTime(_since) < _lifetime ? _token : null;

    /// <summary>The token that is held now, for a call that makes no login; or null. Needs no turn.</summary>
    public Secret? Peek(byte[] secrets, TimeProvider time) =>
        _kept is { } kept && kept.Secrets.AsSpan().SequenceEqual(secrets) && time.GetElapsedTime(kept.Since) < kept.Lifetime ? kept.Token : null;

    /// <summary>The verdict of a login that must not be made again, with the wait that is left; or null.</summary>
    public Conclusion? RefusalFor(byte[] secrets, DateTimeOffset now)
    {
        if (!Belongs(secrets) || _refusal is null)
            return null;
        return _refusalEnds > now ? _refusal with { RetryAfter = _refusalEnds - now } : null;
    }

    /// <summary>What the login told that gave the token.</summary>
    public ImmutableArray<CapabilityFinding> Findings { get; private set; } = [];

    /// <summary>When these secrets signed in for the first time, as far as this process knows.</summary>
    public DateTimeOffset AcceptedAt(byte[] secrets, DateTimeOffset now)
    {
        if (!_accepted.AsSpan().SequenceEqual(secrets))
            (_accepted, _acceptedAt) = (secrets, now);
        return _acceptedAt;
    }

    public void Keep(byte[] secrets, Secret token, ImmutableArray<CapabilityFinding> findings, TimeSpan lifetime, TimeProvider time)
    {
        Clear(secrets);
        Findings = findings;
        (_token, _lifetime, _since) = (token, lifetime, time.GetTimestamp());
        _kept = new Kept(secrets, token, _since, lifetime);
    }

    public void Refuse(byte[] secrets, Conclusion refusal, DateTimeOffset ends)
    {
        Clear(secrets);
        (_refusal, _refusalEnds) = (refusal with { HttpStatus = null, IsRemembered = true }, ends);
    }

    public void Drop() => Clear([]);

    public void Dispose() => Turn.Dispose();

    private bool Belongs(byte[] secrets) => _secrets.AsSpan().SequenceEqual(secrets);

    private void Clear(byte[] secrets)
    {
        _secrets = secrets;
        _token = null;
        _kept = null;
        Findings = [];
        _refusal = null;
        _refusalEnds = default;
    }

    private sealed record Kept(byte[] Secrets, Secret Token, long Since, TimeSpan Lifetime)
    {
        public override string ToString() => nameof(Kept);
    }
}
