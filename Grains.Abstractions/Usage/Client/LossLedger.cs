using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Dropped events that are not reported to the cluster yet, by provider.</summary>
internal sealed class LossLedger
{
    // Providers come from code; whoever makes up more than this has an error that figures can't tell anyway.
    private const int MaxProviders = 500;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UsageLoss> _losses = new(StringComparer.Ordinal);

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _losses.Count == 0;
        }
    }

    public void Add(string provider, long events, DateTimeOffset lastAt)
    {
        lock (_gate)
        {
            if (_losses.TryGetValue(provider, out var known))
                _losses[provider] = known with { Events = known.Events + events, LastAt = lastAt > known.LastAt ? lastAt : known.LastAt };
            else if (_losses.Count < MaxProviders)
                _losses[provider] = new UsageLoss(Guid.NewGuid(), provider, events, lastAt);
        }
    }

    /// <summary>Takes all entries, to be reported.</summary>
    public ImmutableArray<UsageLoss> Take()
    {
        lock (_gate)
        {
            ImmutableArray<UsageLoss> losses = [.. _losses.Values];
            _losses.Clear();
            return losses;
        }
    }
}
