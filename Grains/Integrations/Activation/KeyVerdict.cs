using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>What was proven about the present secrets since the host last slept. Other secrets, or a suspension, void it.</summary>
internal sealed partial class KeyVerdict(ProviderContext context, LoadedSecrets secrets, VerifyTiming timing)
{
    /// <summary>Suspensions of the host that this activation has taken in; null before the first look.</summary>
    private long? _suspensionsTaken;

    public VerdictRecord Verdict { get; private set; } = VerdictRecord.None;

    /// <summary>The report of the last verify that counts; null without one.</summary>
    public VerifyReport? LastReport { get; private set; }

    public VerifySchedule Schedule
    {
        get
        {
            var verify = secrets.Choice.Access?.Verify;
            var own = verify ?? context.Definition.Access.FirstOrDefault(a => a.Verify is not null)?.Verify;
            return VerifySchedule.For(context.Verify, context.Settings, own?.MinIntervalS ?? 60) with { RetryRefused = verify?.RetryRefused ?? false };
        }
    }

    /// <summary>What a verdict rests on that is asked for now.</summary>
    public VerdictBasis Basis => new(secrets.Fingerprint, _suspensionsTaken);

    /// <summary>Takes over the present secrets; when they differ from those before, everything known about them is void.</summary>
    public void LoadSecrets()
    {
        TakeSuspension();
        var change = secrets.Load();
        if (change == SecretsChange.None) return;
        Forget();
        var first = change == SecretsChange.First;
        timing.SecretsLoaded(first, moved: first && context.Services.Moves.Claim(context.Id));
        if (!first) LogSecretsChanged(context.Logger, context.Id);
    }

    /// <summary>Takes over a verdict, unless it was asked for with other secrets or before the host slept: then it proves nothing of now.</summary>
    public void TakeOver(VerifyVerdict verdict, VerifyReport report, VerdictBasis basis, long sentAt)
    {
        TakeSuspension();
        if (!basis.Equals(Basis)) return;
        Verdict = Verdict.After(verdict, sentAt, report.VerifiedAt, report.TraceId);
        LastReport = report;
        timing.Concluded(Schedule, Verdict, verdict.RetryAfter, sentAt, report.VerifiedAt, Random.Shared.NextDouble());
    }

    /// <summary>Calls fail: a good verdict is asked for again early.</summary>
    /// <returns>False when there is none, or no verify is scheduled.</returns>
    public bool VerifySoon() => Verdict.IsVerified && timing.Sooner();

    /// <summary>A verdict from before the host slept counts no more: the provider is verified once at once, its own Retry-After kept.
    /// A key that was refused stays refused: asking again might lock the account.</summary>
    private void TakeSuspension()
    {
        var watch = context.Services.Suspension;
        watch.Look();
        if (_suspensionsTaken == watch.Count) return;
        var first = _suspensionsTaken is null;
        _suspensionsTaken = watch.Count;
        if (first || timing.Next == NextVerify.AtStart || Verdict is { Conclusive: not null, IsVerified: false }) return;
        Forget();
        timing.HostSlept();
    }

    private void Forget() => (Verdict, LastReport) = (VerdictRecord.None, null);

    [LoggerMessage(EventIds.ProviderSecretsChanged, LogLevel.Information, "The secrets of {Provider} changed; it counts as never verified.")]
    private static partial void LogSecretsChanged(ILogger logger, string provider);
}

/// <summary>What a verdict rests on: the fingerprint of the secrets, and how often the host has slept.</summary>
internal readonly struct VerdictBasis(ReadOnlyMemory<byte> fingerprint, long? suspensions) : IEquatable<VerdictBasis>
{
    private readonly ReadOnlyMemory<byte> _fingerprint = fingerprint;
    private readonly long? _suspensions = suspensions;

    public bool Equals(VerdictBasis other) => _fingerprint.Span.SequenceEqual(other._fingerprint.Span) && _suspensions == other._suspensions;

    public override bool Equals(object? obj) => obj is VerdictBasis other && Equals(other);

    public override int GetHashCode() => _suspensions.GetHashCode();
}
