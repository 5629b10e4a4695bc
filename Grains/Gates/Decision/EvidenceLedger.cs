using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Evidence that the gate received, aged on the gate's own monotonic clock. The set of providers and components is
/// configuration: who never reports is missing, not absent from the count.</summary>
internal sealed class EvidenceLedger(TimeProvider time, GateOptions options)
{
    private readonly Dictionary<string, ProviderEntry> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ComponentEntry> _components = new(StringComparer.Ordinal);

    private sealed record ProviderEntry(ProviderEvidence Evidence, long SentAt, DateTimeOffset ObservedAt);

    /// <param name="FinishedAt">Timestamp of the report's arrival, less the age it came with.</param>
    private sealed record ComponentEntry(ComponentProgress Progress, long FinishedAt, DateTimeOffset ObservedAt);

    /// <summary>Timestamp before which nothing counts.</summary>
    private long _notBefore = long.MinValue;

    /// <summary>Discards all evidence, and answers to questions from before now.</summary>
    public void Forget()
    {
        _notBefore = time.GetTimestamp();
        _providers.Clear();
        _components.Clear();
    }

    /// <summary>Takes over an answer of a provider. Its validity counts from <paramref name="sentAt"/>, the moment before it was asked.</summary>
    public EvidenceNews Record(ProviderEvidence evidence, long sentAt)
    {
        if (sentAt < _notBefore) return EvidenceNews.Outdated;
        var known = _providers.GetValueOrDefault(evidence.Provider);
        if (known is not null && (sentAt < known.SentAt || (known.Evidence.Activation == evidence.Activation && evidence.Sequence < known.Evidence.Sequence)))
            return EvidenceNews.Outdated;
        _providers[evidence.Provider] = new(evidence, sentAt, time.GetUtcNow());
        return known is not null && Counts(known) && EvidenceComparison.OnlyRenews(known.Evidence, evidence, time.GetElapsedTime(known.SentAt, sentAt)) ? EvidenceNews.Renewed : EvidenceNews.Changed;
    }

    /// <summary>Whether an answer of the same activation of its provider has been taken over before.</summary>
    public bool IsKnown(ProviderEvidence evidence) => _providers.TryGetValue(evidence.Provider, out var known) && known.Evidence.Activation == evidence.Activation;

    /// <summary>Takes over progress where <see cref="ProgressPolicy"/> lets it count.</summary>
    /// <returns>Null, or why it does not count.</returns>
    public string? Record(ComponentProgress progress, bool externalRiskEngine = false)
    {
        var known = _components.GetValueOrDefault(progress.Component);
        var isLive = known is not null && time.GetElapsedTime(known.FinishedAt) < options.Progress;
        if (ProgressPolicy.Refuse(progress, known?.Progress, isLive, externalRiskEngine) is { } refusal) return refusal;
        var age = TimeSpan.FromMilliseconds(Math.Max(0, progress.AgeMs));
        _components[progress.Component] = new(progress, time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency), time.GetUtcNow() - age);
        return null;
    }

    public ProviderInput Provider(GateProvider seat)
    {
        if (!_providers.TryGetValue(seat.Id, out var entry)) return new(seat.Id, seat.Name, seat.Category, seat.Required, seat.Verifiable, null, TimeSpan.Zero, default);
        var age = time.GetElapsedTime(entry.SentAt);
        var answerLeft = options.Evidence - age;
        if (answerLeft <= TimeSpan.Zero) return new(seat.Id, seat.Name, seat.Category, seat.Required, seat.Verifiable, null, TimeSpan.Zero, entry.ObservedAt);
        var verdictLeft = TimeSpan.FromMilliseconds(entry.Evidence.ValidForMs) - age;
        return new(
            seat.Id,
            seat.Name,
            seat.Category,
            seat.Required,
            seat.Verifiable,
            entry.Evidence,
            verdictLeft < answerLeft ? verdictLeft : answerLeft,
            entry.ObservedAt);
    }

    private bool Counts(ProviderEntry entry) => time.GetElapsedTime(entry.SentAt) < options.Evidence;

    public ImmutableDictionary<string, ComponentInput> Components() => _components.ToImmutableDictionary(
        c => c.Key,
        c => new ComponentInput(c.Value.Progress.Healthy, c.Value.Progress.Message, options.Progress - time.GetElapsedTime(c.Value.FinishedAt), c.Value.ObservedAt));
}

/// <summary>A provider's place in the gate, from catalogue and configuration.</summary>
internal sealed record GateProvider(string Id, string Name, string Category, bool Required, bool Verifiable);
